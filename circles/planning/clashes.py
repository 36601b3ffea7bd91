"""What clashes with the dates of a planned year, before its meetings are created."""

from datetime import date, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import when

from ..models import Meeting, Membership
from . import holidays

if TYPE_CHECKING:
    from ..models.meeting_querysets import MeetingQuerySet


# A date this close to another meeting of the circle gets a warning.
NEAR = timedelta(days=3)


class Clashes:
    """What falls on or near the days of a plan. Three queries, however many days.

    Args:
        membership: of the facilitator who plans, with its circle.
        country, region: codes of the place whose public holidays count.
        first, last: the first and last day of the plan.
    """

    def __init__(
        self, membership: Membership, country: str, region: str, first: date, last: date
    ) -> None:
        self.membership, self.circle = membership, membership.circle
        self.country, self.region = country, region
        self.first, self.last = first, last

    @cached_property
    def holidays(self) -> dict[date, str]:
        return holidays.between(self.country, self.region, self.first, self.last)

    @cached_property
    def own(self) -> list[tuple[date, Meeting]]:
        """The circle's meetings and drafts: [(day, meeting), …]."""
        meetings = self._between(self.circle.meetings.with_brief())
        return [(meeting.local_start.date(), meeting) for meeting in meetings]

    @cached_property
    def elsewhere(self) -> list[tuple[date, time, Meeting]]:
        """The facilitator's meetings in other circles: [(day, start, meeting), …].

        Day and start are in this circle's time zone.
        """
        mine = Membership.objects.current().filter(user=self.membership.user_id)
        circles = {m.circle_id: m for m in mine.exclude(circle=self.circle)}
        meetings = self._between(Meeting.objects.filter(circle__in=circles).with_brief())
        starts = [(m.starts_at.astimezone(self.circle.zone), m) for m in meetings]
        return [
            (start.date(), start.time(), meeting)
            for start, meeting in starts
            if meeting.scheduled_at or circles[meeting.circle_id].is_facilitator
        ]

    def _between(self, meetings: "MeetingQuerySet") -> "MeetingQuerySet":
        a_day = timedelta(days=1)
        begin, end = self.first - NEAR - a_day, self.last + NEAR + a_day
        return meetings.filter(cancelled_at=None, starts_at__date__range=(begin, end))

    def planned_on(self, day: date) -> Meeting | None:
        """The circle's meeting on this day, or None."""
        return next((meeting for on, meeting in self.own if on == day), None)

    def on(self, day: date) -> list[str]:
        """Sentences about this day."""
        sentences = [_("Holiday: %s.") % self.holidays[day]] if day in self.holidays else []
        for on, meeting in self.own:
            if on != day and abs(on - day) <= NEAR:
                sentences.append(_near(on - day, meeting))
        for on, start, meeting in self.elsewhere:
            if on == day:
                sentences.append(
                    _("You’re meeting with %(circle)s that day at %(time)s.")
                    % {"circle": meeting.circle, "time": when.clock(start)}
                )
        return sentences


def _near(distance: timedelta, meeting: Meeting) -> str:
    """“Your meeting “Water” is 2 days earlier, on Tuesday, January 14.”"""
    days = abs(distance.days)
    if distance.days > 0:
        text = ngettext(
            "Your meeting “%(meeting)s” is %(days)d day later, on %(day)s.",
            "Your meeting “%(meeting)s” is %(days)d days later, on %(day)s.",
            days,
        )
    else:
        text = ngettext(
            "Your meeting “%(meeting)s” is %(days)d day earlier, on %(day)s.",
            "Your meeting “%(meeting)s” is %(days)d days earlier, on %(day)s.",
            days,
        )
    return text % {"days": days, "meeting": meeting, "day": when.day(meeting)}
