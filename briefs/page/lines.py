"""The sections of a brief as lines of a list: everything but their texts.

A reader's progress needs them each time, and the texts only to count their words. So they are kept
for each state of the brief, as its page is (`cache.py`).
"""

from typing import NamedTuple

from ..models import Brief, Section
from ..models.sections import address_of
from . import markdown
from .compose import rows_in_edition, words_to_read
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


def _read(brief: Brief) -> list[SectionLine]:
    rows = rows_in_edition(brief)
    words = words_to_read(rows)
    return [
        SectionLine(
            section.pk,
            section.slug,
            section.heading,
            words.get(section.pk, 0) or markdown.count_words(section.body),
            section.is_retired,
            section.is_container,
        )
        for section in [*rows[Section], *brief.sections.exclude(retired_at=None)]
    ]
