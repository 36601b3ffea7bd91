"""What is on the page of a brief and in which order, for the screen, for paper and for files.

`compose` works for any medium: it takes a function that renders a text and one that draws a
figure. It numbers the sources as it renders the texts, so the numbers are the same in all
media.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby
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

# The calls to action follow the section with this slug, or else the last one with a text.
STEPS_FOLLOW = "what-you-can-do"
DEEPEST_HEADING = 4


class Setter(Protocol[Text]):
    """Renders a text for one medium, as `markdown.render` does for the screen."""

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
        section: the section.
        above: the headings of the sections around it, the outermost first.
        text: its body.
        figures: the figures that its text doesn't place.
        questions: its questions.
        words: how long it takes to read, in words.
        steps: calls to action: [(name of the step, [call, …]), …].
    """

    section: Section
    above: list[str]
    text: Set
    figures: list[Drawing]
    questions: list[Question]
    words: int
    steps: list[tuple[str, list[Set]]] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return markdown.count_minutes(self.words)

    @property
    def depth(self) -> int:
        return len(self.above)

    @property
    def tag(self) -> str:
        """The HTML element of its heading. The brief's title is the h1."""
        return f"h{min(self.depth + 2, DEEPEST_HEADING)}"


@dataclass
class Page(Generic[Set, Drawing]):
    """The whole page of a brief, rendered for one medium.

    Attributes:
        whole: questions on the whole brief.
        sources: from `Citations.listed`.
        minutes: minutes to read the sections.
    """

    brief: Brief
    summary: Set
    advisory: Set
    parts: list[Part[Set, Drawing]]
    whole: list[Question]
    help_lines: list[HelpLine]
    sources: list[markdown.CitedSource]
    about: Set
    minutes: int

    @property
    def texts(self) -> list[Part[Set, Drawing]]:
        """The sections with a text, each of which has a page."""
        return [part for part in self.parts if not part.section.is_container]


def compose(
    brief: Brief,
    *,
    text: Setter[Set],
    figure: Callable[[Figure], Drawing],
    rows: Rows | None = None,
) -> Page[Set, Drawing]:
    """Compose the page of a brief. The number of queries is fixed.

    Args:
        brief: the brief.
        text: renders Markdown, with the arguments of `markdown.render`.
        figure: draws a figure.
        rows: what is on the page, from `arranged`; by default, the current edition.
    """
    rows = rows or rows_in_edition(brief)
    words = words_to_read(rows[Section], rows[Figure], rows[CallToAction])
    citations = markdown.Citations(rows[Source])
    drawn = {row.slug: figure(row) for row in rows[Figure]}
    # Sources are numbered in this order: calls to action, the summary, then the sections.
    steps = by_step(rows[CallToAction], text, citations)
    summary = text(brief.executive_summary, anchor="summary", citations=citations)
    parts = []
    for section, above in in_tree_order(rows[Section]):
        placed = markdown.find_figures(section.body)
        parts.append(
            Part(
                section,
                above,
                text(section.body, anchor=section.slug, citations=citations, figures=drawn),
                figures=[
                    drawn[row.slug]
                    for row in rows[Figure]
                    if row.section_id == section.pk and row.slug not in placed
                ],
                questions=[row for row in rows[Question] if row.section_id == section.pk],
                words=words[section.pk],
            )
        )
    if followed := steps_follow(rows[Section]):
        next(part for part in parts if part.section is followed).steps = steps
    return Page(
        brief=brief,
        summary=summary,
        advisory=text(brief.advisory),
        parts=parts,
        whole=[row for row in rows[Question] if row.section_id is None],
        help_lines=rows[HelpLine],
        sources=citations.listed(),
        about=text(brief.about),
        minutes=markdown.count_minutes(sum(words.values())),
    )


def rows_in_edition(brief: Brief) -> Rows:
    """All rows of the current edition by model: sections in tree order, others by position.

    Parts of a retired section are left out. One query for each model.
    """
    rows: Rows = {}
    for model in PARTS:
        found = model.objects.in_edition().filter(brief=brief)
        joined = {Figure: ["source"], Question: ["figure"]}.get(model)
        rows[model] = list(found.select_related(*joined) if joined else found)
    return arranged(brief, rows)


def arranged(brief: Brief, rows: Rows) -> Rows:
    """The rows of an edition, sections in tree order, each with its brief and its section.

    Args:
        brief: the brief.
        rows: all of its parts that aren't retired, by model and position.
    """
    for model in PARTS:
        for row in rows[model]:
            row.brief = brief
    rows[Section] = [section for section, _above in in_tree_order(rows[Section])]
    sections = {None: None} | {section.pk: section for section in rows[Section]}
    for model in (Figure, Question):
        rows[model] = [row for row in rows[model] if row.section_id in sections]
        for row in rows[model]:
            row.section = sections[row.section_id]
    brief.has_exit = brief.has_advisory or bool(rows[HelpLine])
    return rows


def in_tree_order(sections: Iterable[Section]) -> list[tuple[Section, list[str]]]:
    """Sections in reading order: [(section, headings of the sections above it), …]."""
    sections = list(sections)
    children: dict[int | None, list[Section]] = {}
    known = {section.pk for section in sections}
    for section in sorted(sections, key=lambda s: (s.position, s.slug)):
        # A section whose parent isn't among these moves to the top level.
        parent = section.parent_id if section.parent_id in known else None
        children.setdefault(parent, []).append(section)

    ordered: list[tuple[Section, list[str]]] = []
    seen = set()
    # No top-level section leads to those that are inside each other. They come last.
    for start in [*children.get(None, []), *chain.from_iterable(children.values())]:
        next_ones: list[tuple[Section, list[str]]] = [(start, [])]
        while next_ones:
            section, above = next_ones.pop()
            if section.pk not in seen:
                seen.add(section.pk)
                ordered.append((section, above))
                below = [*above, section.heading]
                next_ones += [(child, below) for child in reversed(children.get(section.pk, []))]
    return ordered


def figures_in_order(rows: Rows) -> list[Figure]:
    """The figures in reading order: section by section, the ones placed in its text first."""
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
    """Calls to action grouped by step: [(name of the step, [rendered call, …]), …].

    Args:
        calls: the calls to action.
        text: renders Markdown, with the arguments of `markdown.render`.
        citations: numbers the sources that the calls cite.
    """
    order = {step: number for number, step in enumerate(CallToAction.Step.values)}
    ordered = sorted(calls, key=lambda call: (order[call.step], call.position, call.slug))
    return [
        (
            str(CallToAction.Step(step).label),
            [text(call.text, citations=citations) for call in group],
        )
        for step, group in groupby(ordered, key=lambda call: call.step)
    ]


def steps_follow(sections: list[Section]) -> Section | None:
    """The section that the calls to action follow; None if there are no sections.

    Args:
        sections: those of the edition, in tree order.
    """
    # Only one with a text has a page of its own.
    with_text = [section for section in sections if not section.is_container]
    named = [section for section in with_text if section.slug == STEPS_FOLLOW]
    return next(iter([*named, *reversed(with_text), *reversed(sections)]), None)


def words_to_read(
    sections: list[Section], figures: Iterable[Figure], calls: Iterable[CallToAction]
) -> dict[int, int]:
    """How long each section of an edition takes to read, in words: {id of the section: words}.

    A figure counts as much as a reader takes to look at it, and the calls to action count with
    the section that they follow.

    Args:
        sections: those of the edition, in tree order.
        figures: those of the edition.
        calls: its calls to action.
    """
    words = {section.pk: section.words for section in sections}
    placed = {section.pk: markdown.find_figures(section.body) for section in sections}
    for figure in figures:
        if figure.slug not in placed.get(figure.section_id, [figure.slug]):
            words[figure.section_id] += markdown.WORDS_A_FIGURE
    if followed := steps_follow(sections):
        words[followed.pk] += sum(markdown.count_words(call.text) for call in calls)
    return words


def minutes_to_read(rows: Rows) -> int:
    words = words_to_read(rows[Section], rows[Figure], rows[CallToAction])
    return markdown.count_minutes(sum(words.values()))
