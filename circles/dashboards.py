"""What is next, for a person's home page and for a circle's page."""

from functools import cached_property
from typing import TYPE_CHECKING

from . import next_steps
from .meeting_overview import MeetingOverview
from .models import ActionItem, Circle, DatePoll, Meeting, Membership, PrivacyChange, Swap

if TYPE_CHECKING:
    from accounts.models import User


class CircleDashboard:
    """A circle's page as one member sees it."""

    def __init__(self, circle: Circle, membership: Membership) -> None:
        self.circle = circle
        self.membership = membership

    @cached_property
    def meetings(self) -> list[Meeting]:
        visible = self.circle.meetings.visible_to(self.membership)
        return list(visible.upcoming().with_brief().with_roles())

    @cached_property
    def next(self) -> MeetingOverview | None:
        """The next meeting, or None."""
        return MeetingOverview(self.meetings[0], self.membership) if self.meetings else None

    @property
    def later(self) -> list[Meeting]:
        return self.meetings[1:]

    @cached_property
    def drafts(self) -> list[Meeting]:
        if not self.membership.is_facilitator:
            return []
        return list(self.circle.meetings.drafts().with_brief())

    @cached_property
    def last(self) -> Meeting | None:
        """The last past meeting, or None."""
        return self.circle.meetings.past().with_brief().first()

    @cached_property
    def actions(self) -> list[ActionItem]:
        """Open action items, the member's own first."""
        actions = ActionItem.objects.of_circle(self.circle).shown_to(self.membership.user)
        return sorted(actions.open(), key=lambda action: action.owner_id != self.membership.pk)

    @property
    def mine(self) -> list[ActionItem]:
        """The member's own open action items, soonest due first."""
        return [action for action in self.actions if action.owner_id == self.membership.pk]

    @cached_property
    def polls(self) -> list[DatePoll]:
        """Open date polls that this member has not replied to."""
        return list(DatePoll.objects.waiting_for([self.membership]))

    @cached_property
    def people(self) -> list[Membership]:
        return list(self.circle.memberships.current().by_name())

    @cached_property
    def privacy_changes(self) -> list[PrivacyChange]:
        """Changes of the privacy setting that this member has not hidden, oldest first."""
        changes = self.circle.privacy_changes.filter(unseen_by=self.membership)
        return list(changes.select_related("changed_by__user"))

    @cached_property
    def asking(self) -> int:
        """How many people ask to join; 0 for members who aren't facilitators."""
        return self.circle.memberships.waiting().count() if self.membership.is_facilitator else 0

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
    """All of a person's circles: upcoming meetings, polls, and the person's action items."""

    def __init__(self, user: "User") -> None:
        self.user = user

    @cached_property
    def memberships(self) -> dict[int, Membership]:
        current = Membership.objects.current().filter(user=self.user)
        return {membership.circle_id: membership for membership in current}

    @cached_property
    def circles(self) -> list[Circle]:
        return list(Circle.objects.joined_by(self.user))

    @cached_property
    def waiting(self) -> list[Membership]:
        """The person's requests to join that aren't answered yet."""
        return list(self.user.memberships.waiting().select_related("circle"))

    @cached_property
    def meetings(self) -> list[Meeting]:
        """Upcoming meetings of all circles, soonest first."""
        upcoming = Meeting.objects.exclude(scheduled_at=None).filter(circle__in=self.memberships)
        return list(upcoming.upcoming().with_brief().with_roles())

    @cached_property
    def asked_to_swap(self) -> list[Swap]:
        """Requests to this person to swap readings for later meetings.

        Requests for the next meeting are on its own card.
        """
        asked = Swap.objects.waiting().with_people().filter(asked__in=self.memberships.values())
        later = {meeting.pk: meeting for meeting in self.later}
        swaps = [swap for swap in asked if swap.meeting_id in later]
        for swap in swaps:
            swap.meeting = later[swap.meeting_id]
        return swaps

    @cached_property
    def polls(self) -> list[DatePoll]:
        """Open date polls of all their circles that this person has not replied to."""
        return list(DatePoll.objects.waiting_for(self.memberships.values()))

    @property
    def poll_steps(self) -> list[next_steps.NextStep]:
        """A step for each poll that this person has not replied to."""
        return [next_steps.answer_poll(poll, names_circle=True) for poll in self.polls]

    @property
    def date_steps(self) -> list[next_steps.NextStep]:
        """A step for each circle with no meeting scheduled."""
        dated = {meeting.circle_id for meeting in self.meetings}
        return [
            next_steps.without_a_date(
                circle,
                may_plan=self.memberships[circle.pk].is_facilitator,
                is_main=not self.meetings,
            )
            for circle in self.circles
            if circle.pk not in dated
        ]

    @cached_property
    def next(self) -> MeetingOverview | None:
        if not self.meetings:
            return None
        meeting = self.meetings[0]
        membership = self.memberships[meeting.circle_id]
        membership.user = self.user
        return MeetingOverview(meeting, membership)

    @property
    def later(self) -> list[Meeting]:
        return self.meetings[1:]

    @cached_property
    def actions(self) -> list[ActionItem]:
        mine = ActionItem.objects.shown_to(self.user)
        return list(mine.filter(owner__in=self.memberships.values()).open())
