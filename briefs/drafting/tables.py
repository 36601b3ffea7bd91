"""Takes the tables of a web page. One that only arranges a page is taken apart."""

import re
from typing import TYPE_CHECKING

from bs4 import NavigableString, Tag
from django.utils.translation import gettext as _

from . import runs
from .blocks import Block, Guess
from .page import HEADING, said

if TYPE_CHECKING:
    from .reader import Reader

# What a cell of Markdown can't hold.
ARRANGED = re.compile(rf"{HEADING.pattern}|table|iframe|video|blockquote|pre|figure|hr")
PIPE = re.compile(r"(?<!\\)((?:\\\\)*)\|")
MOST_COLUMNS = 40


def take(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    """A table, with its caption above it."""
    rows: list[list[Tag]] = []
    head = 0
    for part in _parts(reader, tag, look):
        cells = part.find_all(["td", "th"], recursive=False)
        if not cells:
            continue
        is_head = part.parent is not None and part.parent.name == "thead"
        if head == len(rows) and (is_head or all(cell.name == "th" for cell in cells)):
            head += 1
        rows.append(cells)
    columns = max([sum(map(_width, row)) for row in rows], default=0)
    inner = [cell.find(ARRANGED) for row in rows for cell in row]
    if columns < 2 or columns > MOST_COLUMNS or any(inner):
        _take_apart(reader, rows, look, is_nested=any(tag.name == "table" for tag in inner if tag))
    else:
        _take_grid(reader, rows, look, head)


def _parts(reader: "Reader", tag: Tag, look: runs.Look) -> list[Tag]:
    """The rows of a table. What's in it besides goes above it."""
    rows: list[Tag] = []
    for child in tag.children:
        if not isinstance(child, Tag):
            if type(child) is NavigableString:
                reader.say(str(child), look)
        elif child.name == "tr":
            rows.append(child)
        elif child.name in ("thead", "tbody", "tfoot"):
            rows += _parts(reader, child, look)
        else:
            reader.tag(child, look)
    reader.flush()
    return rows


def _take_apart(
    reader: "Reader", rows: list[list[Tag]], look: runs.Look, *, is_nested: bool
) -> None:
    """The cells of a table below each other."""
    if is_nested:
        reader.report(_("A table was inside another. They’re below each other now."))
    elif max(map(len, rows), default=0) > 1:
        reader.report(_("A table isn’t a table in the draft: its cells are below each other."))
    for row in rows:
        for cell in row:
            reader.tag(cell, look)


def _take_grid(reader: "Reader", rows: list[list[Tag]], look: runs.Look, head: int) -> None:
    line = reader.line
    guesses: list[Guess] = []
    more: list[Block] = []
    grid: list[list[str]] = []
    reach: dict[int, int] = {}  # how many more rows a cell above reaches down, by column
    is_merged = False
    for row in rows:
        texts: list[str] = []
        for cell in row:
            while reach.get(len(texts), 0):
                reach[len(texts)] -= 1
                texts.append("")
            text, told, apart = _cell(reader, cell, look)
            guesses += told
            more += apart
            width, height = _width(cell), _number(said(cell, "rowspan"))
            is_merged = is_merged or width > 1 or height > 1
            for column in range(len(texts), len(texts) + width):
                reach[column] = height - 1
            texts += [text, *[""] * (width - 1)]
        for column in range(len(texts), max(reach, default=-1) + 1):
            reach[column] = max(reach[column] - 1, 0)
        grid.append(texts)
    block = Block("table", _markdown(grid), line=line, guesses=guesses)
    if is_merged:
        block.guess(_("The table had merged cells. Check that each entry is in its column."))
    if head != 1:
        block.guess(_("We took the table’s first row as the names of its columns."))
    reader.give(block)
    reader.give_all(more)


def _cell(reader: "Reader", cell: Tag, look: runs.Look) -> tuple[str, list[Guess], list[Block]]:
    """The text of a cell on one line: (Markdown, guesses, blocks that can't be in it)."""
    parts: list[str] = []
    guesses: list[Guess] = []
    more: list[Block] = []
    reader.line = reader.page.line_of(cell) or reader.line
    for block in reader.inside(cell, look):
        if block.is_apart:
            more.append(block)
            continue
        guesses += block.guesses
        parts += _lines_of(block)
    if len(parts) > 1:
        guesses.append(Guess(reader.line, _("Lines of a cell are on one line, with / between.")))
    return PIPE.sub(r"\1\\|", " / ".join(parts)), guesses, more


def _lines_of(block: Block) -> list[str]:
    """The lines of a block, without what makes a list of them."""
    if block.kind != "list":
        text = block.text if block.kind == "paragraph" else block.markdown
        return text.split("\\\n")
    lines = "\n".join(
        item if block.start is None else f"{block.start + index}\\. {item}"
        for index, item in enumerate(block.items)
    ).split("\n")
    return [re.sub(r"^\s*- ", "", line).strip() for line in lines if line.strip()]


def _markdown(grid: list[list[str]]) -> str:
    width = max(map(len, grid))
    head, *rest = [[*row, *[""] * (width - len(row))] for row in grid]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * width, *rest])


def _width(cell: Tag) -> int:
    return _number(said(cell, "colspan"))


def _number(text: str) -> int:
    return min(max(int(text), 1), MOST_COLUMNS) if text.isdecimal() else 1
