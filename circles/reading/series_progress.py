"""A person's circles in a series: which briefs they talked about, which ones are planned."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefs.models import Brief, Series

from ..models import Circle, Meeting

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass
class Entry:
    """One brief of a series, with the meetings on it that a person may know about."""

    brief: Brief
    meetings: list[Meeting] = field(default_factory=list)


@dataclass
class CircleProgress:
    """One circle's progress. A planned brief may have been talked about before too."""

    circle: Circle
    held: int
    planned: Meeting | None
    next: Brief | None


@dataclass
class SeriesProgress:
    """The progress of a person's circles in a series. A fixed number of queries.

    Args:
        series: one that this person may read (`readable_by()`).
        is_known: whether the person is signed in.
    """

    series: Series
    entries: list[Entry]
    circles: list[CircleProgress] = field(default_factory=list)
    is_known: bool = False

    @classmethod
    def gather(cls, user: "User | AnonymousUser", series: Series) -> "SeriesProgress":
        """The progress of this user's circles; a visitor gets only the briefs."""
        by_brief = {entry.brief_id: Entry(entry.brief) for entry in series.shown}
        if not user.is_authenticated:
            return cls(series, list(by_brief.values()))
        memberships = user.memberships.current().select_related("circle")
        leads = {each.circle_id: each.is_facilitator for each in memberships}
        meetings = Meeting.objects.filter(circle__in=leads, brief__in=by_brief, cancelled_at=None)
        for meeting in meetings.with_brief().order_by("starts_at"):
            # Drafts are for facilitators only.
            if meeting.brief_id and (not meeting.is_draft or leads[meeting.circle_id]):
                by_brief[meeting.brief_id].meetings.append(meeting)
        entries = list(by_brief.values())
        circles = sorted((each.circle for each in memberships), key=lambda circle: circle.name)
        return cls(
            series,
            entries,
            [_circle_progress(circle, entries) for circle in circles],
            is_known=True,
        )


def _circle_progress(circle: Circle, entries: list[Entry]) -> CircleProgress:
    """This circle's progress in these entries."""
    met = [
        (entry, [meeting for meeting in entry.meetings if meeting.circle_id == circle.pk])
        for entry in entries
    ]
    upcoming = [
        m for _entry, meetings in met for m in meetings if m.is_to_come and not m.started_at
    ]
    return CircleProgress(
        circle,
        held=sum(any(meeting.is_over for meeting in meetings) for _entry, meetings in met),
        planned=min(upcoming, key=lambda meeting: meeting.starts_at, default=None),
        next=next((entry.brief for entry, meetings in met if not meetings), None),
    )
