"""The tree of a draft's sections, and the operations on it.

Pure functions on the content of a draft. Reading order is depth first, and no operation loses or
doubles a part. What can't be done raises `Impossible` with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from . import content as contents
from .content import SECTION, Content, Item


class Impossible(Exception):
    """The operation makes no sense here. The message says why."""


@dataclass(frozen=True)
class Row:
    """A section in the tree.

    Attributes:
        part: the section.
        level: 1 at the top.
        number: its place among the sections with the same parent, from 1.
        of: how many those are.
    """

    part: Item
    level: int
    number: int
    of: int

    @property
    def slug(self) -> str:
        return str(self.part["fields"]["slug"])

    @property
    def heading(self) -> str:
        return str(self.part["fields"]["heading"])

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.of


def children(content: Content) -> dict[str | None, list[Item]]:
    """The sections inside each one, in order: {slug of the parent, or None: [section, …]}.

    A section whose parent isn't there is at the top, as on the page.
    """
    sections = contents.items(content, SECTION)
    known = {part["fields"]["slug"] for part in sections}
    found: dict[str | None, list[Item]] = {}
    for part in sorted(
        sections, key=lambda p: (p["fields"].get("position", 0), p["fields"]["slug"])
    ):
        parent = contents.own(part, "parent")
        found.setdefault(parent if parent in known else None, []).append(part)
    return found


def rows(content: Content) -> list[Row]:
    """The sections in reading order."""
    inside = children(content)

    def walk(parent: str | None, level: int) -> Iterator[Row]:
        beside = inside.get(parent, [])
        for number, part in enumerate(beside, start=1):
            yield Row(part, level, number, len(beside))
            yield from walk(part["fields"]["slug"], level + 1)

    return list(walk(None, 1))
