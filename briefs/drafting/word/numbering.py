"""The lists of a Word file: which paragraphs are items, how deep, and with which numbers."""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple
from xml.etree.ElementTree import Element

from .styles import Styles
from .xml import find, find_all, value, whole

STEP = 360  # what a level is indented by if the file doesn't say, in twentieths of a point
ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")]
ROMAN += [(40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
HIGHEST = 9999  # more has no place in a brief, and long Roman numbers take time
PLAIN_LABEL = re.compile(r"\W*\d+\W*")


@dataclass(frozen=True)
class Level:
    """A level of a list as the file defines it."""

    shown: str = "bullet"
    label: str = ""
    start: int = 1
    indent: int | None = None
    style: str | None = None


class Item(NamedTuple):
    """An item of a list: which list, how deep, its number, and the number as Word shows it."""

    key: str
    level: int
    indent: int
    is_ordered: bool
    number: int
    label: str


class Numbering:
    def __init__(self, root: Element | None, styles: Styles) -> None:
        self.styles = styles
        self.abstract: dict[str, dict[int, Level]] = {}
        self.links: dict[str, str] = {}
        self.lists: dict[str, str] = {}
        self.changed: dict[tuple[str, int], Level] = {}
        self.restarts: dict[tuple[str, int], int] = {}
        self.counts: dict[str, dict[int, int]] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: Element) -> None:
        for one in find_all(root, "w:abstractNum"):
            key = one.get("w:abstractNumId", "")
            levels = {whole(level.get("w:ilvl")): _level(level) for level in find_all(one, "w:lvl")}
            self.abstract[key] = levels
            if link := value(one, "w:numStyleLink"):
                self.links[key] = link
        for one in find_all(root, "w:num"):
            name = one.get("w:numId", "")
            self.lists[name] = value(one, "w:abstractNumId") or ""
            for override in find_all(one, "w:lvlOverride"):
                at = (name, whole(override.get("w:ilvl")))
                level, start = find(override, "w:lvl"), value(override, "w:startOverride")
                if level is not None:
                    self.changed[at] = _level(level)
                if start is not None:
                    self.restarts[at] = whole(start, 1)

    def item(self, paragraph: Element) -> Item | None:
        """The item that the paragraph is; None if it's none. Counts it."""
        place = self.place(paragraph)
        if place is None:
            return None
        name, at = place
        key = self._abstract(name)
        level = self.changed.get((name, at)) or self.abstract.get(key, {}).get(at) or Level()
        if level.shown == "none" and not level.label:
            return None
        number = self._count(name, key, at, level.start)
        is_ordered = level.shown not in ("bullet", "none")
        label = self._label(key, level) if is_ordered else ""
        indent = self._indent(paragraph, level, at)
        return Item(key or name, at, indent, is_ordered, number, label)

    def place(self, paragraph: Element) -> tuple[str, int] | None:
        """The list that the paragraph is in, and its level there."""
        found = find(paragraph, "w:pPr/w:numPr")
        name, at = value(found, "w:numId"), value(found, "w:ilvl")
        for style in self.styles.of_paragraph(paragraph):
            if name is not None:
                break
            own = find(style, "w:pPr/w:numPr")
            name, at = value(own, "w:numId"), at or value(own, "w:ilvl")
            if name is not None and at is None:
                at = str(self._level_of_style(name, style.get("w:styleId")))
        if name is None or name == "0" or name not in self.lists:
            return None
        return name, whole(at)

    def _level_of_style(self, name: str, style: str | None) -> int:
        levels = self.abstract.get(self._abstract(name), {})
        return next((at for at, level in levels.items() if level.style == style), 0)

    def _abstract(self, name: str) -> str:
        """The definition behind a list, also if it's named by way of a style."""
        seen = set()
        key = self.lists.get(name, "")
        while key in self.links and key not in seen:
            seen.add(key)
            style = self.styles.by_id.get(("numbering", self.links[key]))
            linked = value(style, "w:pPr", "w:numPr", "w:numId")
            key = self.lists.get(linked or "", key)
        return key

    def _count(self, name: str, key: str, at: int, start: int) -> int:
        counts = self.counts.setdefault(key, {})
        if (name, at) in self.restarts:
            counts[at] = self.restarts.pop((name, at))
        else:
            counts[at] = counts[at] + 1 if at in counts else start
        for deeper in [level for level in counts if level > at]:
            del counts[deeper]
        return counts[at]

    def _label(self, key: str, level: Level) -> str:
        levels, counts = self.abstract.get(key, {}), self.counts.get(key, {})

        def shown(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            kind = levels.get(at, level).shown
            return _numeral(counts.get(at, 1), kind)

        return re.sub(r"%([1-9])", shown, level.label)

    def _indent(self, paragraph: Element, level: Level, at: int) -> int:
        own = _left(find(paragraph, "w:pPr/w:ind"))
        if own is None:
            own = level.indent
        return (at + 1) * STEP if own is None else own


def is_plain(label: str) -> bool:
    """Whether a brief shows the number of an item as Word does."""
    return not label or bool(PLAIN_LABEL.fullmatch(label))


class Lists:
    """The lists that are open at an item, as mammoth wants them: a path of HTML elements."""

    def __init__(self) -> None:
        self.open: list[tuple[Item, str]] = []

    def close(self) -> None:
        self.open.clear()

    def path(self, item: Item) -> str:
        """The path of this item. It opens a list if the open ones don't go on with it."""
        while self.open and _depth(item, self.open[-1][0]) < 0:
            self.open.pop()
        fresh = ""
        if self.open and _depth(item, self.open[-1][0]) == 0:
            last, tag = self.open.pop()
            if not _goes_on(item, last):
                tag, fresh = _tag(item), ":fresh"
        else:
            tag, fresh = _tag(item), ":fresh"
        around = "".join(f"{outer} > li > " for _item, outer in self.open)
        self.open.append((item, tag))
        return f"{around}{tag}{fresh} > li:fresh"

    @property
    def begins(self) -> bool:
        return not self.open


def _depth(item: Item, other: Item) -> int:
    """Above zero if the item is deeper than the other one, below zero if it's less deep."""
    if item.key == other.key:
        return item.level - other.level
    return (item.indent - other.indent) // (STEP // 3)


def _goes_on(item: Item, last: Item) -> bool:
    if item.is_ordered != last.is_ordered:
        return False
    return not item.is_ordered or item.number == last.number + 1


def _tag(item: Item) -> str:
    if not item.is_ordered:
        return "ul"
    return "ol" if item.number == 1 else f"ol[start='{item.number}']"


def _level(element: Element) -> Level:
    found = Level(
        shown=value(element, "w:numFmt") or "decimal",
        label=value(element, "w:lvlText") or "",
        start=whole(value(element, "w:start"), 1),
        indent=_left(find(element, "w:pPr/w:ind")),
        style=value(element, "w:pStyle"),
    )
    return replace(found, label=found.label or "%1.") if found.shown == "decimal" else found


def _left(indent: Element | None) -> int | None:
    if indent is None:
        return None
    said = indent.get("w:left") or indent.get("w:start")
    return whole(said) if said else None


def _numeral(number: int, shown: str) -> str:
    if not 0 < number <= HIGHEST:
        return str(number)
    if shown in ("lowerLetter", "upperLetter"):
        turns, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) * (turns + 1)
    elif shown in ("lowerRoman", "upperRoman"):
        text, left = "", number
        for worth, numeral in ROMAN:
            times, left = divmod(left, worth)
            text += numeral * times
    else:
        return str(number)
    return text.upper() if shown.startswith("upper") else text
