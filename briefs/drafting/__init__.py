"""From what an editor has to a fixture: Word, a web page, Markdown or plain text.

Each reader gives the same small stream of blocks (`blocks.py`); `compose.py` makes the
fixture of it. What was guessed on the way is told, with its line where there are lines.
"""

from pathlib import Path

from django.utils.translation import gettext as _

from .blocks import Block, Guess, Unreadable
from .docx import read_docx
from .html import read_html
from .markdown import read_markdown
from .text import read_text

BIGGEST = 20 * 1024 * 1024  # bytes
READERS = {
    ".docx": read_docx,
    ".html": read_html,
    ".htm": read_html,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_text,
}


def read_file(path: str | Path) -> tuple[list[Block], list[Guess]]:
    """The blocks of a file, and what was guessed: (blocks, guesses).

    Raises:
        Unreadable: the file is no such thing; the sentence says why, and how to mend it.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Unreadable(
            _("“%(name)s” is none of these: %(endings)s. Save it as one of them.")
            % {"name": path.name, "endings": ", ".join(READERS)}
        )
    try:
        with path.open("rb") as file:
            content = file.read(BIGGEST + 1)
    except FileNotFoundError:
        raise Unreadable(_("There is no file “%s”. Check its name.") % path) from None
    except OSError as error:
        raise Unreadable(
            _("“%(name)s” cannot be read: %(reason)s.") % {"name": path, "reason": error.strerror}
        ) from None
    if len(content) > BIGGEST:
        raise Unreadable(_("“%s” is larger than 20 MB. Leave its pictures out.") % path.name)
    guesses: list[Guess] = []
    blocks = reader(content, path.name, guesses)
    if not any(block.kind != "break" for block in blocks):
        raise Unreadable(_("“%s” holds no text.") % path.name)
    return blocks, guesses
