"""What comes first after a meeting: its minutes, feedback, and the person's takeaway."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Meeting, Membership
from ..next_steps import Button, NextStep, at_meeting, read_what_was_said, review_minutes

# How long after a meeting these come first.
COMES_FIRST_FOR = timedelta(days=3)


def just_ended(meeting: Meeting) -> bool:
    """Whether the meeting ended so lately that what follows it comes first."""
    ended = meeting.ended_at
    return bool(ended and not meeting.is_cancelled and ended > timezone.now() - COMES_FIRST_FOR)


@dataclass(frozen=True)
class Row:
    """One thing to do after a meeting, whether it's done, and where.

    Args:
        mark: “done”, “next” or empty.
    """

    label: str
    note: str
    url: str
    mark: str = ""


@dataclass
class AfterMeeting:
    """A meeting that just ended, as one member finds it.

    Args:
        meeting: with its circle.
        membership: of the member.
        gave_feedback: whether they did.
        takeaways: how many they wrote.
    """

    meeting: Meeting
    membership: Membership
    gave_feedback: bool
    takeaways: int

    @property
    def step(self) -> NextStep | None:
        """The first of them, as the page's next step; None if none of them is urgent.

        A facilitator has seen the minutes before anyone else.
        """
        meeting = self.meeting
        if meeting.minutes_published_at:
            return None if self.membership.is_facilitator else read_what_was_said(meeting)
        if self.membership.is_facilitator:
            sentence = _("“%s” is over. Review its minutes, then publish them.")
            return NextStep(sentence % meeting, (review_minutes(meeting),))
        if not self.gave_feedback:
            give = Button(_("Give quick feedback"), self._feedback_url, is_main=True)
            return NextStep(_("How was “%s”? Three questions, no names.") % meeting, (give,))
        if not self.takeaways:
            add = Button(_("Add your takeaway"), self._takeaway_url, is_main=True)
            return NextStep(_("What will you take with you from “%s”?") % meeting, (add,))
        return None

    @property
    def rows(self) -> list[Row]:
        """All of them, with what is done."""
        feedback = _("We have yours. Thank you!")
        if not self.gave_feedback:
            feedback = _("Three questions")
        takeaway = _("Saved with the notes")
        if not self.takeaways:
            takeaway = _("One sentence")
        return [
            self._minutes,
            Row(_("Quick feedback"), feedback, self._feedback_url, _mark(self.gave_feedback)),
            Row(_("Your takeaway"), takeaway, self._takeaway_url, _mark(self.takeaways)),
        ]

    @property
    def _minutes(self) -> Row:
        label, ready = _("Minutes"), self.meeting.minutes_published_at
        if ready or self.membership.is_facilitator:
            url = at_meeting("minutes_detail", self.meeting)
            note = _("Ready to read") if ready else _("Not published yet")
            return Row(label, note, url, _mark(ready))
        note = _("Not published yet")
        return Row(label, note, at_meeting("note_list", self.meeting))

    @property
    def _feedback_url(self) -> str:
        return at_meeting("wrap_up_detail", self.meeting) + "#how-it-was"

    @property
    def _takeaway_url(self) -> str:
        notes = at_meeting("note_list", self.meeting)
        return f"{notes}?section=~takeaways" + ("" if self.takeaways else "#note-text")


def _mark(is_done: object) -> str:
    return "done" if is_done else "next"
