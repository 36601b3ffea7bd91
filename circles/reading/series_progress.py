"""How far a person's circles are in a series: what they have talked about, what is planned."""

from dataclasses import dataclass, field

from briefs.models import Brief, Series

from ..models import Circle, Meeting


@dataclass
class Stop:
    """One brief of a series, with the meetings on it that a person may know of."""

    brief: Brief
    meetings: list = field(default_factory=list)


@dataclass
class Leg:
    """How far one circle is. A brief that is planned may have been talked about before."""

    circle: Circle
    held: int
    planned: Meeting | None
    next: Brief | None


@dataclass
class Course:
    """A series as a person's circles go through it. Made with a fixed number of queries.

    Args:
        series: of `readable_by()` this person.
        is_known: whether anyone is signed in.
    """

    series: Series
    stops: list
    legs: list = field(default_factory=list)
    is_known: bool = False

    @classmethod
    def of(cls, user, series):
        """The course of this user's circles; of a visitor, only the briefs."""
        stops = {entry.brief_id: Stop(entry.brief) for entry in series.shown}
        if not user.is_authenticated:
            return cls(series, list(stops.values()))
        memberships = user.memberships.current().select_related("circle")
        leads = {each.circle_id: each.is_facilitator for each in memberships}
        meetings = Meeting.objects.filter(circle__in=leads, brief__in=stops, cancelled_at=None)
        for meeting in meetings.with_brief().order_by("starts_at"):
            # Drafts are for facilitators only.
            if not meeting.is_draft or leads[meeting.circle_id]:
                stops[meeting.brief_id].meetings.append(meeting)
        stops = list(stops.values())
        circles = sorted((each.circle for each in memberships), key=lambda circle: circle.name)
        return cls(series, stops, [_leg(circle, stops) for circle in circles], is_known=True)


def _leg(circle, stops):
    """How far this circle is in these stops."""
    met = [
        (stop, [meeting for meeting in stop.meetings if meeting.circle_id == circle.pk])
        for stop in stops
    ]
    ahead = [m for _stop, meetings in met for m in meetings if m.is_to_come and not m.started_at]
    return Leg(
        circle,
        held=sum(any(meeting.is_over for meeting in meetings) for _stop, meetings in met),
        planned=min(ahead, key=lambda meeting: meeting.starts_at, default=None),
        next=next((stop.brief for stop, meetings in met if not meetings), None),
    )
