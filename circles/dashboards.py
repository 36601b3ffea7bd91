"""What is next, for a circle's page."""

from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet

from config.prepared import prepared

from . import next_steps
from .home.after_meeting import just_ended
from .home.checklist import Checklist
from .home.first_step import comes_now, first_step
from .home.waiting_polls import polls_of
from .meeting_overview import MeetingOverview
from .models import (
    ActionItem,
    Circle,
    DatePoll,
    Meeting,
    Membership,
    PrivacyChange,
    Roster,
)
from .models.actions import open_items_of
from .models.columns import prepared_rows
from .models.meetings import CARD
from .next_steps import NextStep


@prepared_rows(*CARD)
def _of_circle(circle: int, since: datetime, *, drafts: bool) -> QuerySet[Meeting]:
    return Meeting.objects.filter(circle=circle).at_a_glance(since, drafts=drafts)


@prepared
def _privacy_changes(circle: int, membership: int) -> QuerySet[PrivacyChange]:
    return PrivacyChange.objects.filter(circle=circle, unseen_by=membership)


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
        """Meetings after the next one, and drafts whose date hasn't passed, by start; a single
        draft is the next step or on the checklist."""
        if not self.meetings and len(self.unannounced) == 1:
            return []
        return sorted([*self.later, *self.unannounced], key=lambda meeting: meeting.starts_at)

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
        return polls_of([self.membership])

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

    @property
    def poll_steps(self) -> list[NextStep]:
        """A step for each poll that this member has not replied to, but the one that is the next
        step."""
        steps = [next_steps.answer_poll(poll) for poll in self.polls]
        return [step.behind_another() for step in steps if step != self.next_step]

    @property
    def unannounced(self) -> list[Meeting]:
        """Drafts that can be announced: their date hasn't passed."""
        return [draft for draft in self.drafts if not draft.is_over]

    @cached_property
    def checklist(self) -> Checklist | None:
        """What is left to do before the circle's first meeting; None for members, and from the
        start of that meeting on."""
        if not self.membership.is_facilitator or self.last:
            return None
        first = next(iter([*self.meetings, *self.unannounced]), None)
        if first and first.scheduled_at and comes_now(first):
            return None
        return Checklist(self.circle, len(self.people) - 1, first)

    @property
    def draft_step(self) -> NextStep | None:
        """Says which drafts wait to be announced, unless the checklist or the next step does."""
        waiting = [] if self.checklist or not self.next else self.unannounced
        return (
            next_steps.announce_drafts(self.circle, waiting).behind_another() if waiting else None
        )

    @cached_property
    def next_step(self) -> NextStep | None:
        """The member's one obvious next step; None while a checklist has it, and for a member of
        a circle without a date."""
        if self.next and comes_now(self.next.meeting):
            return first_step(self.next)
        if self.checklist and not self.checklist.is_done:
            return None
        if self.membership.is_facilitator:
            return self._planned_next()
        if self.last and just_ended(self.last):
            return next_steps.read_what_was_said(self.last)
        if not self.next and self.polls:
            return next_steps.answer_poll(self.polls[0])
        return first_step(self.next) if self.next else None

    def _planned_next(self) -> NextStep:
        """What a facilitator does next, beginning with what the last meeting left open."""
        if self.last and self.last.ended_at and not self.last.minutes_published_at:
            return next_steps.publish_minutes_of(self.last)
        if not self.next and self.unannounced:
            return next_steps.announce_drafts(self.circle, self.unannounced)
        if not self.next and self.polls:
            return next_steps.answer_poll(self.polls[0])
        if not self.next:
            return next_steps.find_a_date(self.circle)
        if len(self.people) < 2 and not self.circle.invitations.unanswered().open().exists():
            return next_steps.invite(self.circle)
        return first_step(self.next)

    @property
    def asks_rsvp(self) -> bool:
        """The page asks at its top whether the member can make the next meeting."""
        return bool(self.next_step and self.next_step.asks)
