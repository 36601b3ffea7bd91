"""One meeting as one member sees it, for its page and for dashboards."""

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import ngettext

from briefs.guide import nearest_length
from config.addresses import reverse
from config.prepared import prepared

from . import next_steps
from .mail.causes import waiting_about
from .mail.in_sight import planned_for, planned_undoing
from .meeting_phases import Phase, phases_of
from .models import ActionItem, Attendance, Mail, OwnReading, Roster
from .models.actions import open_items_of
from .models.own_reading import given_for
from .planning.rotation import Rotation
from .reading.readiness import Marks, Readers, Readiness

if TYPE_CHECKING:
    from briefs.models import Section

    from .mail.causes import Sent
    from .models import Meeting, Membership, Reading, Rsvp, Swap
    from .planning.rotation import Slot

# So many fit into a line on a phone.
MOST_FACES = 6


@prepared
def _attendances(meeting: int) -> QuerySet[Attendance]:
    return Attendance.objects.filter(meeting=meeting)


class MeetingOverview:
    """One meeting as one member sees it: who is coming, their own RSVP, and their reading.

    Args:
        meeting: with its circle and brief.
        membership: of the member.
        roster: the circle's people at this meeting, if the page has read them already.
    """

    def __init__(
        self, meeting: "Meeting", membership: "Membership", roster: Roster | None = None
    ) -> None:
        self.meeting = meeting
        self.membership = membership
        self.roster = roster or Roster(meeting.circle, membership, meeting)

    @cached_property
    def roles(self) -> "list[tuple[str, Membership]]":
        """The roles that are taken: [(label, membership), …]."""
        self.roster.name(self.meeting, *self.meeting.ROLES)
        return self.meeting.roles

    @property
    def host(self) -> "Membership | None":
        self.roster.name(self.meeting, "host")
        return self.meeting.host

    @cached_property
    def actions(self) -> list[ActionItem]:
        """The circle's open action items."""
        items = open_items_of(self.meeting.circle_id)
        return [item.show(self.membership, self.roster) for item in items]

    @cached_property
    def came(self) -> "list[Attendance]":
        """Who came, if anyone has noted it."""
        noted = self.meeting.started_at or self.meeting.attendance_revision
        came = _attendances(self.meeting.pk) if noted else []
        for attendance in came:
            self.roster.name(attendance, "membership")
        return came

    @cached_property
    def all_rsvps(self) -> "list[Rsvp]":
        """All RSVPs, to be counted; each on the waitlist with its `place_in_line`, from 1."""
        rsvps = self.roster.rsvps
        waiting = [rsvp for rsvp in rsvps if rsvp.is_waiting]
        waiting.sort(key=lambda rsvp: (rsvp.turn, rsvp.answered_at, rsvp.pk))
        for position, rsvp in enumerate(waiting, 1):
            rsvp.place_in_line = position
        return rsvps

    @cached_property
    def rsvps(self) -> "list[Rsvp]":
        """The RSVPs of which the member sees whose they are, by name."""
        return [rsvp for rsvp in self.all_rsvps if rsvp.is_named]

    @cached_property
    def mine(self) -> "Rsvp | None":
        """The member's own RSVP; None before they gave one."""
        for rsvp in self.all_rsvps:
            if rsvp.membership_id == self.membership.pk:
                rsvp.membership = self.membership  # whose user knows which emails they get
                return rsvp
        return None

    @cached_property
    def next_step(self) -> next_steps.NextStep:
        """What this member does next for this meeting."""
        return next_steps.of_meeting(self)

    @cached_property
    def following(self) -> "Meeting | None":
        """The circle's next meeting, for the page of one that was canceled."""
        following = self.meeting.circle.meetings.upcoming().first()
        if following:
            following.circle = self.meeting.circle
        return following

    @cached_property
    def is_led_here(self) -> bool:
        """Whether this member prepares, runs and wraps up the meeting."""
        return self.meeting.is_led_by(self.membership)

    @cached_property
    def phases(self) -> list[Phase]:
        """The pages of the meeting for this member, by time."""
        return phases_of(self)

    @cached_property
    def email_words(self) -> str:
        """Whom announcing a draft emails, and when, for facilitators."""
        if not (self.membership.is_facilitator and self.meeting.is_draft):
            return ""
        return planned_for(Mail.Kind.SCHEDULED, self.meeting).words

    @property
    def undo_words(self) -> str:
        """Whom undoing a cancellation emails, and when; empty for a draft."""
        return planned_undoing(self.meeting).words if self.meeting.scheduled_at else ""

    @cached_property
    def emails(self) -> "list[Sent]":
        """The meeting's emails that haven't left yet, for facilitators."""
        # `find_meeting` looked whether there are any.
        if not self.membership.is_facilitator or not getattr(self.meeting, "has_emails", True):
            return []
        return waiting_about(self.meeting)

    @property
    def asks_first(self) -> bool:
        """Whether they can make it is the first thing that the page asks of this member.

        Not of who is about to start the meeting.
        """
        starts_it = self.is_led_here and self.meeting.is_near
        return self.is_unanswered and not (self.membership.is_facilitator or starts_it)

    @property
    def asks_below(self) -> bool:
        """The page asks for their RSVP further down, below the next step."""
        if self.mine:
            return self.meeting.takes_answers
        is_asked = self.asks_first or self.next_step.asks
        return self.is_unanswered and not is_asked

    @property
    def lacks_readings(self) -> bool:
        """There is a brief, and nothing of it is assigned to read."""
        return bool(self.meeting.brief_id) and not self.given

    @property
    def is_unanswered(self) -> bool:
        """The meeting has not begun, and the member may still RSVP and has not."""
        meeting = self.meeting
        return meeting.takes_answers and not meeting.started_at and not self.mine

    @property
    def is_not_coming(self) -> bool:
        """The member said that they can't make it."""
        return bool(self.mine and self.mine.answer == "no")

    @cached_property
    def unanswered(self) -> "list[Membership]":
        """Members who have not RSVPed, if the member may see it."""
        if not self.membership.sees_answers:
            return []
        answered = {rsvp.membership_id for rsvp in self.all_rsvps}
        return [member for member in self.roster.members if member.pk not in answered]

    @cached_property
    def slots(self) -> "list[Slot]":
        """The roles of an upcoming meeting, with whose turn each is; empty once it has begun."""
        if not Rotation.includes(self.meeting):
            return []
        rotation = Rotation(self.meeting.circle, self.membership, self.roster)
        return rotation.slots.get(self.meeting.pk, [])

    @cached_property
    def coming(self) -> "list[Rsvp]":
        return [rsvp for rsvp in self.rsvps if rsvp.answer == "yes"]

    @cached_property
    def faces(self) -> "list[Membership]":
        """The first of those who are coming."""
        return [rsvp.membership for rsvp in self.coming[:MOST_FACES]]

    @property
    def more_faces(self) -> int:
        """How many more are coming, guests included."""
        return self.heads - len(self.faces)

    @property
    def who_is_coming(self) -> str:
        """“6 coming, 1 maybe, 3 haven’t replied.”"""
        said = [
            ngettext("%(number)d coming", "%(number)d coming", self.heads) % {"number": self.heads}
        ]
        if number := len(self.maybe):
            said.append(
                ngettext("%(number)d maybe", "%(number)d maybe", number) % {"number": number}
            )
        if number := len(self.unanswered):
            text = ngettext("%(number)d hasn’t replied", "%(number)d haven’t replied", number)
            said.append(text % {"number": number})
        return ", ".join(said)

    @cached_property
    def paper_readers(self) -> "list[Membership]":
        """Members who read on paper, without those who can't make it."""
        members = self.roster.members
        return [m for m in members if m.reads_on_paper and m not in self.not_coming]

    @cached_property
    def not_coming(self) -> "list[Membership]":
        """Members who said that they can't make it, as far as the member sees it."""
        return [rsvp.membership for rsvp in self.rsvps if rsvp.answer == "no"]

    @property
    def maybe(self) -> "list[Rsvp]":
        return [rsvp for rsvp in self.rsvps if rsvp.answer == "maybe"]

    @property
    def answered(self) -> "list[Rsvp]":
        """RSVPs in the order yes, waiting, maybe, no. The waitlist is in its own order."""
        by_answer: dict[str, list[Rsvp]] = {
            answer: [] for answer in ("yes", "waiting", "maybe", "no")
        }
        for rsvp in self.rsvps:
            by_answer[rsvp.answer].append(rsvp)
        by_answer["waiting"].sort(key=lambda rsvp: rsvp.place_in_line)
        return [rsvp for rsvps in by_answer.values() for rsvp in rsvps]

    @cached_property
    def heads(self) -> int:
        return sum(rsvp.heads for rsvp in self.all_rsvps if rsvp.answer == "yes")

    @property
    def answers(self) -> dict[int, str]:
        """What members answered, as far as the member sees it: {membership's id: answer}."""
        return {rsvp.membership_id: rsvp.answer for rsvp in self.rsvps}

    @cached_property
    def given(self) -> "list[Reading]":
        """All readings of this meeting whose sections are still in the brief, in its order."""
        return given_for(self.meeting, self.membership.user_id)

    @cached_property
    def own(self) -> OwnReading:
        """What this member is to read."""
        return OwnReading(self.meeting, self.membership, self.given)

    @property
    def guide_address(self) -> str:
        """The URL of a discussion guide with this meeting's length and sections.

        Empty without a brief.
        """
        meeting = self.meeting
        if not meeting.brief:
            return ""
        asked = {
            "minutes": nearest_length(meeting.duration_minutes),
            "section": [part.section.slug for part in self.own.parts],
        }
        address = reverse("briefs:guide_detail", args=[meeting.brief.slug])
        return f"{address}?{urlencode(asked, doseq=True)}"

    @cached_property
    def shares(self) -> "list[tuple[Membership, int, list[Section]]]":
        """Who leads which sections: [(person, minutes, sections), …]."""
        shares: dict[Membership, list[Reading]] = {}
        for reading in self.given:
            who = self.roster.known.get(reading.membership_id or 0)
            if who and who.is_current:
                shares.setdefault(who, []).append(reading)
        return [
            (who, sum(r.minutes for r in readings), [r.section for r in readings])
            for who, readings in shares.items()
        ]

    @cached_property
    def leads(self) -> "dict[int, list[Membership]]":
        """The leads of each section: {section's id: [membership, …]}."""
        leads: dict[int, list[Membership]] = {}
        for who, _minutes, sections in self.shares:
            for section in sections:
                leads.setdefault(section.pk, []).append(who)
        return leads

    def share_of(self, membership: "Membership") -> "tuple[list[Section], int]":
        """The sections that a person leads, and their minutes."""
        for who, minutes, sections in self.shares:
            if who.pk == membership.pk:
                return sections, minutes
        return [], 0

    @cached_property
    def swaps(self) -> "list[Swap]":
        """Open requests to swap, to or from this member."""
        me, swaps = self.membership.pk, self.roster.swaps if self.shares else []
        swaps = [swap for swap in swaps if me in (swap.asker_id, swap.asked_id)]
        for swap in swaps:
            swap.sections, swap.minutes = self.share_of(swap.asker)
        return swaps

    @property
    def my_share(self) -> "tuple[list[Section], int]":
        """The sections that the member leads, and their minutes."""
        return self.share_of(self.membership)

    @property
    def asked_to_swap(self) -> "list[Swap]":
        """Open requests to this member to swap."""
        me = self.membership.pk
        return [swap for swap in self.swaps if swap.asked_id == me and not swap.declined_at]

    @property
    def my_swap(self) -> "Swap | None":
        """This member's own request to swap, or None."""
        return next((s for s in self.swaps if s.asker_id == self.membership.pk), None)

    @property
    def may_swap(self) -> bool:
        """Whether the member leads a section and it isn't too late to swap."""
        return bool(self.own.led) and self.meeting.is_to_come

    def others_to_swap_with(self) -> "list[Membership]":
        """Members who have not said no, each with `sections` and `minutes` of their own."""
        apart = [*self.not_coming, self.membership]
        others = [m for m in self.roster.members if m not in apart]
        for other in others:
            other.sections, other.minutes = self.share_of(other)
        return sorted(others, key=lambda other: not other.sections)

    @cached_property
    def readiness(self) -> Readiness:
        """The circle's reading progress, for facilitators."""
        people, answers = self.roster.members, self.answers
        return Readiness(self.given, people, answers, self.membership, self._readers)

    @cached_property
    def marks(self) -> Marks:
        """Readers' marks without names, for facilitators."""
        return Marks(self.membership, self._readers)

    @cached_property
    def _readers(self) -> Readers:
        required = {reading.section_id for reading in self.given if reading.is_required}
        return Readers(self.meeting, self.roster.members, required)
