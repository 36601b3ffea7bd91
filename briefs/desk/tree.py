"""The tree of a draft's sections, and the operations on it.

Pure functions on the content of a draft. Reading order is depth first, and no operation loses or
doubles a part. What can't be done raises `Impossible` with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import content as contents
from .content import ORDER, SECTION, Content, Item

DEEPEST_SHOWN = 5
ARROWS = ("up", "down", "out", "in")


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
    def has_text(self) -> bool:
        return bool(self.part["fields"].get("body", "").strip())

    @property
    def shown_level(self) -> int:
        """How far it's indented on the page."""
        return min(self.level, DEEPEST_SHOWN)

    @property
    def indented(self) -> str:
        """Its heading for a list of choices, which has no indents."""
        return f"{'– ' * (self.level - 1)}{self.heading}"

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.of

    @property
    def arrows(self) -> list[str]:
        """Where it can go from here, of `ARROWS`."""
        can_go = (not self.is_first, not self.is_last, self.level > 1, not self.is_first)
        return [arrow for arrow, can in zip(ARROWS, can_go, strict=True) if can]


def children(content: Content) -> dict[str | None, list[Item]]:
    """The sections inside each one, in order: {slug of the parent, or None: [section, …]}.

    A section whose parent isn't there is at the top, as on the page; so is one of those that are
    inside each other.
    """
    sections = contents.items(content, SECTION)
    sections.sort(key=lambda part: (part["fields"].get("position", 0), part["fields"]["slug"]))
    above = {part["fields"]["slug"]: contents.own(part, "parent") for part in sections}
    for slug in above:
        seen, parent = {slug}, above[slug]
        while parent in above and parent not in seen:
            seen.add(parent)
            parent = above[parent]
        if parent is not None and (parent == slug or above[slug] not in above):
            above[slug] = None
    found: dict[str | None, list[Item]] = {}
    for part in sections:
        found.setdefault(above[part["fields"]["slug"]], []).append(part)
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


def within(content: Content, slug: str) -> list[str]:
    """The slugs of a section and of all sections inside it, in reading order."""
    inside = children(content)
    found = [slug]
    for parent in found:
        found += [part["fields"]["slug"] for part in inside.get(parent, [])]
    return found


def siblings(content: Content, slug: str) -> list[str]:
    """The slugs of the sections with the same parent, this one included, in order."""
    return list(_Tree(content).beside(slug))


class _Tree:
    """The sections of a draft by their slugs, while they're moved about."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.before = {
            parent: [part["fields"]["slug"] for part in beside]
            for parent, beside in children(content).items()
        }
        self.inside = {parent: list(beside) for parent, beside in self.before.items()}

    def parent_of(self, slug: str) -> str | None:
        for parent, beside in self.inside.items():
            if slug in beside:
                return parent
        raise Impossible(_("This section isn’t in the draft anymore."))

    def beside(self, slug: str) -> list[str]:
        """The sections with the same parent, this one included. Change it to move them."""
        return self.inside[self.parent_of(slug)]

    def put(self, slug: str, parent: str | None, index: int | None = None) -> None:
        """Take a section, with all inside it, to another place; to the end without an index."""
        self.beside(slug).remove(slug)
        there = self.inside.setdefault(parent, [])
        there.insert(len(there) if index is None else index, slug)

    def done(self) -> Content:
        """The content with its sections in this order. Where nothing changed, positions stay."""
        parts = {part["fields"]["slug"]: part for part in contents.items(self.content, SECTION)}
        placed: Content = []

        def walk(parent: str | None) -> None:
            beside = self.inside.get(parent, [])
            stays = beside == self.before.get(parent)
            for number, slug in enumerate(beside, start=1):
                moved = {"parent": contents.naming(self.content, parent), "position": number}
                placed.append(parts[slug] if stays else contents.with_fields(parts[slug], **moved))
                walk(slug)

        walk(None)
        others = [part for part in self.content if part["model"] != SECTION]
        return sorted([*others, *placed], key=lambda part: ORDER.index(part["model"]))


def added(content: Content, slug: str, heading: str) -> Content:
    """The content with a new section at the end, without a text."""
    fields = {
        "brief": [contents.brief_of(content)["fields"]["slug"]],
        "slug": slug,
        "heading": heading,
        "position": contents.next_position(children(content).get(None, [])),
    }
    return contents.add(content, {"model": SECTION, "fields": fields})


def move(content: Content, slug: str, *, by: int) -> Content:
    """Move a section among those with the same parent: by -1 up, by 1 down."""
    tree = _Tree(content)
    beside = tree.beside(slug)
    place = beside.index(slug) + by
    if not 0 <= place < len(beside):
        raise Impossible(_("It can’t go farther. Use the left arrow to move it out."))
    tree.put(slug, tree.parent_of(slug), place)
    return tree.done()


def indent(content: Content, slug: str) -> Content:
    """Move a section into the one before it."""
    tree = _Tree(content)
    beside = tree.beside(slug)
    place = beside.index(slug)
    if place == 0:
        raise Impossible(_("There’s no section before it to go into."))
    tree.put(slug, beside[place - 1])
    return tree.done()


def outdent(content: Content, slug: str) -> Content:
    """Move a section out of the one it's in, to right after that."""
    tree = _Tree(content)
    parent = tree.parent_of(slug)
    if parent is None:
        raise Impossible(_("It’s at the top already."))
    tree.put(slug, tree.parent_of(parent), tree.beside(parent).index(parent) + 1)
    return tree.done()


def place(content: Content, slug: str, where: str, other: str) -> Content:
    """Move a section “before”, “after” or “inside” another one, at its end."""
    tree = _Tree(content)
    tree.parent_of(slug)
    parent = other if where == "inside" else tree.parent_of(other)
    tree.parent_of(other)
    if other in within(content, slug):
        raise Impossible(_("A section can’t go inside itself."))
    if where == "inside":
        tree.put(slug, parent)
    else:
        beside = [each for each in tree.inside[parent] if each != slug]
        tree.put(slug, parent, beside.index(other) + (where == "after"))
    return tree.done()


def restore(content: Content, parts: Content) -> Content:
    """Put back sections that were retired, with what was inside them. What is in the content
    stays as it is there. A section whose parent is gone comes to the top."""
    known = set(map(contents.key_of, content))
    for part in parts:
        if contents.key_of(part) not in known:
            content = contents.add(content, part)
    tree = _Tree(content)
    tree.before = {}
    return tree.done()
