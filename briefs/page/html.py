"""The template contexts of a brief's page, of its quick version, and of a retired section."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from ..editions.history import History
from ..models import Brief, Figure, HelpLine, Section, Source
from . import figures, markdown
from .compose import Part, compose, figures_in_order, minutes_to_read, rows_in_edition

# An entry of the contents, and the entries under it, of the same type.
Branch = tuple[Part[SafeString, SafeString], list[Any]]

TO_A_SECTION = re.compile(r'href="#(?!source-|cite-|summary)')


def page_context(brief: Brief) -> dict[str, Any]:
    """The context of a brief's page. The number of queries is fixed."""
    page = compose(brief, text=markdown.render, figure=figures.render)
    return {
        "brief": brief,
        "summary": page.summary,
        "advisory": page.advisory,
        "parts": page.parts,
        "contents": nested(page.parts),
        "whole": page.whole,
        "about": page.about,
        "sources": page.sources,
        "help_lines": page.help_lines,
        "revised_from": next(iter(History(brief).earlier), None),
        "all_series": brief.series.all(),
        "minutes": page.minutes,
        **beside(brief),
    }


def lead_to_the_brief(html: str, brief: Brief) -> SafeString:
    """The same HTML for another page: its links to anchors lead to the brief's page."""
    return mark_safe(html.replace('href="#', f'href="{brief.get_absolute_url()}#'))


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
    summary = TO_A_SECTION.sub(rf'href="{brief.get_absolute_url()}#', rendered)
    ordered = figures_in_order(rows)
    charts = [figure for figure in ordered if figure.is_chart]
    words = sum(markdown.count_words(f"{f.title} {f.summary} {f.note}") for f in charts)
    return {
        "brief": brief,
        "summary": mark_safe(summary),
        "charts": [(figure.section, figures.render(figure)) for figure in charts],
        "elsewhere": [
            (figure.section, figures.render(figure)) for figure in ordered if not figure.is_chart
        ],
        "advisory": markdown.render(brief.advisory),
        "help_lines": rows[HelpLine],
        "sources": _cited(citations, ordered),
        "minutes": markdown.count_minutes(markdown.count_words(brief.executive_summary) + words),
        "minutes_in_full": minutes_to_read(rows[Section]),
    }


def _cited(
    citations: markdown.Citations, figures_shown: Iterable[Figure]
) -> list[markdown.CitedSource]:
    """The sources that the summary cites or that these figures are based on."""
    rest_on = {figure.source.slug for figure in figures_shown if figure.source}
    return [c for c in citations.listed() if c.places or c.source.slug in rest_on]


def nested(parts: Iterable[Part]) -> list[Branch]:
    """The contents as a tree: [(part, [(part, […]), …]), …]."""
    tree: list[Branch] = []
    open_lists: dict[int, list[Branch]] = {}
    for part in parts:
        entry: Branch = (part, [])
        (open_lists[part.depth - 1] if part.depth else tree).append(entry)
        open_lists[part.depth] = entry[1]
    return tree


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
