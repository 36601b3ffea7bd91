"""Drafts a fixture from an editor's file: Word, a web page, Markdown or plain text.

Each reader turns a file into blocks (`blocks.py`), and `compose.py` turns those into the
objects of a fixture. All guesses are reported, with their line if the file has lines.
"""

from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from .blocks import Block, Guess, Unreadable
from .docx import read_docx
from .html import read_html
from .markdown import read_markdown
from .text import read_text

BIGGEST = 20 * 1024 * 1024  # bytes
Reader = Callable[[bytes, str, list[Guess]], list[Block]]
READERS: dict[str, Reader] = {
    ".docx": read_docx,
    ".html": read_html,
    ".htm": read_html,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
}


def read_file(path: str | Path) -> tuple[list[Block], list[Guess]]:
    """Read a file: (blocks, guesses).

    Raises:
        Unreadable: the file can't be read. The message says why, and how to fix it.
    """
    path = Path(path)
    reader_of(path.name)
    try:
        with path.open("rb") as file:
            content = file.read(BIGGEST + 1)
    except FileNotFoundError:
        raise Unreadable(_("We can’t find the file “%s”. Check its name.") % path) from None
    except OSError as error:
        raise Unreadable(
            _("We can’t read “%(name)s”: %(reason)s.") % {"name": path, "reason": error.strerror}
        ) from None
    return read(content, path.name)


def read(content: bytes, name: str) -> tuple[list[Block], list[Guess]]:
    """Read the bytes of a file: (blocks, guesses).

    Args:
        content: at most `BIGGEST` bytes.
        name: the name of the file, whose ending says what it is.

    Raises:
        Unreadable: as for `read_file`.
    """
    reader = reader_of(name)
    if len(content) > BIGGEST:
        raise Unreadable(_("“%s” is larger than 20 MB. Remove its images.") % name)
    guesses: list[Guess] = []
    try:
        blocks = reader(content, name, guesses)
    except RecursionError:
        raise Unreadable(_("“%s” is nested too deep. Save it as plain text.") % name) from None
    if not any(block.kind != "break" for block in blocks):
        raise Unreadable(_("“%s” has no text.") % name)
    return blocks, guesses


def reader_of(name: str) -> Reader:
    """What reads a file with this name.

    Raises:
        Unreadable: nothing does.
    """
    reader = READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise Unreadable(
            _("“%(name)s” isn’t one of these: %(endings)s. Save it in one of these formats.")
            % {"name": name, "endings": ", ".join(READERS)}
        )
    return reader
