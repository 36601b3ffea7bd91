"""Reads plain text: paragraphs, lists, and headings, whose levels it guesses (`levels.py`).

A heading is a short line by itself that doesn't end like a sentence. Every guess is reported.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import lists
from .blocks import Block, Guess, escaped, guarded
from .encodings import decoded
from .letters import cleaned
from .levels import TOP, judge_levels

LONGEST, MOST_WORDS = 80, 10
LONGEST_WITHOUT_SPACES = 30  # letters of a heading in a script that has no spaces
LONGEST_VERSE = 48  # characters of lines that are meant to end where they do
YEAR = 1000  # a number so large begins a sentence, not an item
BULLET = re.compile(r"(\s*)(?:([•◦▪‣·●○■□➢✓✔*–—-])|(\d{1,9})([.)]))\s+")
RULE = re.compile(r"\s*(?:[-=_*~#–—]\s*){3,}")
HASHES = re.compile(r"#{1,6}\s+(.*?)(?:\s+#+)?\s*")
# What no heading ends with: a stop, a comma, or a closing quotation mark of any script.
ENDS = set(".,;:!”\"'’»…。、，；：！」』؛،۔؟।॥։")
NO_CASE = {"Lo", "Lm"}


@dataclass
class Item:
    """A line that begins like an item of a list, and the lines that go on with it."""

    indent: int
    number: str
    mark: str
    words: str
    line: int


def read_text(content: bytes, name: str, guesses: list[Guess]) -> list[Block]:
    """The blocks of a text file. Arguments as for `read_html`."""
    text = cleaned(decoded(content, name, guesses))
    blocks = list(_joined(_blocks(text.split("\n"))))
    _take_title(blocks)
    judge_levels(blocks)
    return blocks


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Paragraphs, lists, and lines that may be headings."""
    run: list[str] = []
    begun = 0
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip() and not (RULE.fullmatch(line) and not run):
            if not run:
                begun = number
            run.append(line)
            continue
        yield from _parted(run, begun)
        run = []
        if "\xa0" in line or line.strip():
            yield Block("break", line=number)


def _parted(run: list[str], begun: int) -> Iterator[Block]:
    """The blocks of a run of lines between blank lines."""
    if len(run) == 2 and RULE.fullmatch(run[1]) and _may_be_heading(run[0].strip()):
        # A heading with a line under it.
        yield _heading(run[0].strip(), begun)
        return
    words: list[str] = []
    items: list[Item] = []
    for offset, line in enumerate(run):
        found = BULLET.match(line)
        if found and _is_item(found, words, items):
            indent = len(found[1].expandtabs(4))
            mark = found[2] or found[4]
            text = line[found.end() :].strip()
            items.append(Item(indent, found[3] or "", mark, text, begun + offset))
        elif items and line.startswith((" ", "\t")):
            items[-1].words += f" {line.strip()}"
        elif items:
            yield from _text(words, begun)
            yield from _lists(items)
            words, items, begun = [line], [], begun + offset
        else:
            words.append(line)
    yield from _text(words, begun, may_be_heading=not items)
    yield from _lists(items)


def _is_item(found: re.Match[str], words: list[str], items: list[Item]) -> bool:
    """Whether a line begins an item, and isn't a line of a paragraph that only looks like one."""
    if not found[3]:
        return found[2] not in "–—-*·" or not words or bool(items) or len(words) == 1
    if int(found[3]) >= YEAR:
        return False
    return not words or bool(items) or found[3] == "1"


def _text(words: list[str], begun: int, *, may_be_heading: bool = False) -> Iterator[Block]:
    lines = [" ".join(line.split()) for line in words]
    text = " ".join(lines)
    if not text:
        return
    if may_be_heading and len(lines) == 1 and _may_be_heading(text):
        yield _heading(text, begun)
        return
    is_verse = len(lines) > 1 and max(map(len, lines)) <= LONGEST_VERSE
    between = "\\\n" if is_verse else " "
    yield Block("paragraph", guarded(between.join(map(escaped, lines))), line=begun)


def _lists(items: list[Item]) -> Iterator[Block]:
    """The list of these items. What's further in is a list inside the item above."""
    if items:
        yield from _nested(items)


def _nested(items: list[Item]) -> Iterator[Block]:
    outer = min(item.indent for item in items)
    groups: list[tuple[Item, list[Item]]] = []
    for item in items:
        # An item may be further in than the next one without one to be in.
        if item.indent <= outer + 1 or not groups:
            groups.append((item, []))
        else:
            groups[-1][1].append(item)
    while groups:
        kind = bool(groups[0][0].number)
        same = [group for group in groups if bool(group[0].number) == kind]
        count = next(
            (n for n, group in enumerate(groups) if bool(group[0].number) != kind), len(groups)
        )
        same, groups = groups[:count], groups[count:]
        blocks = [
            [Block("paragraph", escaped(item.words)), *(_nested(inner) if inner else [])]
            for item, inner in same
        ]
        found, _more = lists.of_items(blocks, [item.number for item, _inner in same])
        if found:
            found.line = same[0][0].line
            yield found


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks, with numbered items joined that only blank lines part; and one alone above a
    text is a heading with a number."""
    held: Block | None = None
    for block in blocks:
        if held and _goes_on(held, block):
            held.items += block.items
            held.guesses += block.guesses
            continue
        if held:
            yield _numbered(held, block)
        held = block
    if held:
        yield held


def _goes_on(above: Block, below: Block) -> bool:
    is_numbered = above.kind == below.kind == "list" and above.start is not None
    return is_numbered and below.start == (above.start or 0) + len(above.items)


def _numbered(block: Block, below: Block) -> Block:
    if block.kind != "list" or block.start is None or len(block.items) != 1:
        return block
    words = re.sub(r"\\(.)", r"\1", block.items[0])
    if "\n" in words or below.kind == "list" or not _may_be_heading(words):
        return block
    heading = _heading(f"{block.start}. {words}", block.line)
    heading.guess(_("We took “%s” as a heading with a number.") % heading.text)
    return heading


def _heading(text: str, line: int | None) -> Block:
    if hashes := HASHES.fullmatch(text):
        text = hashes[1]
    block = Block("heading", text, line=line, is_guess=True)
    if _first_letter(text) in NO_CASE:
        block.guess(_("We took “%s” as a heading, because it’s a short line by itself.") % text)
    return block


def _may_be_heading(text: str) -> bool:
    if hashes := HASHES.fullmatch(text):
        text = hashes[1]
    if not text or len(text) > LONGEST or len(text.split()) > MOST_WORDS or text[-1] in ENDS:
        return False
    first = _first_letter(text)
    if first in NO_CASE and " " not in text and len(text) > LONGEST_WITHOUT_SPACES:
        return False
    return first in NO_CASE or first in ("Lu", "Lt", "Nd")


def _first_letter(text: str) -> str:
    """What kind of letter or digit a text begins with, as Unicode calls it; "" if it has none."""
    kinds = (unicodedata.category(letter) for letter in text)
    return next((kind for kind in kinds if kind[0] in "LN"), "")


def _take_title(blocks: list[Block]) -> None:
    """Take a heading at the top as the title, if another one comes right after it that briefs
    have on the top level."""
    if len(blocks) < 3 or blocks[0].kind != "heading" or TOP.fullmatch(blocks[0].text):
        return
    if blocks[1].kind == "heading" and TOP.fullmatch(blocks[1].text):
        title = blocks[0]
        title.kind, title.is_guess = "title", False
        title.guess(_("We took the first line as the title: “%s.”") % title.text)
