"""What is on the page of a brief, and in which order: once for the screen, paper and files.

`compose` gives the page in any medium: it is handed the function that sets a text and the
one that draws a figure. Sources are numbered as it sets the texts, so they have the same
numbers everywhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic, Protocol, TypeVar

from ..models import (
    PARTS,
    Brief,
    CallToAction,
    Figure,
    HelpLine,
    PartOfBrief,
    Question,
    Section,
    Source,
)
from . import markdown

# The rows of an edition by model.
Rows = dict[type[PartOfBrief], list[Any]]
Text = TypeVar("Text", covariant=True)
Set = TypeVar("Set")
Drawing = TypeVar("Drawing")

# The calls to action follow the section of this slug; without one they follow the last.
STEPS_FOLLOW = "what-you-can-do"
DEEPEST_HEADING = 4


class Setter(Protocol[Text]):
    """Sets a text for one medium, as `markdown.render` does for the screen."""

    def __call__(
        self,
        text: str,
        *,
        anchor: str = "",
        citations: markdown.Citations | None = None,
        figures: Mapping[str, Any] | None = None,
    ) -> Text: ...


@dataclass
class Part(Generic[Set, Drawing]):
    """A section on the page.

    Attributes:
        above: the headings of the sections that it is inside of, the outermost first.
        text: its body.
        figures: those that its text does not place.
        steps: calls to action: [(name of the step, [call, …]), …].
    """

    section: Section
    above: list[str]
    text: Set
    figures: list[Drawing]
    questions: list[Question]
    steps: list[tuple[str, list[Set]]] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return len(self.above)

    @property
    def tag(self) -> str:
        """The HTML element of its heading: the brief's title is h1."""
        return f"h{min(self.depth + 2, DEEPEST_HEADING)}"


@dataclass
class Page(Generic[Set, Drawing]):
    """All that is on the page of a brief, its texts and figures set for one medium.

    Attributes:
        whole: questions on the whole brief.
        sources: as `Citations.listed` gives them.
    """

    summary: Set
    advisory: Set
    parts: list[Part[Set, Drawing]]
    whole: list[Question]
    help_lines: list[HelpLine]
    sources: list[markdown.CitedSource]
    about: Set
    minutes: int


def compose(
    brief: Brief, *, text: Setter[Set], figure: Callable[[Figure], Drawing]
) -> Page[Set, Drawing]:
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
    steps = by_step(rows[CallToAction], text, citations)
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


def rows_in_edition(brief: Brief) -> Rows:
    """All rows in the edition of a brief, by model: sections as they follow each other, others
    by position. What belongs to a retired section is left out. One query for each model."""
    rows: Rows = {}
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


def in_tree_order(sections: Iterable[Section]) -> list[tuple[Section, list[str]]]:
    """Sections as they follow each other: each as (section, the headings above it)."""
    sections = list(sections)
    children: dict[int | None, list[Section]] = {}
    known = {section.pk for section in sections}
    for section in sorted(sections, key=lambda s: (s.position, s.slug)):
        # What is inside of a section that is not among these comes to the top.
        parent = section.parent_id if section.parent_id in known else None
        children.setdefault(parent, []).append(section)

    def walk(parent: int | None, above: list[str]) -> Iterator[tuple[Section, list[str]]]:
        for section in children.get(parent, []):
            yield section, above
            yield from walk(section.pk, [*above, section.heading])

    return list(walk(None, []))


def figures_in_order(rows: Rows) -> list[Figure]:
    """The figures as they come in the brief: where their section places them, then those that
    follow its text."""
    ordered = []
    for section in rows[Section]:
        own = {row.slug: row for row in rows[Figure] if row.section_id == section.pk}
        placed = [slug for slug in markdown.find_figures(section.body) if slug in own]
        ordered += [own[slug] for slug in dict.fromkeys([*placed, *own])]
    return ordered


def by_step(
    calls: Iterable[CallToAction],
    text: Setter[Set],
    citations: markdown.Citations | None = None,
) -> list[tuple[str, list[Set]]]:
    """Calls to action under the names of their steps, set by `text`: [(step, calls), …]."""
    order = {step: place for place, step in enumerate(CallToAction.Step.values)}
    ordered = sorted(calls, key=lambda call: (order[call.step], call.position, call.slug))
    return [
        (
            str(CallToAction.Step(step).label),
            [text(call.text, citations=citations) for call in group],
        )
        for step, group in groupby(ordered, key=lambda call: call.step)
    ]


def minutes_to_read(sections: Iterable[Section]) -> int:
    return markdown.count_minutes(sum(markdown.count_words(s.body) for s in sections))
