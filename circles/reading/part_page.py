"""One part of a member's own reading as a page: its text, its questions, and what they marked."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from briefs.page.kept import kept
from briefs.page.section_page import section_page_context
from config.prepared import prepared

from ..models import AgendaItem
from ..models.own_reading import minutes_left_at
from .progress import ReadingProgress, SectionProgress

if TYPE_CHECKING:
    from accounts.models import User
    from briefs.models import Brief, Section

    from ..models import Meeting, OwnReading, Reading


@prepared
def _on_agenda(meeting: int, section: int) -> QuerySet[AgendaItem, tuple[int]]:
    return AgendaItem.objects.filter(meeting=meeting, section=section).values_list("pk")


# What the page shows of the section, by the templates that a section's public page has too.
SHOWN = [
    *("section", "text", "figures", "steps", "questions", "sources", "main_source"),
    *("advisory", "help_lines"),
]


class PartPage:
    """What the page of one part shows. A fixed number of queries.

    Args:
        own: the member's reading, of which it is a part.
        part: which one.
        user: the member.
    """

    def __init__(self, own: "OwnReading", part: "Reading", user: "User") -> None:
        self.own, self.part, self.user = own, part, user

    @property
    def meeting(self) -> "Meeting":
        return self.own.meeting

    @property
    def section(self) -> "Section":
        return self.part.section

    @property
    def brief(self) -> "Brief":
        return self.section.brief

    @property
    def number(self) -> int:
        """Which of the parts it is, from 1."""
        return self.own.number_of(self.part)

    @property
    def minutes_left(self) -> int:
        return minutes_left_at(self.number, self.own.parts)

    @property
    def next(self) -> "Reading | None":
        return self.own.after(self.part)

    @cached_property
    def context(self) -> dict[str, Any]:
        """The text with its figures, questions and sources, kept as long as the brief's state."""

        def make() -> dict[str, Any]:
            found = section_page_context(self.brief, self.section.slug)
            return {name: found[name] for name in SHOWN}

        return kept(f"part:{get_language()}:{self.section.slug}", self.brief, make)

    @cached_property
    def is_on_agenda(self) -> bool:
        """Whether the meeting will talk about the section."""
        return bool(_on_agenda(self.meeting.pk, self.section.pk))

    @cached_property
    def progress(self) -> ReadingProgress:
        return ReadingProgress.at_section(self.user, self.brief, self.part.line)

    @property
    def row(self) -> SectionProgress:
        """The member's marks and note on the section."""
        return self.progress.sections[0]
