"""What is next, for a person's home page and for a circle's page."""

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from config.prepared import prepared

from . import next_steps
from .home.after_meeting import AfterMeeting, just_ended
from .home.first_step import first_step
from .home.lately import NEWS_LAST, Lately, lately
from .home.whats_new import News, whats_new
from .meeting_overview import MeetingOverview
from .models import (
    ActionItem,
    Circle,
    DatePoll,
    Meeting,
    Membership,
    PrivacyChange,
    Roster,
    Swap,
)
from .models.actions import open_items_of, open_items_owned_by
from .models.columns import Columns, prepared_rows
from .models.meetings import CARD

if TYPE_CHECKING:
    from briefs.models import Section

# A request to swap readings, and who asks.
REQUEST = (
    Columns(Swap, ["meeting", "asker", "asked"], "swap__"),
    Columns(Membership, ["user", "approved_at", "left_at"], "swap__asker__"),
    Columns(User, ["display_name", "email"], "swap__asker__user__"),
)


@prepared_rows(*CARD)
def _of_circle(circle: int, since: datetime, *, drafts: bool) -> QuerySet[Meeting]:
    return Meeting.objects.filter(circle=circle).at_a_glance(since, drafts=drafts)


@prepared_rows(*CARD, *REQUEST)
def _around(circles: Collection[int], start: datetime, me: Collection[int]) -> QuerySet[Meeting]:
    """Meetings that begin after this moment, each once for each request to swap with one of these
    memberships."""
    asked = Q(swaps__asked__in=me, swaps__declined_at=None)
    around = Meeting.objects.filter(circle__in=circles, starts_at__gte=start).in_calendars()
    return around.annotate(swap=FilteredRelation("swaps", condition=asked))


@prepared
def _privacy_changes(circle: int, membership: int) -> QuerySet[PrivacyChange]:
    return PrivacyChange.objects.filter(circle=circle, unseen_by=membership)


@prepared
def _memberships(user: int) -> QuerySet[Membership]:
    shown = [f"circle__{name}" for name in ("slug", "name", "time_zone", "privacy")]
    mine = Membership.objects.filter(user=user, left_at=None).select_related("circle")
    mine = mine.only("user", "role", "approved_at", "left_at", *shown)
    return mine.order_by("circle__name", "pk")


@prepared
def _waiting_polls(
    memberships: Collection[int], circles: Collection[int], now: datetime
) -> QuerySet[DatePoll]:
    return DatePoll.objects.waiting_for(memberships, circles, now)


class CircleDashboard:
    """A circle's page as one member sees it."""

    MOST_ACTIONS = 5
    MOST_FACES = 12

    def __init__(self, circle: Circle, membership: Membership) -> None:
        self.circle = circle
        self.membership = membership

    @cached_property
    def _meetings(self) -> list[Meeting]:
        """Drafts, upcoming meetings and the last past one, by start."""
        since, drafts = Meeting.over_if_unstarted_since(), self.membership.is_facilitator
        found = []
        for meeting, brief in _of_circle(self.circle.pk, since, drafts=drafts):
            meeting.circle, meeting.brief = self.circle, brief
            found.append(meeting)
        return found

    @cached_property
    def meetings(self) -> list[Meeting]:
        return [m for m in self._meetings if m.scheduled_at and not m.is_over]

    @cached_property
    def roster(self) -> Roster:
        """The circle's people, and what they said about the next meeting."""
        return Roster(self.circle, self.membership, next(iter(self.meetings), None))

    @cached_property
    def next(self) -> MeetingOverview | None:
        """The next meeting, or None."""
        if not self.meetings:
            return None
        return MeetingOverview(self.meetings[0], self.membership, self.roster)

    @property
    def later(self) -> list[Meeting]:
        return self.meetings[1:]

    @property
    def coming_up(self) -> list[Meeting]:
        """Meetings after the next one, and drafts whose date hasn't passed, by start."""
        drafts = [draft for draft in self.drafts if not draft.is_over]
        return sorted([*self.later, *drafts], key=lambda meeting: meeting.starts_at)

    @property
    def drafts(self) -> list[Meeting]:
        return [meeting for meeting in self._meetings if not meeting.scheduled_at]

    @property
    def last(self) -> Meeting | None:
        """The last past meeting, or None."""
        past = (meeting for meeting in self._meetings if meeting.scheduled_at and meeting.is_over)
        return next(past, None)

    @cached_property
    def actions(self) -> list[ActionItem]:
        """Open action items, the member's own first."""
        items = open_items_of(self.circle.pk)
        actions = [item.show(self.membership, self.roster) for item in items]
        return sorted(actions, key=lambda action: action.owner_id != self.membership.pk)

    @property
    def first_actions(self) -> list[ActionItem]:
        """As many of them as the page shows."""
        return self.actions[: self.MOST_ACTIONS]

    @cached_property
    def polls(self) -> list[DatePoll]:
        """Open date polls that this member has not replied to."""
        return _polls_of([self.membership])

    @property
    def people(self) -> list[Membership]:
        return self.roster.members

    @property
    def faces(self) -> list[Membership]:
        """The first of the members."""
        return self.people[: self.MOST_FACES]

    @property
    def more_faces(self) -> int:
        """How many more members there are."""
        return len(self.people) - len(self.faces)

    @cached_property
    def privacy_changes(self) -> list[PrivacyChange]:
        """Changes of the privacy setting that this member has not hidden, oldest first."""
        changes = _privacy_changes(self.circle.pk, self.membership.pk)
        for change in changes:
            self.roster.name(change, "changed_by")
        return changes

    @cached_property
    def asking(self) -> int:
        """How many people ask to join; 0 for members who aren't facilitators."""
        return len(self.roster.waiting) if self.membership.is_facilitator else 0

    @cached_property
    def poll_steps(self) -> list[next_steps.NextStep]:
        """A step for each poll that this member has not replied to."""
        return [next_steps.answer_poll(poll) for poll in self.polls]

    @cached_property
    def next_step(self) -> next_steps.NextStep | None:
        """The facilitator's one obvious next step; None for a member, and where all is done."""
        if not self.membership.is_facilitator:
            return None
        if len(self.people) < 2:
            return next_steps.invite(self.circle)
        if self.last and self.last.ended_at and not self.last.minutes_published_at:
            return next_steps.publish_minutes_of(self.last)
        if not self.next and self.drafts:
            return next_steps.finish_draft(self.drafts[0])
        if not self.next:
            return next_steps.find_a_date(self.circle)
        if self.next.lacks_readings:
            return next_steps.choose_readings_for(self.next.meeting)
        return None


class HomeDashboard:
    """All of a person's circles: what's next, what's new, and the person's part in it."""

    # Meetings that began earlier aren't on the page.
    LOOKS_BACK = timedelta(days=21)

    def __init__(self, user: User) -> None:
        self.user = user
        self.now = timezone.now()

    @cached_property
    def _everywhere(self) -> list[Membership]:
        """Where the person is a member or has asked to join, by the circle's name."""
        found = _memberships(self.user.pk)
        for membership in found:
            membership.user = self.user
        return found

    @cached_property
    def memberships(self) -> dict[int, Membership]:
        return {mine.circle_id: mine for mine in self._everywhere if mine.approved_at}

    @property
    def circles(self) -> list[Circle]:
        return [membership.circle for membership in self.memberships.values()]

    @property
    def waiting(self) -> list[Membership]:
        """The person's requests to join that aren't answered yet."""
        return [membership for membership in self._everywhere if not membership.approved_at]

    @property
    def names_circles(self) -> bool:
        """Whether the page says of each thing which circle it is of."""
        return len(self.memberships) > 1

    @cached_property
    def _meetings(self) -> dict[int, tuple[Meeting, list[Swap]]]:
        """Upcoming meetings of all circles and those of late, by start, each with the open
        requests to this person to swap readings: {meeting's id: (meeting, [swap, …])}."""
        me = [membership.pk for membership in self.memberships.values()]
        rows = _around([*self.memberships], self.now - self.LOOKS_BACK, me)
        found: dict[int, tuple[Meeting, list[Swap]]] = {}
        # A meeting comes once for each request.
        for row, brief, swap, asker, person in rows:
            meeting, swaps = found.setdefault(row.pk, (row, []))
            meeting.brief, meeting.circle = brief, self.memberships[meeting.circle_id].circle
            if swap and asker.is_current:
                asker.user, swap.asker, swap.meeting = person, asker, meeting
                swaps.append(swap)
        return found

    @cached_property
    def meetings(self) -> list[Meeting]:
        """Upcoming meetings of all circles, soonest first."""
        return [meeting for meeting, _swaps in self._meetings.values() if meeting.is_to_come]

    @cached_property
    def _ended(self) -> list[Meeting]:
        """Meetings that just ended, the latest first."""
        ended = [meeting for meeting, _swaps in self._meetings.values() if just_ended(meeting)]
        return ended[::-1]

    @cached_property
    def _lately(self) -> Lately:
        since = self.user.away_since
        if not self.memberships or not (since or self._ended):
            return Lately()
        meetings = [meeting for meeting, _swaps in self._meetings.values()]
        return lately(self.memberships, meetings, self._ended, since or self.now)

    @cached_property
    def after(self) -> list[AfterMeeting]:
        """What comes first of meetings that just ended."""
        found = self._lately
        return [
            AfterMeeting(
                meeting,
                self.memberships[meeting.circle_id],
                gave_feedback=meeting.pk in found.feedback,
                takeaways=found.takeaways[meeting.pk],
            )
            for meeting in self._ended
        ]

    @cached_property
    def news(self) -> list[News]:
        """What's new since the person's last visit."""
        since = self.user.away_since
        if not since:
            return []
        meetings = [meeting for meeting, _swaps in self._meetings.values()]
        since = max(since, self.now - NEWS_LAST)
        return whats_new(self.memberships, meetings, self.actions, self._lately, since)

    @property
    def until(self) -> int:
        """When the page was made, in whole seconds."""
        return math.ceil(self.now.timestamp())

    @cached_property
    def asks_rsvp(self) -> bool:
        """The page first asks whether the person can make the next meeting."""
        return bool(self.next and self.next.is_unanswered)

    @cached_property
    def first_step(self) -> next_steps.NextStep | None:
        """The one thing to do for the next meeting, unless it's an RSVP."""
        return first_step(self.next, is_main=not self.after) if self.next else None

    @cached_property
    def my_roles(self) -> list[tuple[str, Meeting]]:
        """The person's roles at upcoming meetings: [(label, meeting), …]."""
        mine = {membership.pk for membership in self.memberships.values()}
        return [
            (meeting.role_label(role), meeting)
            for meeting in self.meetings
            for role, pk in zip(meeting.ROLES, meeting.role_ids, strict=True)
            if pk in mine
        ]

    @property
    def my_leads(self) -> "list[Section]":
        """The sections of the next meeting that the person leads."""
        return self.next.my_share[0] if self.next else []

    @property
    def asked_to_swap(self) -> list[Swap]:
        """Requests to this person to swap readings for later meetings.

        Requests for the next meeting are on its own card.
        """
        return [swap for meeting in self.later for swap in self._meetings[meeting.pk][1]]

    @cached_property
    def polls(self) -> list[DatePoll]:
        """Open date polls of all their circles that this person has not replied to."""
        return _polls_of(self.memberships.values())

    @property
    def poll_steps(self) -> list[next_steps.NextStep]:
        """A step for each poll that this person has not replied to."""
        return [
            next_steps.answer_poll(poll, names_circle=self.names_circles) for poll in self.polls
        ]

    @property
    def date_steps(self) -> list[next_steps.NextStep]:
        """A step for each circle with no meeting scheduled."""
        dated = {meeting.circle_id for meeting in self.meetings}
        return [
            next_steps.without_a_date(
                circle,
                may_plan=self.memberships[circle.pk].is_facilitator,
                is_main=not (self.meetings or self.after),
                names_circle=self.names_circles,
            )
            for circle in self.circles
            if circle.pk not in dated
        ]

    @cached_property
    def next(self) -> MeetingOverview | None:
        if not self.meetings:
            return None
        meeting = self.meetings[0]
        return MeetingOverview(meeting, self.memberships[meeting.circle_id])

    @property
    def later(self) -> list[Meeting]:
        return self.meetings[1:]

    @cached_property
    def actions(self) -> list[ActionItem]:
        mine = {membership.pk: membership for membership in self.memberships.values()}
        own = open_items_owned_by([*mine])
        return [item.show(mine[item.owner_id]) for item in own if item.owner_id]


def _polls_of(memberships: Collection[Membership]) -> list[DatePoll]:
    """Open date polls that these memberships of one person have not replied to."""
    circles = {membership.circle_id: membership.circle for membership in memberships}
    mine = [membership.pk for membership in memberships]
    found = _waiting_polls(mine, [*circles], timezone.now())
    for poll in found:
        poll.circle = circles[poll.circle_id]
    return found
