"""The sections of a brief as lines of a list: everything but their texts.

A reader's progress needs them each time, and the texts only to count their words. So they are kept
for each state of the brief, as its page is (`cache.py`).
"""

from typing import NamedTuple

from ..models import Brief, CallToAction, Figure
from ..models.sections import address_of
from . import markdown
from .compose import in_tree_order, words_to_read
from .kept import kept


class SectionLine(NamedTuple):
    """A section. In place of its text: how long it takes to read, in words."""

    pk: int
    slug: str
    heading: str
    words: int
    is_retired: bool
    is_container: bool

    def __str__(self) -> str:
        return self.heading

    @property
    def minutes(self) -> int:
        """Minutes to read its text; 0 if it has none."""
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
        brief: from `BriefQuerySet.at_a_glance`.
    """
    return kept("lines", brief, lambda: _read(brief))


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


def _read(brief: Brief) -> list[SectionLine]:
    sections = list(brief.sections.all())
    shown = [section for section, _above in in_tree_order(s for s in sections if not s.is_retired)]
    figures = Figure.objects.in_edition().filter(brief=brief).only("slug", "section")
    calls = CallToAction.objects.in_edition().filter(brief=brief).only("text")
    words = words_to_read(shown, figures, calls)
    return [
        SectionLine(
            section.pk,
            section.slug,
            section.heading,
            words.get(section.pk, section.words),
            section.is_retired,
            section.is_container,
        )
        for section in [*shown, *(section for section in sections if section.is_retired)]
    ]
