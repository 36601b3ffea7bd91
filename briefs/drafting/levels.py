"""Guesses the levels of headings in plain text.

The usual parts of a brief are on the top level. Headings with nothing between them are nested.
Any other heading is a sibling of the one before it, unless it has no word in common with the
headings around it. Every guess is reported.
"""

import re

from django.utils.translation import gettext as _

from .blocks import Block

DEEPEST = 3
ASKS = re.compile(r"(who|what|when|where|why|how)\b", re.IGNORECASE)
# Headings that briefs usually have on the top level.
TOP = re.compile(
    r"(executive summary|introduction|case study|putting it in context|the role of government"
    r"|(current )?challenges\b.*|conclusion|ways to get involved.*|.*what you can do"
    r"|thought leaders.*|(additional|further) (resources|reading)|suggestions for .*"
    r"|discussion questions|questions( to talk about)?|sources|references)",
    re.IGNORECASE,
)
# Those of them that are never inside another.
ALWAYS_TOP = re.compile(
    r"(executive summary|introduction|conclusion|discussion questions"
    r"|questions( to talk about)?|sources|references)",
    re.IGNORECASE,
)
COMMON = {"with", "role", "from", "into", "your", "what", "this", "that", "areas"}


def _run_of_headings(blocks: list[Block], index: int) -> list[Block]:
    """The heading at this index and those right after it, up to one of the top level."""
    run = [blocks[index]]
    for block in blocks[index + 1 :]:
        if block.kind != "heading" or TOP.fullmatch(block.text):
            break
        run.append(block)
    return run


def judge_levels(blocks: list[Block]) -> None:
    """Set the level of each heading, and report where we put it."""
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
        level, reason = _level_of_first(block, chain, follows_break, len(run) > 1)
        for offset, heading in enumerate(run):
            # Headings right above a text are nested; headings without a text are siblings.
            leads_on = has_text and len(run) <= DEEPEST
            above = run[offset - 1 if leads_on else 0]
            heading.level = level if heading is block else above.level + 1
            chain = [*(h for h in chain if h[0].level < heading.level), (heading, [])]
            if len(chain) > 1:
                chain[-2][1].append(heading.text)
            holder = chain[-2][0] if len(chain) > 1 else None
            if index or offset:
                _report(heading, holder, reason if heading is block else "")
        index = end


def _report(heading: Block, holder: Block | None, reason: str) -> None:
    """Tell where a heading was put, unless it can be nowhere else."""
    if reason:
        heading.guess(reason)
    elif holder:
        names = {"heading": heading.text, "above": holder.text}
        heading.guess(_("We put “%(heading)s” inside “%(above)s.”") % names)
    elif not ALWAYS_TOP.fullmatch(heading.text):
        heading.guess(_("We put “%s” on the top level.") % heading.text)


def _level_of_first(
    block: Block,
    chain: list[tuple[Block, list[str]]],
    follows_break: bool,
    only_holds: bool,
) -> tuple[int, str]:
    """The level of a heading after a text, guessed from its position and its words, and the
    reason if it's an unusual one."""
    if not chain or TOP.fullmatch(block.text) or (follows_break and only_holds):
        return 1, ""
    last, _none = chain[-1]
    if follows_break and last.level < DEEPEST:
        reason = _("We put “%(heading)s” inside “%(above)s,” because it follows a break.")
        return last.level + 1, reason % {"heading": block.text, "above": last.text}
    if last.level < DEEPEST or follows_break:
        return last.level, ""
    holder, children = chain[-2]
    beside = [holder.text, *children]
    is_parallel = ASKS.match(block.text) and ASKS.match(last.text)
    if is_parallel or _stems(block.text) & set().union(*map(_stems, beside)):
        return last.level, ""
    reason = _("“%(heading)s” shares no words with “%(above)s,” so we put them side by side.")
    return holder.level, reason % {"heading": block.text, "above": holder.text}


def _stems(heading: str) -> set[str]:
    words = re.findall(r"[^\W\d_]{4,}", heading.lower())
    return {word[:6] for word in words if word not in COMMON}
