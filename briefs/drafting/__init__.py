"""Drafts a fixture from an editor's file: Word, a web page, Markdown or plain text.

Each reader turns a file into blocks (`blocks.py`), and `compose.py` turns those into the
objects of a fixture. All guesses are reported, with their line if the file has lines.
"""

from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from ..editions.fixture import Item
from ..models import Section
from .blocks import Block, Guess, Unreadable
from .compose import compose, slug_of_brief
from .docx import read_docx
from .front import Front
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


def draft(
    content: bytes,
    name: str,
    *,
    title: str = "",
    edition: date | None = None,
    slugs: dict[str, str] | None = None,
) -> tuple[list[Item], list[Guess]]:
    """The objects of a fixture from a file, and all guesses.

    Args:
        content: the file.
        name: its name. Its ending says what it is.
        title: the title of the brief. Without one it's what the file says, or its name.
        edition: the date of the edition. Without one it's what the file says, or today.
        slugs: slugs to reuse, by the heading of the section. Without any they're those of the
            brief in the database.

    Raises:
        Unreadable: the file can't be read. The message says why, and how to fix it.
    """
    blocks, guesses = read(content, name)
    fallback = Path(name).stem.replace("-", " ").replace("_", " ").capitalize()
    if slugs is None:
        found = slug_of_brief(Front(blocks, title, fallback).title)
        sections = Section.objects.filter(brief__slug=found)
        slugs = dict(sections.values_list("heading", "slug"))
    objects, more = compose(blocks, title=title, fallback=fallback, edition=edition, slugs=slugs)
    return objects, [*guesses, *more]


def load_bytes(path: str | Path) -> bytes:
    """The content of a file, up to a little more than `read` takes.

    Raises:
        Unreadable: there is none.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(BIGGEST + 1)
    except FileNotFoundError:
        raise Unreadable(_("We can’t find the file “%s”. Check its name.") % path) from None
    except OSError as error:
        raise Unreadable(
            _("We can’t read “%(name)s”: %(reason)s.") % {"name": path, "reason": error.strerror}
        ) from None


def read(content: bytes, name: str) -> tuple[list[Block], list[Guess]]:
    """The blocks of a file, and guesses about the file as a whole.

    Raises:
        Unreadable: the file can't be read. The message says why, and how to fix it.
    """
    reader = READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise Unreadable(
            _("“%(name)s” isn’t one of these: %(endings)s. Save it in one of these formats.")
            % {"name": name, "endings": ", ".join(READERS)}
        )
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
