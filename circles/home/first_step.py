"""The one thing to do next for the next meeting, as Home and a circle's page offer it."""

from django.utils.translation import gettext as _

from config.when import clock

from ..meeting_overview import MeetingOverview
from ..models import Meeting
from ..next_steps import Button, NextStep, ask, at_meeting, choose_readings, read_on, settled


def comes_now(meeting: Meeting) -> bool:
    """Whether the meeting begins within hours or is in progress: then it comes before all else."""
    return meeting.is_under_way or meeting.is_near


def first_step(overview: MeetingOverview) -> NextStep:
    """What this member does next.

    Args:
        overview: of the next meeting, which is announced and not over.
    """
    meeting = overview.meeting
    if meeting.is_under_way:
        return NextStep(_("“%s” is in progress.") % meeting, (_live(meeting),))
    if overview.is_led_here and meeting.is_near:
        go = Button(_("Go to the meeting"), meeting.get_absolute_url(), is_main=True)
        return NextStep(_begins(meeting), (go,))
    if overview.is_unanswered:
        return ask(meeting)
    if overview.membership.is_facilitator and overview.lacks_readings:
        sentence = _("No reading assigned for the next meeting yet.")
        return NextStep(sentence, (choose_readings(meeting),))
    if overview.is_not_coming:
        return settled(overview)
    if unread := read_on(overview.own):
        return unread
    if meeting.is_near:
        return NextStep(_begins(meeting), (_live(meeting),))
    return settled(overview)


def _live(meeting: Meeting) -> Button:
    return Button(_("Open the live meeting"), at_meeting("meeting_run", meeting), is_main=True)


def _begins(meeting: Meeting) -> str:
    if meeting.is_late:
        return _("Your meeting was set for %s.") % clock(meeting)
    return _("Your meeting starts at %s.") % clock(meeting)
