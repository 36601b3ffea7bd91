"""What is next, for a person's home page."""

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from config.prepared import prepared

from .. import next_steps
from ..meeting_overview import MeetingOverview
from ..models import (
    ActionItem,
    Circle,
    DatePoll,
    Meeting,
    Membership,
    Swap,
)
from ..models.actions import open_items_owned_by
from ..models.columns import Columns, prepared_rows
from ..models.meetings import CARD
from ..next_steps import NextStep
from .after_meeting import AfterMeeting, just_ended
from .first_step import comes_now, first_step
from .lately import NEWS_LAST, Lately, lately
from .waiting_polls import polls_of
from .whats_new import News, whats_new

if TYPE_CHECKING:
    from ..models import Reading

# A request to swap readings, and who asks.
REQUEST = (
    Columns(Swap, ["meeting", "asker", "asked"], "swap__"),
    Columns(Membership, ["user", "approved_at", "left_at"], "swap__asker__"),
    Columns(User, ["display_name", "email"], "swap__asker__user__"),
)


@prepared_rows(*CARD, *REQUEST)
def _around(
    circles: Collection[int], facilitated: Collection[int], start: datetime, me: Collection[int]
) -> QuerySet[Meeting]:
    """Meetings that begin after this moment, each once for each request to swap with one of these
    memberships; drafts only in the circles that someone facilitates."""
    asked = Q(swaps__asked__in=me, swaps__declined_at=None)
    around = Meeting.objects.filter(circle__in=circles, starts_at__gte=start)
    shown = around.filter(Q(scheduled_at__isnull=False) | Q(circle__in=facilitated))
    shown = shown.annotate(swap=FilteredRelation("swaps", condition=asked))
    return shown.order_by("starts_at", "pk")


@prepared
def _memberships(user: int) -> QuerySet[Membership]:
    shown = [f"circle__{name}" for name in ("slug", "name", "time_zone", "privacy")]
    met = Meeting.objects.filter(circle=OuterRef("circle"), started_at__isnull=False)
    mine = Membership.objects.filter(user=user, left_at=None).select_related("circle")
    mine = mine.annotate(**{"has_met": Exists(met)})
    mine = mine.only("user", "role", "approved_at", "left_at", *shown)
    return mine.order_by("circle__name", "pk")


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
        """Upcoming meetings of all circles and those of late, by start, and drafts of those that
        the person facilitates, each with the open requests to this person to swap readings:
        {meeting's id: (meeting, [swap, …])}."""
        me = [membership.pk for membership in self.memberships.values()]
        start = self.now - self.LOOKS_BACK
        rows = _around([*self.memberships], self._facilitated, start, me)
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
    def _facilitated(self) -> list[int]:
        """The ids of the circles that the person facilitates."""
        return [pk for pk, mine in self.memberships.items() if mine.is_facilitator]

    @cached_property
    def meetings(self) -> list[Meeting]:
        """Upcoming meetings of all circles, soonest first."""
        return [meeting for meeting, _swaps in self._meetings.values() if meeting.is_to_come]

    @property
    def _scheduled(self) -> list[Meeting]:
        """All but drafts."""
        return [meeting for meeting, _swaps in self._meetings.values() if meeting.scheduled_at]

    @property
    def _drafts(self) -> list[Meeting]:
        """Drafts that can be announced: their date hasn't passed."""
        return [
            meeting
            for meeting, _swaps in self._meetings.values()
            if not (meeting.scheduled_at or meeting.is_over or meeting.is_cancelled)
        ]

    @cached_property
    def _draft_steps(self) -> list[NextStep]:
        """A step for each circle with drafts that wait to be announced."""
        drafts: dict[Circle, list[Meeting]] = {}
        for draft in self._drafts:
            drafts.setdefault(draft.circle, []).append(draft)
        return [
            next_steps.announce_drafts(circle, waiting, names_circle=self.names_circles)
            for circle, waiting in drafts.items()
        ]

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
        return lately(self.memberships, self._scheduled, self._ended, since or self.now)

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
        since = max(since, self.now - NEWS_LAST)
        return whats_new(self.memberships, self._scheduled, self.actions, self._lately, since)

    @property
    def until(self) -> int:
        """When the page was made, in whole seconds."""
        return math.ceil(self.now.timestamp())

    @cached_property
    def steps(self) -> list[NextStep]:
        """What comes first on the page: the one thing to do, and then others, less prominent."""
        after = next((each.step for each in self.after if each.step), None)
        found = [after] if after and not self._comes_now else []
        if self.next:
            coming = first_step(self.next)
            # Behind another step, one that only says that all is done is left out.
            found += [coming] if not found or coming.asks or coming.buttons else []
        found += self._draft_steps
        if not self.next:
            found += [*self._poll_steps, *self._date_steps]
        return [step.behind_another() if place else step for place, step in enumerate(found)]

    @property
    def later_steps(self) -> list[NextStep]:
        """Steps of other circles, below the next meeting."""
        found = [*self._poll_steps, *self._date_steps] if self.next else []
        return [step.behind_another() for step in found]

    @property
    def _comes_now(self) -> bool:
        return bool(self.next and comes_now(self.next.meeting))

    @property
    def asks_rsvp(self) -> bool:
        """The page asks at its top whether the person can make the next meeting."""
        return any(step.asks for step in self.steps)

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
    def my_leads(self) -> "list[Reading]":
        """What the person leads at the next meeting."""
        return self.next.own.led if self.next else []

    @property
    def asked_to_swap(self) -> list[Swap]:
        """Requests to this person to swap readings for later meetings.

        Requests for the next meeting are on its own card.
        """
        return [swap for meeting in self.later for swap in self._meetings[meeting.pk][1]]

    @cached_property
    def polls(self) -> list[DatePoll]:
        """Open date polls of all their circles that this person has not replied to."""
        return polls_of(self.memberships.values())

    @property
    def _poll_steps(self) -> list[NextStep]:
        """A step for each poll that this person has not replied to."""
        return [
            next_steps.answer_poll(poll, names_circle=self.names_circles) for poll in self.polls
        ]

    @property
    def _date_steps(self) -> list[NextStep]:
        """A step for each circle with neither a meeting scheduled, nor a draft that the person
        can announce, nor a poll that waits for them."""
        dated = {meeting.circle_id for meeting in [*self.meetings, *self._drafts]}
        dated |= {poll.circle_id for poll in self.polls}
        undated = [mine for pk, mine in self.memberships.items() if pk not in dated]
        return [self._date_step(mine) for mine in undated]

    def _date_step(self, mine: Membership) -> NextStep:
        circle, names_circle = mine.circle, self.names_circles
        if mine.is_facilitator and not mine.has_met:
            return next_steps.get_ready_to_meet(circle, names_circle=names_circle)
        return next_steps.without_a_date(
            circle, may_plan=mine.is_facilitator, names_circle=names_circle
        )

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
