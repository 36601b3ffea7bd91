"""Where the parts of a draft are used, and in which order they come. Pure functions."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from ..editions.checks.doubles import link_of, title_of, twins
from ..editions.fixture import Entry
from ..page import markdown
from . import content as contents
from .content import BRIEF, CALL, FIGURE, QUESTION, SECTION, SOURCE, Content, Item
from .tree import rows as in_tree_order

CITED = re.compile(r"\[@([A-Za-z0-9_-]+)\]")


def names(content: Content) -> dict[str, str]:
    """The headings of all sections by slug, in reading order."""
    return {row.slug: row.heading for row in in_tree_order(content)}


def name_of(part: Item) -> str:
    """What a part is called, in at most 80 characters."""
    fields = part["fields"]
    name = next((str(fields[n]) for n in ("heading", "title", "name", "text") if fields.get(n)), "")
    words = markdown.plain(name) if part["model"] == CALL else " ".join(name.split())
    return shortened(words, 80)


def shortened(words: str, longest: int = 60) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def citing(content: Content) -> dict[str, list[str]]:
    """Where each source is used: {slug: [“Wells”, “Chart: Water used”, …]}."""
    places = defaultdict(list)
    order = [row.slug for row in in_tree_order(content)]

    def place(part: Item) -> tuple[int, bool]:
        """The brief comes first, and a figure after the text of its section."""
        is_figure = part["model"] == FIGURE
        section = contents.own(part, "section") if is_figure else part["fields"]["slug"]
        if part["model"] in (SECTION, FIGURE) and section in order:
            return order.index(section), is_figure
        return (-1 if part["model"] == BRIEF else len(order)), is_figure

    for part in sorted(content, key=place):
        for field, text in contents.texts_of(part):
            for slug in dict.fromkeys(markdown.find_citations(text)):
                places[slug].append(_place(part, field))
        if part["model"] == FIGURE and (source := contents.own(part, "source")):
            places[source].append(_("Figure: %s") % name_of(part))
    return places


def _place(part: Item, field: str) -> str:
    if part["model"] == BRIEF:
        return {
            "executive_summary": _("Two-minute summary"),
            "advisory": _("Content advisory"),
        }.get(field, _("About this brief"))
    if part["model"] == CALL:
        return _("Call to action: %s") % name_of(part)
    return name_of(part)


def doubles(content: Content) -> dict[str, str]:
    """Sources with the link or the title of an earlier one: {slug: slug of the first}."""
    sources = [Entry(SOURCE, part["fields"], 0) for part in contents.items(content, SOURCE)]
    found: dict[str, str] = {}
    for identify in (link_of, title_of):
        for entry, first in twins(sources, identify):
            found.setdefault(entry.slug, first.slug)
    return found


def one_source(content: Content, slug: str, kept: str) -> Content:
    """The content with one source in place of another, which is removed."""

    def other(mark: re.Match[str]) -> str:
        return f"[@{kept}]" if mark[1] == slug else mark[0]

    after = []
    for part in contents.remove(content, SOURCE, slug):
        changed: dict[str, Any] = {
            field: CITED.sub(other, text)
            for field, text in contents.texts_of(part)
            if f"[@{slug}]" in text
        }
        if part["model"] == FIGURE and contents.own(part, "source") == slug:
            changed["source"] = contents.naming(content, kept)
        after.append(contents.with_fields(part, **changed) if changed else part)
    return after


def blocks(body: str) -> list[tuple[int, str]]:
    """The blocks of a text after which a figure can be placed: [(line after it, words), …].

    Markers of figures aren't among them.
    """
    found = []
    for tokens, slugs in markdown.blocks(body):
        lines = tokens[0].map
        if lines and not slugs:
            words = markdown.plain("\n".join(body.split("\n")[lines[0] : lines[1]]))
            found.append((lines[1], words))
    return found


def without_figure(body: str, slug: str) -> str:
    """The text without the paragraph that places this figure."""
    if slug not in markdown.find_figures(body):
        return body
    gone = re.compile(rf"!\[[^\]\n]*\]\(figure:{re.escape(slug)}\)[ \t]*\n?")
    left = gone.sub("", body)
    return re.sub(r"\n{3,}", "\n\n", left).strip("\n")


def with_figure(body: str, slug: str, after: int) -> str:
    """The text with the figure placed after this block, counted from 1 as in `blocks`; 0 is
    before the first one."""
    body = without_figure(body, slug)
    lines = body.split("\n")
    ends = [0, *(end for end, _words in blocks(body))]
    at = ends[min(after, len(ends) - 1)]
    before, later = "\n".join(lines[:at]).strip("\n"), "\n".join(lines[at:]).strip("\n")
    return "\n\n".join(filter(None, [before, f"![](figure:{slug})", later]))


def placed(content: Content, slug: str, part: Item | None, after: int | None) -> Content:
    """The content with a figure placed in the text of its section.

    Args:
        content: of the draft.
        slug: of the figure.
        part: the figure, whose section it is about.
        after: as `with_figure` takes it; None for nowhere in the text.
    """
    section = part and contents.item(content, SECTION, contents.own(part, "section") or "")
    if not section:
        return content
    body = section["fields"].get("body", "")
    new = without_figure(body, slug) if after is None else with_figure(body, slug, after)
    return contents.replace(content, contents.with_fields(section, body=new))


def placed_after(body: str, slug: str) -> int | None:
    """After which block of a text a figure is placed; None if it isn't."""
    count = 0
    for _tokens, slugs in markdown.blocks(body):
        if slug in slugs:
            return count
        count += not slugs
    return None


def moved(content: Content, label: str, slug: str, by: int) -> Content:
    """The content with one part moved up (-1) or down (1) among those of its group."""
    part = contents.item(content, label, slug)
    if part is None:
        return content
    beside = in_order(other for other in contents.items(content, label) if same_group(other, part))
    here = next(n for n, other in enumerate(beside) if other is part)
    there = min(max(here + by, 0), len(beside) - 1)
    beside.insert(there, beside.pop(here))
    for number, other in enumerate(beside, start=1):
        if other["fields"].get("position", 0) != number:
            content = contents.replace(content, contents.with_fields(other, position=number))
    return content


def in_order(parts: Iterable[Item]) -> list[Item]:
    return sorted(parts, key=lambda p: (p["fields"].get("position", 0), p["fields"]["slug"]))


def group_of(part: Item) -> str:
    """What parts are ordered within: the section of questions and figures, the step of calls to
    action."""
    if part["model"] in (QUESTION, FIGURE):
        return contents.own(part, "section") or ""
    return str(part["fields"].get("step", "")) if part["model"] == CALL else ""


def same_group(one: Item, other: Item) -> bool:
    return group_of(one) == group_of(other)


def why_not_removed(content: Content, part: Item) -> str:
    """Why a part can't be removed now; "" if it can."""
    used = citing(content).get(part["fields"]["slug"], []) if part["model"] == SOURCE else []
    if used:
        return _("This source is still cited in %s. Remove those citations first.") % ", ".join(
            dict.fromkeys(used)
        )
    return ""


def unlinked(content: Content, part: Item) -> Content:
    """The content without what points at a figure that is about to be removed."""
    if part["model"] != FIGURE:
        return content
    slug, after = part["fields"]["slug"], []
    for other in content:
        body = other["fields"].get("body", "") if other["model"] == SECTION else ""
        if body and slug in markdown.find_figures(body):
            other = contents.with_fields(other, body=without_figure(body, slug))
        if other["model"] == QUESTION and contents.own(other, "figure") == slug:
            other = contents.with_fields(other, figure=None)
        after.append(other)
    return after


def repointed(before: str, after: str) -> Callable[[int], int | None]:
    """Where each paragraph of a section is once its text was changed, for the questions that
    point at it: a function from the old number to the new one, or None if it's gone."""
    old, new = markdown.paragraphs(before), markdown.paragraphs(after)
    there: dict[int, int] = {}
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        # As many paragraphs in place of others are these, reworded.
        if kind == "equal" or (kind == "replace" and i_end - i == j_end - j):
            there |= {i + n + 1: j + n + 1 for n in range(i_end - i)}
    return there.get
