"""What is on the page of a brief, and in which order: once for the screen, paper and files.

`compose` gives the page in any medium: it is handed the function that sets a text and the
one that draws a figure. Sources are numbered as it sets the texts, so they have the same
numbers everywhere.
"""

from dataclasses import dataclass, field
from itertools import groupby

from ..models import PARTS, CallToAction, Figure, HelpLine, Question, Section, Source
from . import markdown

# The calls to action follow the section of this slug; without one they follow the last.
STEPS_FOLLOW = "what-you-can-do"
DEEPEST_HEADING = 4


@dataclass
class Part:
    """A section on the page.

    Attributes:
        above: the headings of the sections that it is inside of, the outermost first.
        text: its body.
        figures: those that its text does not place.
        steps: calls to action: [(name of the step, [call, …]), …].
    """

    section: Section
    above: list
    text: object
    figures: list
    questions: list
    steps: list = field(default_factory=list)

    @property
    def depth(self):
        return len(self.above)

    @property
    def tag(self):
        """The HTML element of its heading: the brief's title is h1."""
        return f"h{min(self.depth + 2, DEEPEST_HEADING)}"


@dataclass
class Page:
    """All that is on the page of a brief, its texts and figures set for one medium.

    Attributes:
        whole: questions on the whole brief.
        sources: as `Citations.listed` gives them.
    """

    summary: object
    advisory: object
    parts: list
    whole: list
    help_lines: list
    sources: list
    about: object
    minutes: int


def compose(brief, *, text, figure):
    """The page of a brief. A fixed number of queries.

    Args:
        brief: the brief.
        text: sets Markdown; takes what `markdown.render` takes.
        figure: draws a figure.
    """
    rows = rows_in_edition(brief)
    citations = markdown.Citations(rows[Source])
    drawn = {row.slug: figure(row) for row in rows[Figure]}
    # Who cites first has the lower number: the steps, the summary, then section by section.
    steps = by_step(rows[CallToAction], text, citations=citations)
    summary = text(brief.executive_summary, anchor="summary", citations=citations)
    parts = []
    for section, above in in_tree_order(rows[Section]):
        set_text = text(section.body, anchor=section.slug, citations=citations, figures=drawn)
        placed = markdown.find_figures(section.body)
        parts.append(
            Part(
                section,
                above,
                set_text,
                figures=[
                    drawn[row.slug]
                    for row in rows[Figure]
                    if row.section_id == section.pk and row.slug not in placed
                ],
                questions=[row for row in rows[Question] if row.section_id == section.pk],
            )
        )
    if parts:
        named = (part for part in parts if part.section.slug == STEPS_FOLLOW)
        next(named, parts[-1]).steps = steps
    return Page(
        summary=summary,
        advisory=text(brief.advisory),
        parts=parts,
        whole=[row for row in rows[Question] if row.section_id is None],
        help_lines=rows[HelpLine],
        sources=citations.listed(),
        about=text(brief.about),
        minutes=minutes_to_read(rows[Section]),
    )


def rows_in_edition(brief):
    """All rows in the edition of a brief, by model: sections as they follow each other, others
    by position. What belongs to a retired section is left out. One query for each model."""
    rows = {}
    for model in PARTS:
        found = model.objects.in_edition().filter(brief=brief)
        joined = {Figure: ["source"], Question: ["figure"]}.get(model)
        rows[model] = list(found.select_related(*joined) if joined else found)
        for row in rows[model]:
            row.brief = brief
    rows[Section] = [section for section, _above in in_tree_order(rows[Section])]
    sections = {None: None} | {section.pk: section for section in rows[Section]}
    for model in (Figure, Question):
        rows[model] = [row for row in rows[model] if row.section_id in sections]
        for row in rows[model]:
            row.section = sections[row.section_id]
    return rows


def in_tree_order(sections):
    """Sections as they follow each other: each as (section, the headings above it)."""
    sections = list(sections)
    children = {}
    known = {section.pk for section in sections}
    for section in sorted(sections, key=lambda s: (s.position, s.slug)):
        # What is inside of a section that is not among these comes to the top.
        parent = section.parent_id if section.parent_id in known else None
        children.setdefault(parent, []).append(section)

    def walk(parent, above):
        for section in children.get(parent, []):
            yield section, above
            yield from walk(section.pk, [*above, section.heading])

    return list(walk(None, []))


def figures_in_order(rows):
    """The figures as they come in the brief: where their section places them, then those that
    follow its text."""
    ordered = []
    for section in rows[Section]:
        own = {row.slug: row for row in rows[Figure] if row.section_id == section.pk}
        placed = [slug for slug in markdown.find_figures(section.body) if slug in own]
        ordered += [own[slug] for slug in dict.fromkeys([*placed, *own])]
    return ordered


def by_step(calls, text, **options):
    """Calls to action under the names of their steps, set by `text`: [(step, calls), …]."""
    order = {step: place for place, step in enumerate(CallToAction.Step.values)}
    ordered = sorted(calls, key=lambda call: (order[call.step], call.position, call.slug))
    return [
        (CallToAction.Step(step).label, [text(call.text, **options) for call in group])
        for step, group in groupby(ordered, key=lambda call: call.step)
    ]


def minutes_to_read(sections):
    return markdown.count_minutes(sum(markdown.count_words(s.body) for s in sections))
