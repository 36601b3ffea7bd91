"""The sections of a brief as lines of a list: everything but their texts.

A reader's progress needs them each time, and the texts only to count their words. So they are kept
for each state of the brief, as its page is (`cache.py`).
"""

from collections.abc import Iterable
from typing import NamedTuple

from ..models import Brief, CallToAction, Figure, Section
from ..models.sections import address_of
from . import markdown
from .compose import in_tree_order, words_to_read
from .kept import kept, kept_for_each


class SectionLine(NamedTuple):
    """A section. In place of its text: how long it takes to read, in words, as the reader's pages
    count it (`compose.words_to_read`). All minutes that anyone is told come from there.
    """

    pk: int
    slug: str
    heading: str
    above: tuple[str, ...]  # the headings of the sections around it, the outermost first
    words: int
    is_retired: bool
    is_container: bool
    is_list: bool

    def __str__(self) -> str:
        return self.heading

    @property
    def minutes(self) -> int:
        """Minutes to read it; 0 if it only contains others."""
        return markdown.count_minutes(self.words)

    def address(self, brief: Brief) -> str:
        """Its URL, as `Section.get_absolute_url` gives it."""
        return address_of(brief.slug, self)

    @property
    def is_to_read(self) -> bool:
        """Whether it has a text in the current edition."""
        return not (self.is_retired or self.is_container)


def section_lines(brief: Brief) -> list[SectionLine]:
    """All sections of a brief, those in the edition first and in reading order. Asks the database
    nothing if they are kept.

    Args:
        brief: from `BriefQuerySet.at_a_glance` or `with_state`; any other costs a query more.
    """
    return kept_for_each("lines", [brief], _read)[brief.pk]


def with_lines(briefs: Iterable[Brief]) -> list[Brief]:
    """These briefs, each with its `lines`. Three queries for all whose lines aren't kept.

    Args:
        briefs: as for `section_lines`.
    """
    briefs = list(briefs)
    found = kept_for_each("lines", briefs, _read)
    for brief in briefs:
        brief.lines = found[brief.pk]
    return briefs


def section_texts(brief: Brief) -> dict[int, str]:
    """The words of each section by its id, without markup and white space, to find a passage in.
    Asks the database nothing if they are kept.

    Args:
        brief: from `BriefQuerySet.at_a_glance`.
    """

    def read() -> dict[int, str]:
        bodies = brief.sections.values_list("pk", "body")
        return {pk: markdown.squeezed(markdown.plain(body)) for pk, body in bodies}

    return kept("texts", brief, read)


def _read(briefs: list[Brief]) -> dict[int, list[SectionLine]]:
    ids = [brief.pk for brief in briefs]
    sections: dict[int, list[Section]] = {pk: [] for pk in ids}
    figures: dict[int, list[Figure]] = {pk: [] for pk in ids}
    calls: dict[int, list[CallToAction]] = {pk: [] for pk in ids}
    for section in Section.objects.filter(brief__in=ids):
        sections[section.brief_id].append(section)
    drawn = Figure.objects.in_edition().filter(brief__in=ids)
    for figure in drawn.only("brief", "slug", "section"):
        figures[figure.brief_id].append(figure)
    for call in CallToAction.objects.in_edition().filter(brief__in=ids).only("brief", "text"):
        calls[call.brief_id].append(call)
    return {pk: _lines(sections[pk], figures[pk], calls[pk]) for pk in ids}


def _lines(
    sections: list[Section], figures: list[Figure], calls: list[CallToAction]
) -> list[SectionLine]:
    shown = in_tree_order(section for section in sections if not section.is_retired)
    words = words_to_read([section for section, _above in shown], figures, calls)
    retired: list[tuple[Section, list[str]]] = [(s, []) for s in sections if s.is_retired]
    return [
        SectionLine(
            section.pk,
            section.slug,
            section.heading,
            tuple(above),
            words.get(section.pk, section.words),
            section.is_retired,
            section.is_container,
            section.is_list,
        )
        for section, above in [*shown, *retired]
    ]
