"""What is next, in one glance: for a circle's page and for a person's own."""

from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from briefs.guide import nearest_length

from .models import ActionItem, Circle, Meeting, Membership, ReadMark


class MeetingGlance:
    """One meeting as one member finds it: who comes, their own answer, what to read.

    Args:
        meeting: with its circle and brief.
        membership: the member's.
    """

    def __init__(self, meeting, membership):
        self.meeting = meeting
        self.membership = membership

    @cached_property
    def rsvps(self):
        """All answers, by name; each who waits with their `place_in_line`, from 1."""
        rsvps = list(self.meeting.rsvps.by_name())
        waiting = [rsvp for rsvp in rsvps if rsvp.is_waiting]
        waiting.sort(key=lambda rsvp: (rsvp.turn, rsvp.answered_at, rsvp.pk))
        for place, rsvp in enumerate(waiting, 1):
            rsvp.place_in_line = place
        return rsvps

    @cached_property
    def mine(self):
        """The member's own answer; None before they gave one."""
        mine = (rsvp for rsvp in self.rsvps if rsvp.membership_id == self.membership.pk)
        return next(mine, None)

    @property
    def is_unanswered(self):
        """The meeting has not begun, and the member may still answer and has not."""
        meeting = self.meeting
        return meeting.takes_answers and not meeting.started_at and not self.mine

    @cached_property
    def silent(self):
        """Members who have not answered."""
        answered = {rsvp.membership_id for rsvp in self.rsvps}
        current = self.meeting.circle.memberships.current().by_name()
        return [membership for membership in current if membership.pk not in answered]

    @property
    def coming(self):
        return [rsvp for rsvp in self.rsvps if rsvp.answer == "yes"]

    @property
    def maybe(self):
        return [rsvp for rsvp in self.rsvps if rsvp.answer == "maybe"]

    @property
    def answered(self):
        """Answers in the order yes, waiting, maybe, no; who waits, in the order of waiting."""
        by_answer = {answer: [] for answer in ("yes", "waiting", "maybe", "no")}
        for rsvp in self.rsvps:
            by_answer[rsvp.answer].append(rsvp)
        by_answer["waiting"].sort(key=lambda rsvp: rsvp.place_in_line)
        return [rsvp for rsvps in by_answer.values() for rsvp in rsvps]

    @property
    def heads(self):
        return sum(rsvp.heads for rsvp in self.coming)

    @cached_property
    def readings(self):
        """What this member is asked to read, each with `is_read`."""
        readings = list(self.meeting.readings.for_member(self.membership).in_order())
        marks = ReadMark.objects.filter(user=self.membership.user_id)
        read = set(
            marks.filter(section__in=[r.section_id for r in readings]).values_list(
                "section", flat=True
            )
        )
        for reading in readings:
            reading.is_read = reading.section_id in read
        return readings

    @property
    def guide_address(self):
        """The discussion guide for this evening: its length, and the sections to be read."""
        meeting = self.meeting
        asked = {
            "minutes": nearest_length(meeting.duration_minutes),
            "section": [reading.section.slug for reading in self.readings],
        }
        address = reverse("briefs:guide_detail", args=[meeting.brief.slug])
        return f"{address}?{urlencode(asked, doseq=True)}"

    @property
    def minutes(self):
        """Minutes of reading that are asked of this member."""
        return sum(reading.section.minutes for reading in self.readings)


class CircleGlance:
    """A circle as one member finds it."""

    def __init__(self, circle, membership):
        self.circle = circle
        self.membership = membership

    @cached_property
    def meetings(self):
        visible = self.circle.meetings.visible_to(self.membership)
        return list(visible.upcoming().with_brief())

    @cached_property
    def next(self):
        """The next meeting at a glance; None where no date is ahead."""
        return MeetingGlance(self.meetings[0], self.membership) if self.meetings else None

    @property
    def later(self):
        return self.meetings[1:]

    @cached_property
    def drafts(self):
        if not self.membership.is_facilitator:
            return []
        return list(self.circle.meetings.drafts().with_brief())

    @cached_property
    def last(self):
        """The meeting held last; None before the first."""
        return self.circle.meetings.past().with_brief().first()

    @cached_property
    def actions(self):
        """Open promises, the member's own first."""
        promised = ActionItem.objects.of_circle(self.circle).shown_to(self.membership.user)
        return sorted(promised.open(), key=lambda action: action.owner_id != self.membership.pk)

    @cached_property
    def people(self):
        return list(self.circle.memberships.current().by_name())

    @cached_property
    def asking(self):
        """How many wait to be let in; told to facilitators."""
        return self.circle.memberships.waiting().count() if self.membership.is_facilitator else 0

    @cached_property
    def step(self):
        """The facilitator's one obvious next step, as a word that the template knows."""
        if not self.membership.is_facilitator:
            return ""
        if len(self.people) < 2:
            return "invite"
        if self.last and self.last.ended_at and not self.last.minutes_published_at:
            return "minutes"
        if not self.next:
            return "draft" if self.drafts else "schedule"
        if self.next.meeting.brief_id and not self.next.meeting.readings.exists():
            return "readings"
        return ""


class HomeGlance:
    """All of a person's circles: the next meetings, and what they promised."""

    def __init__(self, user):
        self.user = user

    @cached_property
    def memberships(self):
        current = Membership.objects.current().filter(user=self.user)
        return {membership.circle_id: membership for membership in current}

    @cached_property
    def circles(self):
        return list(Circle.objects.of(self.user))

    @cached_property
    def waiting(self):
        """Where the person asked to come in and has no answer yet."""
        return list(self.user.memberships.waiting().select_related("circle"))

    @cached_property
    def meetings(self):
        """Meetings ahead in all circles, soonest first."""
        ahead = Meeting.objects.exclude(scheduled_at=None).filter(circle__in=self.memberships)
        return list(ahead.upcoming().with_brief())

    @cached_property
    def next(self):
        if not self.meetings:
            return None
        meeting = self.meetings[0]
        membership = self.memberships[meeting.circle_id]
        membership.user = self.user
        return MeetingGlance(meeting, membership)

    @property
    def later(self):
        return self.meetings[1:]

    @cached_property
    def actions(self):
        mine = ActionItem.objects.shown_to(self.user)
        return list(mine.filter(owner__in=self.memberships.values()).open())
