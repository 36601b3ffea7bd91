"""The template contexts of a brief's page, of its quick version, and of a retired section; and its
charts for a live meeting."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from config.addresses import reverse

from ..editions.history import History
from ..models import Brief, Figure, HelpLine, Question, Section, Source
from . import figures, markdown
from .compose import figures_in_order, minutes_to_read, rows_in_edition
from .kept import kept
from .places import ID, ON_THE_COVER, Places
from .section_page import (
    ScreenPage,
    asked,
    cited_in,
    html_of,
    main_once,
    main_source,
    nested,
    placed_in,
    screen,
)

TO_AN_ANCHOR = re.compile(r'href="#(?!source-|cite-|summary)([^"]+)"')
ON_ALL = re.compile(r'href="#((?:source|cite|figure)-)')


def page_context(brief: Brief) -> dict[str, Any]:
    """The context of the whole brief on one page. The number of queries is fixed.

    Args:
        brief: from `BriefQuerySet.at_a_glance`.
    """
    return whole_on(screen(brief))


def whole_on(page: ScreenPage) -> dict[str, Any]:
    """The same of a brief that is composed already."""
    main = main_source(page.sources)
    parts = [main_once(part, main) for part in page.parts]
    html = "".join([page.summary, *map(html_of, parts)])
    return {
        "summary": page.summary,
        "parts": parts,
        "contents": nested(parts),
        "whole": page.whole,
        "about": page.about,
        "sources": placed_in(page.sources, html),
        "main_source": main,
        **_about(page),
    }


def cover_context(brief: Brief) -> dict[str, Any]:
    """The context of a brief's cover. The number of queries is fixed.

    Args:
        brief: from `BriefQuerySet.at_a_glance`.
    """
    return cover_on(screen(brief))


def cover_on(page: ScreenPage) -> dict[str, Any]:
    """The same of a brief that is composed already."""
    places = Places(page)
    slugs = {part.section.slug for part in page.parts}
    html = f"{page.summary}{page.about}"
    sources = cited_in(page.sources, html)
    here = {*ON_THE_COVER, *ID.findall(html), *(cited.anchor for cited in sources)} - slugs
    return {
        "summary": places.led(page.summary, here),
        "contents": nested(page.parts),
        "texts": page.texts,
        "whole": [asked(question, places, here) for question in on_no_section(page)],
        "about": places.led(page.about, here),
        "sources": sources,
        "has_sources": bool(page.sources),
        **_about(page),
    }


def on_no_section(page: ScreenPage) -> list[Question]:
    """The questions that no section's page has: on the whole brief, and on a heading without a
    text."""
    containers = [part for part in page.parts if part.section.is_container]
    return [*(question for part in containers for question in part.questions), *page.whole]


def _about(page: ScreenPage) -> dict[str, Any]:
    """What the cover and the whole page tell about a brief."""
    return {
        "brief": page.brief,
        "advisory": page.advisory,
        "help_lines": page.help_lines,
        "revised_from": next(iter(History(page.brief).earlier), None),
        "all_series": page.brief.series.all(),
        "minutes": page.minutes,
        **beside(page.brief),
    }


def lead_to_the_brief(html: str, brief: Brief) -> SafeString:
    """The same HTML for another page: its links to anchors lead to the cover, which leads on to
    a section's page; those to sources and figures to the whole on one page."""
    whole = reverse("briefs:brief_all", args=[brief.slug])
    return mark_safe(
        ON_ALL.sub(f'href="{whole}#\\1', html).replace(
            'href="#', f'href="{brief.get_absolute_url()}#'
        )
    )


class DrawnChart(NamedTuple):
    """A chart, drawn for another page than its brief's."""

    slug: str
    title: str
    html: SafeString


def charts_by_section(brief: Brief) -> dict[str, list[DrawnChart]]:
    """The charts of each section, in reading order: {slug of the section: [chart, …]}. Asks the
    database nothing if they are kept.

    Args:
        brief: with its `state`, as `BriefQuerySet.at_a_glance` gives it.
    """

    def make() -> dict[str, list[DrawnChart]]:
        found: dict[str, list[DrawnChart]] = {}
        for figure in figures_in_order(rows_in_edition(brief)):
            if figure.is_chart and figures.draw(figure):
                html = lead_to_the_brief(figures.render(figure), brief)
                chart = DrawnChart(figure.slug, figure.title, html)
                found.setdefault(figure.section.slug, []).append(chart)
        return found

    return kept(f"charts:{get_language()}", brief, make)


def section_context(section: Section) -> dict[str, Any]:
    """The context of a section on a page of its own, with its figures and sources."""
    citations = markdown.Citations(section.brief.sources.all())
    drawn = {
        figure.slug: figures.render(figure)
        for figure in section.figures.select_related("source", "section")
    }
    text = markdown.render(section.body, anchor=section.slug, citations=citations, figures=drawn)
    placed = set(markdown.find_figures(section.body))
    return {
        "text": text,
        "figures": [html for slug, html in drawn.items() if slug not in placed],
        "sources": list(citations.cited.values()),
    }


def short_context(brief: Brief) -> dict[str, Any]:
    """The context of the quick version of a brief: its summary, and its figures in order."""
    rows = rows_in_edition(brief)
    citations = markdown.Citations(rows[Source])
    rendered = markdown.render(brief.executive_summary, anchor="summary", citations=citations)
    # The sections that the summary links to aren't on this page.
    addresses = {s.slug: f'href="{s.get_absolute_url()}"' for s in rows[Section]}
    summary = TO_AN_ANCHOR.sub(
        lambda link: lead_to_the_brief(addresses.get(link[1], link[0]), brief), rendered
    )
    ordered = figures_in_order(rows)
    charts = [figure for figure in ordered if figure.is_chart]
    return {
        "brief": brief,
        "summary": mark_safe(summary),
        "charts": [(figure.section, figures.render(figure, has_tools=True)) for figure in charts],
        "elsewhere": [
            (figure.section, figures.render(figure)) for figure in ordered if not figure.is_chart
        ],
        "advisory": markdown.render(brief.advisory),
        "help_lines": rows[HelpLine],
        "sources": _cited(citations, ordered),
        "minutes": markdown.count_minutes(markdown.count_words(brief.executive_summary)),
        "minutes_of_charts": markdown.count_minutes(markdown.WORDS_A_FIGURE * len(charts)),
        "minutes_in_full": minutes_to_read(rows),
    }


def _cited(
    citations: markdown.Citations, figures_shown: Iterable[Figure]
) -> list[markdown.CitedSource]:
    """The sources that the summary cites or that these figures are based on."""
    rest_on = {figure.source.slug for figure in figures_shown if figure.source}
    return [c for c in citations.listed() if c.places or c.source.slug in rest_on]


def beside(brief: Brief) -> dict[str, Brief | None]:
    """The public briefs before and after this one: {"previous": …, "next": …}."""
    listed = list(Brief.objects.filter(audience=Brief.Audience.EVERYONE).only("slug", "title"))
    index = next((n for n, other in enumerate(listed) if other.pk == brief.pk), None)
    if index is None:
        return {"previous": None, "next": None}
    return {
        "previous": listed[index - 1] if index else None,
        "next": listed[index + 1] if index + 1 < len(listed) else None,
    }
