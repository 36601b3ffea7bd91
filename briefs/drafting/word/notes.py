"""The footnotes, endnotes and comments of a Word file, and what is around each page."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from ..blocks import quoted
from .archive import Archive
from .fields import Fields
from .settled import Settler
from .xml import find_all, text_of

KINDS = {"footnote": "footnotes", "endnote": "endnotes"}
# What only parts the notes from the text.
SEPARATORS = {"separator", "continuationSeparator", "continuationNotice"}
PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|página|pagina|p\.)?\W*\d*\W*(?:of|von|de|/)?\W*\d*\W*", re.I
)


class Notes:
    """The notes and comments, by their ids."""

    def __init__(self, archive: Archive, settler: Settler, fields: Fields) -> None:
        self.archive = archive
        self.found: dict[tuple[str, str], Element] = {}
        self.referred: set[tuple[str, str]] = set()
        for kind, name in KINDS.items():
            root = archive.part(name)
            for note in find_all(root, f"w:{kind}") if root is not None else []:
                if note.get("w:type") not in SEPARATORS:
                    settler.settle(note)
                    fields.settle(note)
                    self.found[kind, note.get("w:id", "")] = note
        comments = archive.part("comments")
        self.comments = {
            comment.get("w:id", ""): (comment.get("w:author", ""), text_of(comment))
            for comment in (comments if comments is not None else ())
        }

    def has(self, kind: str, name: str) -> bool:
        """Whether there's such a note with words. Counts as a reference to it."""
        self.referred.add((kind, name))
        return (kind, name) in self.found and bool(self.words(kind, name))

    def words(self, kind: str, name: str) -> str:
        note = self.found.get((kind, name))
        return quoted(text_of(note)) if note is not None else ""

    def comment(self, name: str) -> tuple[str, str] | None:
        """The author and the words of a comment. Each is told once."""
        return self.comments.pop(name, None)

    def left(self) -> Iterator[str]:
        """What nothing in the text refers to, each as a sentence."""
        for key in self.found:
            if key not in self.referred and (words := self.words(*key)):
                yield _("A footnote that nothing refers to is left out: “%s”") % words
        for _author, text in self.comments.values():
            if text:
                yield _("A comment is left out: “%s”") % quoted(text)


def around_pages(archive: Archive, known: set[str]) -> Iterator[str]:
    """The words of headers and footers, each once, but for numbers of pages.

    Args:
        archive: the file.
        known: words that are in the text anyway, such as the title.
    """
    for kind in ("header", "footer"):
        for path in archive.parts(kind):
            root = archive.tree(path)
            if root is None:
                continue
            Settler().settle(root)
            Fields().settle(root)
            for paragraph in root.iter("w:p"):
                words = text_of(paragraph)
                if words not in known and not PAGE_NUMBER.fullmatch(words):
                    known.add(words)
                    yield words
