"""Takes the lists of a web page, with lists inside them, and with the numbers they show."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, NavigableString, Tag
from django.utils.translation import gettext as _

from . import page as pages
from . import runs
from .blocks import Block, escaped
from .page import classes, said

if TYPE_CHECKING:
    from .reader import Reader

LISTS = ("ul", "ol", "menu", "dir")
GOOGLE = re.compile(r"lst-kix_\w+-(\d)")
STYLES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "decimal": "1",
}
ROMAN = [
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
]
MOST = 999_999_999  # the largest number that Markdown takes


def take(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    """A list. One with headings is only a frame, so it's taken apart."""
    items = list(_items(reader, tag, look))
    labels = _labels(tag, [item for item, _blocks in items])
    if any(block.kind == "heading" for _item, blocks in items for block in blocks):
        for label, (_item, blocks) in zip(labels, items, strict=True):
            if label and blocks and blocks[0].kind in ("heading", "paragraph"):
                blocks[0].text = f"{label}. {blocks[0].text}"
            reader.give_all(blocks)
        return
    found, more = of_items([blocks for _item, blocks in items], labels)
    if found:
        found.line = reader.page.line_of(tag) or reader.line
        reader.give(found)
    reader.give_all(more)


def of_items(
    items: list[list[Block]], labels: list[str], line: int | None = None
) -> tuple[Block | None, list[Block]]:
    """A list, and the blocks that can't be in it.

    Args:
        items: the blocks of each item.
        labels: what stands before each item: a number or letters; "" for bullets.
        line: its line in the file.
    """
    found, more = Block("list", line=line), list[Block]()
    kept: list[str] = []
    for blocks, label in zip(items, labels, strict=True):
        text = _item_text(found, blocks)
        more += [block for block in blocks if block.is_apart]
        if text:
            found.items.append(text)
            kept.append(label)
    if all(label.isdecimal() for label in kept) and kept:
        numbers = [int(label) for label in kept]
        if numbers == list(range(numbers[0], numbers[0] + len(kept))) and numbers[-1] <= MOST:
            found.start = numbers[0]
            return found, more
    if any(kept):
        pairs = zip(kept, found.items, strict=True)
        found.items = [f"{label}\\. {item}" if label else item for label, item in pairs]
        found.guess(
            _("Markdown can’t count %s, so this list has bullets and its labels are words.")
            % ", ".join(kept[:3])
        )
    return (found, more) if found.items else (None, more)


def _item_text(found: Block, blocks: list[Block]) -> str:
    """The Markdown of an item. A list in it follows its words without an empty line, so that
    the outer list stays tight."""
    text = ""
    for block in blocks:
        if block.is_apart:
            continue
        found.guesses += block.guesses
        markdown = block.markdown
        is_tight = block.kind == "list" and block.start in (None, 1)
        between = ("\n" if is_tight else "\n\n") if text else ""
        text += between + markdown
    return text


def _items(reader: "Reader", tag: Tag, look: runs.Look) -> Iterator[tuple[Tag | None, list[Block]]]:
    """Each item with its blocks. What isn't in an item belongs to the one before it."""
    item: Tag | None = None
    blocks: list[Block] = []
    for child in tag.children:
        if isinstance(child, Tag) and child.name == "li" and not _is_away(reader, child):
            if item or blocks:
                yield item, blocks
            item, blocks = child, reader.inside(child, look)
        elif isinstance(child, Tag) or (type(child) is NavigableString and child.strip()):
            blocks = [*blocks, *reader.inside_all([child], look)]
    if item or blocks:
        yield item, blocks


def _is_away(reader: "Reader", item: Tag) -> bool:
    """Whether an item isn't part of the list: hidden, struck, or the text of a footnote."""
    is_struck = pages.is_struck(item, reader.page.style_of(item))
    return is_struck or pages.is_hidden(item) or id(item) in reader.page.notes.texts


def _labels(tag: Tag, items: list[Tag | None]) -> list[str]:
    """What a browser shows before each item: a number or letters; "" for bullets."""
    if tag.name != "ol":
        return [""] * len(items)
    kind = said(tag, "type")
    for declared in said(tag, "style").replace(" ", "").lower().split(";"):
        name, _colon, value = declared.partition(":")
        if name in ("list-style-type", "list-style"):
            kind = STYLES.get(value, kind)
    step = -1 if tag.get("reversed") is not None else 1
    number = _number(said(tag, "start"), len(items) if step < 0 else 1)
    labels = []
    for item in items:
        number = _number(said(item, "value"), number) if item else number
        labels.append(_label(number, kind))
        number += step
    return labels


def _number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else otherwise


def _label(number: int, kind: str) -> str:
    if kind in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(kind) + rest) + letters
        return letters
    if kind in ("i", "I") and 0 < number < 4000:
        text = ""
        for value, sign in ROMAN:
            text += sign * (number // value)
            number %= value
        return text.upper() if kind == "I" else text
    return escaped(str(number))


def nest(soup: BeautifulSoup) -> None:
    """Put lists inside each other that Google Docs writes one after the other, each with its
    level in its class."""
    for tag in soup.find_all(LISTS):
        level = _level(tag)
        before = _before(tag)
        if level is None or before is None or _level(before) is None:
            continue
        host, depth = before, _level(before) or 0
        while (inner := _last_list(host)) and (_level(inner) or 0) <= level:
            host, depth = inner, _level(inner) or 0
        if depth == level and host.name == tag.name:
            items = tag.find_all("li", recursive=False)
            if items and said(tag, "start"):
                items[0]["value"] = said(tag, "start")
            for item in items:
                host.append(item)
            tag.extract()
        elif depth < level and (holders := host.find_all("li", recursive=False)):
            holders[-1].append(tag)


def _level(tag: Tag) -> int | None:
    found = [match for name in classes(tag) if (match := GOOGLE.fullmatch(name))]
    return int(found[0][1]) if found else None


def _before(tag: Tag) -> Tag | None:
    """The list right before this one."""
    before = tag.previous_sibling
    while isinstance(before, NavigableString) and not before.strip():
        before = before.previous_sibling
    return before if isinstance(before, Tag) and before.name in LISTS else None


def _last_list(tag: Tag) -> Tag | None:
    items = tag.find_all("li", recursive=False)
    inner = items[-1].find_all(LISTS, recursive=False) if items else []
    return inner[-1] if inner else None
