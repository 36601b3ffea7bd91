"""What stands on the page of a brief, in order: composed once for each state of its rows."""

import re
from dataclasses import dataclass, field

from django.utils.safestring import mark_safe

from ..editions.history import History
from ..models import Brief, Section
from . import figures, markdown
from .compose import STEPS_FOLLOW, in_step_order, in_tree_order

DEEPEST_HEADING = 4
TO_A_SECTION = re.compile(r'href="#(?!source-|cite-|summary)')


@dataclass
class Part:
    """A section as it stands on the page."""

    section: Section
    depth: int
    text: str
    figures: list = field(default_factory=list)
    questions: list = field(default_factory=list)
    steps: list = field(default_factory=list)

    @property
    def tag(self):
        """The element of its heading: the brief's title is h1."""
        return f"h{min(self.depth + 2, DEEPEST_HEADING)}"


def page_context(brief):
    """All that the template of a brief's page needs. A fixed number of queries."""
    sections = list(brief.sections.in_edition())
    citations = markdown.Citations(brief.sources.in_edition())
    drawn = {
        figure.slug: (figure, figures.render(figure))
        for figure in brief.figures.in_edition().select_related("source")
    }
    questions = list(brief.questions.in_edition().select_related("figure"))
    steps = by_step(brief.calltoactions.in_edition(), citations)
    summary = markdown.render(brief.executive_summary, anchor="summary", citations=citations)
    parts = []
    for section, above in in_tree_order(sections):
        section.brief = brief
        placed = set(markdown.find_figures(section.body))
        parts.append(
            Part(
                section=section,
                depth=len(above),
                text=markdown.render(
                    section.body,
                    anchor=section.slug,
                    citations=citations,
                    figures={slug: html for slug, (_figure, html) in drawn.items()},
                ),
                figures=[
                    html
                    for figure, html in drawn.values()
                    if figure.section_id == section.pk and figure.slug not in placed
                ],
                questions=[q for q in questions if q.section_id == section.pk],
            )
        )
    holder = next((part for part in parts if part.section.slug == STEPS_FOLLOW), None)
    if steps and parts:
        (holder or parts[-1]).steps = steps
    return {
        "brief": brief,
        "summary": summary,
        "advisory": markdown.render(brief.advisory),
        "parts": parts,
        "contents": nested(parts),
        "whole": [q for q in questions if q.section_id is None],
        "about": markdown.render(brief.about),
        "sources": citations.listed(),
        "help_lines": list(brief.helplines.in_edition()),
        "revised_from": next(iter(History(brief).earlier), None),
        "all_series": brief.series.all(),
        "minutes": markdown.count_minutes(
            sum(markdown.count_words(section.body) for section in sections)
        ),
        **beside(brief),
    }


def lead_to_the_brief(html, brief):
    """The same HTML for another page: what it links to stands on the brief's page."""
    return mark_safe(html.replace('href="#', f'href="{brief.get_absolute_url()}#'))


def section_context(section):
    """What a section says when it stands alone, with the figures and sources it had."""
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


def short_context(brief):
    """All that the short way through a brief needs: its summary and its figures, in order."""
    citations = markdown.Citations(brief.sources.in_edition())
    sections = in_tree_order(brief.sections.in_edition())
    for section, _above in sections:
        section.brief = brief
    summary = markdown.render(brief.executive_summary, anchor="summary", citations=citations)
    # What the summary points at in the brief is not on this page.
    summary = TO_A_SECTION.sub(rf'href="{brief.get_absolute_url()}#', summary)
    figures_in_order = _figures_in_order(brief, [section for section, _above in sections])
    charts = [figure for figure in figures_in_order if figure.is_chart]
    words = sum(markdown.count_words(f"{f.title} {f.summary} {f.note}") for f in charts)
    return {
        "brief": brief,
        "summary": mark_safe(summary),
        "charts": [(figure.section, figures.render(figure)) for figure in charts],
        "elsewhere": [
            (figure.section, figures.render(figure))
            for figure in figures_in_order
            if not figure.is_chart
        ],
        "advisory": markdown.render(brief.advisory),
        "help_lines": list(brief.helplines.in_edition()),
        "sources": _cited(citations, figures_in_order),
        "minutes": markdown.count_minutes(markdown.count_words(brief.executive_summary) + words),
        "minutes_in_full": markdown.count_minutes(
            sum(markdown.count_words(section.body) for section, _above in sections)
        ),
    }


def _figures_in_order(brief, sections):
    """The figures as they come in the brief: where a section places them, then
    those that follow its text."""
    by_section = {}
    for figure in brief.figures.in_edition().select_related("source"):
        by_section.setdefault(figure.section_id, {})[figure.slug] = figure
    ordered = []
    for section in sections:
        of_section = by_section.get(section.pk, {})
        placed = [slug for slug in markdown.find_figures(section.body) if slug in of_section]
        for slug in dict.fromkeys([*placed, *of_section]):
            of_section[slug].section = section
            ordered.append(of_section[slug])
    return ordered


def _cited(citations, figures_shown):
    """The sources of the short way: those that its summary cites or its figures rest on."""
    rest_on = {figure.source.slug for figure in figures_shown if figure.source}
    return [c for c in citations.listed() if c.places or c.source.slug in rest_on]


def by_step(calls, citations):
    """Calls to action under their steps as HTML, in the order of the steps."""
    return [
        (step, [markdown.render(call.text, citations=citations) for call in group])
        for step, group in in_step_order(calls)
    ]


def nested(parts):
    """The contents as a tree: [(part, [(part, […]), …]), …]."""
    tree, open_lists = [], {}
    for part in parts:
        entry = (part, [])
        (open_lists[part.depth - 1] if part.depth else tree).append(entry)
        open_lists[part.depth] = entry[1]
    return tree


def beside(brief):
    """The briefs before and after this one in the list that everyone sees."""
    listed = list(Brief.objects.filter(audience=Brief.Audience.EVERYONE).only("slug", "title"))
    place = next((n for n, other in enumerate(listed) if other.pk == brief.pk), None)
    if place is None:
        return {"previous": None, "next": None}
    return {
        "previous": listed[place - 1] if place else None,
        "next": listed[place + 1] if place + 1 < len(listed) else None,
    }
