"""What is assigned for a meeting, in the brief's order, and what of it is one member's own.

Pages and emails take parts, minutes and words from here, so they say the same everywhere.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from briefs.page.lines import SectionLine, section_lines
from config.addresses import reverse
from config.prepared import prepared

from .readings import Reading

if TYPE_CHECKING:
    from briefs.models import Brief

    from .meetings import Meeting
    from .memberships import Membership


@prepared
def _lines(meeting: int, user: int) -> QuerySet[Reading]:
    return Reading.objects.filter(meeting=meeting).lines(user)


def given_for(meeting: "Meeting", user_id: int) -> list[Reading]:
    """All readings of a meeting whose sections are still in the brief, as `placed` gives them.

    Args:
        meeting: with its circle.
        user_id: of the person of whom each tells whether they have read it.
    """
    return placed(meeting, _lines(meeting.pk, user_id))


def placed(meeting: "Meeting", readings: Iterable[Reading]) -> list[Reading]:
    """These readings in the brief's order, each with its `line`, without those that are no longer
    to be read. Asks the database nothing if the lines of the brief are kept."""
    lines: dict[int, dict[int, tuple[int, SectionLine]]] = {}
    found = []
    for reading in readings:
        brief = reading.section.brief
        brief.state = reading.brief_state
        if brief.pk not in lines:
            lines[brief.pk] = {line.pk: (at, line) for at, line in enumerate(section_lines(brief))}
        at, line = lines[brief.pk].get(reading.section_id, (0, None))
        if line and line.is_to_read:
            reading.line, reading.meeting = line, meeting
            found.append((at, reading))
    return [reading for _at, reading in sorted(found, key=lambda each: (each[0], each[1].pk))]


class OwnReading:
    """What one member is to read for a meeting, in the brief's order.

    Args:
        meeting: with its circle.
        membership: of the member.
        given: all readings of the meeting, as `given_for` gives them. One query if it's left out.
    """

    def __init__(
        self, meeting: "Meeting", membership: "Membership", given: list[Reading] | None = None
    ) -> None:
        self.meeting = meeting
        if given is None:
            given = given_for(meeting, membership.user_id)
        self.led = [reading for reading in given if reading.membership_id == membership.pk]
        led = {reading.section_id for reading in self.led}
        self.parts = [
            reading
            for reading in given
            if reading in self.led
            or (reading.membership_id is None and reading.section_id not in led)
        ]

    @property
    def url(self) -> str:
        """Of the page with all parts."""
        return reading_url(self.meeting)

    @property
    def brief(self) -> "Brief | None":
        """The brief at a glance: see `BriefQuerySet.at_a_glance`. None if nothing is assigned."""
        return self.parts[0].section.brief if self.parts else None

    @cached_property
    def left(self) -> list[Reading]:
        """The parts that aren't read yet."""
        return [part for part in self.parts if not part.is_read]

    @property
    def next(self) -> Reading | None:
        """The part to go on with; None if all is read."""
        return self.left[0] if self.left else None

    @property
    def is_begun(self) -> bool:
        return len(self.left) < len(self.parts)

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)

    @property
    def minutes_left(self) -> int:
        return sum(part.minutes for part in self.left)

    @property
    def words(self) -> str:
        """“7 min · 3 parts”."""
        number = len(self.parts)
        return _told(ngettext("%(number)d part", "%(number)d parts", number), number, self.minutes)

    @property
    def left_words(self) -> str:
        """“5 min · 2 of 3 parts left”; empty if all is read."""
        return left_in_words(len(self.left), len(self.parts), self.minutes_left)

    @property
    def continue_words(self) -> str:
        """What a button says that leads to the part to go on with; empty if all is read."""
        if not self.next:
            return ""
        words = _("Continue: %(section)s") if self.is_begun else _("Start: %(section)s")
        return words % {"section": self.next.section}

    def find(self, slug: str) -> Reading | None:
        """The part on the section with this slug; None if it isn't theirs."""
        return next((part for part in self.parts if part.section.slug == slug), None)

    def number_of(self, part: Reading) -> int:
        """Which of the parts it is, from 1."""
        return self.parts.index(part) + 1

    def after(self, part: Reading) -> Reading | None:
        """The part that follows: the next one that isn't read yet, or the very next one if this
        one was read before, so that it's read again. None at the end."""
        later = self.parts[self.number_of(part) :]
        return next((each for each in later if part.is_read or not each.is_read), None)


class ToRead(Protocol):
    """A part of what's assigned to someone."""

    @property
    def is_read(self) -> bool: ...

    @property
    def minutes(self) -> int: ...


def minutes_left_at(number: int, parts: Sequence[ToRead]) -> int:
    """Minutes of the parts that aren't read yet; if all are read, of those from this one on, as
    someone reads them again.

    Args:
        number: of the part that is being read, from 1.
        parts: all that's assigned, in the brief's order.
    """
    left = [part for part in parts if not part.is_read] or parts[number - 1 :]
    return sum(part.minutes for part in left)


def reading_url(meeting: "Meeting") -> str:
    """The address of a member's own reading for a meeting."""
    return reverse("circles:reading_detail", args=[meeting.circle.slug, meeting.number])


def left_in_words(left: int, every: int, minutes: int) -> str:
    """“5 min · 2 of 3 parts left”; empty if none is left.

    Args:
        left: how many parts aren't read yet.
        every: how many there are.
        minutes: of those that are left.
    """
    if not left:
        return ""
    text = ngettext("%(number)d part left", "%(number)d parts left", left)
    if left < every:
        text = _("%(number)d of %(all)d parts left")
    return _told(text, left, minutes, every)


def _told(text: str, number: int, minutes: int, every: int = 0) -> str:
    parts = text % {"number": number, "all": every}
    return _("%(minutes)d min · %(parts)s") % {"minutes": minutes, "parts": parts}
