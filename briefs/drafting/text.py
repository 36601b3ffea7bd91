"""Reads plain text, and guesses the levels of its headings.

A heading is a short line by itself that doesn't end like a sentence. The usual parts of a
brief are on the top level. Headings with nothing between them are nested. Any other heading
is a sibling of the one before it, unless it has no word in common with the headings around
it. Every guess is reported.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .blocks import Block, Guess, decoded, escaped, guarded

LONGEST, MOST_WORDS, DEEPEST = 80, 10, 3
BULLET = re.compile(r"\s*(?:[•◦▪‣·*–-]|\d+[.)])\s+")
ASKS = re.compile(r"(who|what|when|where|why|how)\b", re.IGNORECASE)
# Headings that briefs usually have on the top level.
TOP = re.compile(
    r"(executive summary|introduction|case study|putting it in context|the role of government"
    r"|(current )?challenges\b.*|conclusion|ways to get involved.*|.*what you can do"
    r"|thought leaders.*|(additional|further) (resources|reading)|suggestions for .*"
    r"|discussion questions|questions( to talk about)?|sources|references)",
    re.IGNORECASE,
)
COMMON = {"with", "role", "from", "into", "your", "what", "this", "that", "areas"}


def read_text(content: bytes, name: str, guesses: list[Guess]) -> list[Block]:
    """The blocks of a text file. Arguments as for `read_docx`."""
    text = decoded(content, name, guesses).replace("\r\n", "\n").replace("\r", "\n")
    blocks = list(_blocks(text.split("\n")))
    _judge_levels(blocks, guesses)
    return blocks


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Paragraphs, lists, and lines that may be headings."""
    run: list[str] = []
    begun = 0
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            if not run:
                begun = number
            run.append(line)
            continue
        yield from _parted(run, begun)
        run = []
        if "\xa0" in line:
            yield Block("break", line=number)


def _parted(run: list[str], begun: int) -> Iterator[Block]:
    """The blocks of a run of lines between blank lines: text, and list items after it."""
    words, items = [], []
    for line in run:
        if BULLET.match(line):
            items.append(escaped(BULLET.sub("", line, count=1).strip()))
        elif items and line.startswith((" ", "\t")):
            items[-1] += " " + escaped(line.strip())
        elif items:
            yield Block("list", items=items, line=begun)
            words, items = [line], []
        else:
            words.append(line)
    text = " ".join(line.strip() for line in words)
    if text and len(words) == 1 and not items and _is_heading(text):
        yield Block("heading", text, line=begun)
    elif text:
        yield Block("paragraph", guarded(escaped(text)), line=begun)
    if items:
        yield Block("list", items=items, line=begun)


def _is_heading(text: str) -> bool:
    return (
        len(text) <= LONGEST
        and len(text.split()) <= MOST_WORDS
        and text[-1] not in '.,;:!”"'
        and (text[0].isupper() or text[0].isdigit())
    )


def _run_of_headings(blocks: list[Block], index: int) -> list[Block]:
    """The heading at this index and those right after it, up to one of the top level."""
    run = [blocks[index]]
    for block in blocks[index + 1 :]:
        if block.kind != "heading" or TOP.fullmatch(block.text):
            break
        run.append(block)
    return run


def _judge_levels(blocks: list[Block], guesses: list[Guess]) -> None:
    """Set the level of each heading, and report the guesses."""
    # The headings above the next one, each with the texts of its child headings.
    chain: list[tuple[Block, list[str]]] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if block.kind != "heading":
            index += 1
            continue
        run = _run_of_headings(blocks, index)
        end = index + len(run)
        has_text = end < len(blocks) and blocks[end].kind not in ("heading", "break")
        follows_break = index > 0 and blocks[index - 1].kind == "break"
        level = _level_of_first(block, chain, follows_break, len(run) > 1, guesses)
        for offset, heading in enumerate(run):
            # Headings right above a text are nested; headings without a text are siblings.
            leads_on = has_text and len(run) <= DEEPEST
            above = run[offset - 1 if leads_on else 0]
            heading.level = level if heading is block else above.level + 1
            if offset:
                said = _("We put “%(heading)s” inside “%(above)s.”")
                names = {"heading": heading.text, "above": above.text}
                guesses.append((heading.line, said % names))
            chain = [*(h for h in chain if h[0].level < heading.level), (heading, [])]
            if len(chain) > 1:
                chain[-2][1].append(heading.text)
        index = end


def _level_of_first(
    block: Block,
    chain: list[tuple[Block, list[str]]],
    follows_break: bool,
    only_holds: bool,
    guesses: list[Guess],
) -> int:
    """The level of a heading after a text, guessed from its position and its words."""
    if not chain or TOP.fullmatch(block.text):
        return 1
    last, _none = chain[-1]
    if follows_break and only_holds:
        return 1
    if follows_break:
        guesses.append(
            (
                block.line,
                _("We put “%(heading)s” inside “%(above)s,” because it follows a break.")
                % {"heading": block.text, "above": last.text},
            )
        )
        return min(last.level + 1, DEEPEST)
    if last.level < DEEPEST:
        return last.level
    holder, children = chain[-2]
    beside = [holder.text, *children]
    is_parallel = ASKS.match(block.text) and ASKS.match(last.text)
    if is_parallel or _stems(block.text) & set().union(*map(_stems, beside)):
        return last.level
    guesses.append(
        (
            block.line,
            _("“%(heading)s” shares no words with “%(above)s,” so we put them side by side.")
            % {"heading": block.text, "above": holder.text},
        )
    )
    return holder.level


def _stems(heading: str) -> set[str]:
    words = re.findall(r"[a-z]{4,}", heading.lower())
    return {word[:6] for word in words if word not in COMMON}
