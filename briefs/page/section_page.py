"""What a section shows on a page of its own.

It's taken from the brief as composed for the screen (`screen`), so its sources have the numbers
that they have on the page of the whole brief.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.http import Http404
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ..models import Brief, Question
from . import figures, markdown
from .compose import Page, Part, Rows, compose
from .kept import kept
from .places import ID, Places

ScreenPage = Page[SafeString, SafeString]
ScreenPart = Part[SafeString, SafeString]
# An entry of the contents, and the entries under it, of the same type.
Branch = tuple[ScreenPart, list[Any]]

MARK = re.compile(r'<sup class="cite">(.*?)</sup>')
LINK = re.compile(r'<a [^>]*?href="#source-([\w-]+)".*?</a>')
CITED = re.compile(r'href="#source-([\w-]+)"')
# A source that is cited so often, and more often than all others together, is the main one.
OFTEN = 10


@dataclass
class Asked:
    """A question, and the URL of the paragraph or figure it points at ("" if none)."""

    question: Question
    points_at: str


def screen(brief: Brief) -> ScreenPage:
    """The brief as composed for the screen, as it was at `brief.state` or later. Asks the database
    nothing if it's kept.

    Args:
        brief: from `BriefQuerySet.at_a_glance`.
    """

    def make() -> ScreenPage:
        return composed(Brief.objects.get(pk=brief.pk))

    return kept(f"composed:{get_language()}", brief, make)


def composed(brief: Brief, rows: Rows | None = None) -> ScreenPage:
    """The brief as composed for the screen now, with the arguments of `compose`."""
    drawn = partial(figures.render, has_tools=True)
    return compose(brief, text=markdown.render, figure=drawn, rows=rows)


def nested(parts: Iterable[ScreenPart]) -> list[Branch]:
    """The contents as a tree: [(part, [(part, […]), …]), …]."""
    tree: list[Branch] = []
    open_lists: dict[int, list[Branch]] = {}
    for part in parts:
        entry: Branch = (part, [])
        (open_lists[part.depth - 1] if part.depth else tree).append(entry)
        open_lists[part.depth] = entry[1]
    return tree


def section_page_context(brief: Brief, section_slug: str) -> dict[str, Any]:
    """The context of a section with a text, for `briefs/_section_text.html` and what follows it.

    Args:
        brief: from `BriefQuerySet.at_a_glance`.
        section_slug: whose page it is.

    Raises:
        Http404: the edition has no such section, or it has no text.
    """
    return section_on(screen(brief), section_slug)


def section_on(page: ScreenPage, section_slug: str) -> dict[str, Any]:
    """The same of a brief that is composed already."""
    texts = page.texts
    number = next((n for n, part in enumerate(texts) if part.section.slug == section_slug), None)
    if number is None:
        raise Http404
    return {
        "brief": page.brief,
        "advisory": page.advisory,
        "help_lines": page.help_lines,
        "number": number + 1,
        "count": len(texts),
        "minutes_left": markdown.count_minutes(sum(part.words for part in texts[number:])),
        "previous": texts[number - 1].section if number else None,
        "next": texts[number + 1].section if number + 1 < len(texts) else None,
        "after": "questions" if page.whole else "contents",
        "contents": nested(page.parts),
        **_text_context(page, texts[number]),
    }


def _text_context(page: ScreenPage, part: ScreenPart) -> dict[str, Any]:
    """What `briefs/_section_text.html`, `_section_questions.html` and `_cited.html`
    show."""
    places, slug = Places(page), part.section.slug
    main = main_source(page.sources)
    part = main_once(part, main)
    html = html_of(part)
    sources = cited_in(page.sources, html)
    here = {slug, *ID.findall(html), *(cited.anchor for cited in sources)}
    return {
        "part": part,
        "section": part.section,
        "text": places.led(part.text, here),
        "figures": [places.led(figure, here) for figure in part.figures],
        "steps": [(step, [places.led(call, here) for call in calls]) for step, calls in part.steps],
        "questions": [asked(question, places, here) for question in part.questions],
        "sources": sources,
        "main_source": main,
    }


def asked(question: Question, places: Places, here: set[str]) -> Asked:
    """A question for a page with these anchors (`here`), other than the whole brief's."""
    anchor = question.anchor
    if not anchor:
        return Asked(question, "")
    return Asked(question, f"#{anchor}" if anchor in here else places.of(anchor))


def html_of(part: ScreenPart) -> str:
    """All HTML of a section: its text, its figures, and its calls to action."""
    calls = (call for _step, calls in part.steps for call in calls)
    return "".join([part.text, *part.figures, *calls])


def cited_in(sources: Iterable[markdown.CitedSource], html: str) -> list[markdown.CitedSource]:
    """The sources that this HTML cites, with the numbers they have in the whole brief."""
    used = set(CITED.findall(html))
    return placed_in((cited for cited in sources if cited.source.slug in used), html)


def placed_in(sources: Iterable[markdown.CitedSource], html: str) -> list[markdown.CitedSource]:
    """The same sources, each with those of its citations that are in this HTML."""
    ids = set(ID.findall(html))
    return [
        replace(cited, places=[place for place in cited.places if place in ids])
        for cited in sources
    ]


def main_source(sources: Iterable[markdown.CitedSource]) -> str:
    """The slug of the source that most of a brief's facts come from; "" if there is none."""
    counted = sorted(((len(cited.places), cited.source.slug) for cited in sources), reverse=True)
    total = sum(count for count, _slug in counted)
    if counted and counted[0][0] >= OFTEN and counted[0][0] * 2 > total:
        return counted[0][1]
    return ""


def main_once(part: ScreenPart, main: str) -> ScreenPart:
    """The same section, where the main source (its slug) is cited only the first time."""
    if not main:
        return part
    seen = set[str]()

    def keep(mark: re.Match[str]) -> str:
        links = []
        for link in LINK.finditer(mark[1]):
            if link[1] == main and main in seen:
                continue
            seen.add(link[1])
            links.append(link[0])
        return f'<sup class="cite">{", ".join(links)}</sup>' if links else ""

    def tidied(html: str) -> SafeString:
        return mark_safe(MARK.sub(keep, html))

    steps = [(step, [tidied(call) for call in calls]) for step, calls in part.steps]
    return replace(part, text=tidied(part.text), steps=steps)
