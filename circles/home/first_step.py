"""The one thing to do next for the next meeting, as a person's own page offers it."""

from django.utils.translation import gettext as _

from config.when import clock, day

from ..meeting_overview import MeetingOverview
from ..next_steps import Button, NextStep, at_meeting, choose_readings, read_on


def first_step(overview: MeetingOverview, *, is_main: bool = True) -> NextStep | None:
    """What this member does next; None if the page first asks whether they can make it.

    Args:
        overview: of the next meeting.
        is_main: nothing else on the page is more urgent.
    """
    meeting, is_facilitator = overview.meeting, overview.membership.is_facilitator
    if meeting.is_under_way:
        live = Button(_("Open the live meeting"), at_meeting("meeting_run", meeting), is_main=True)
        return NextStep(_("“%s” is in progress.") % meeting, (live,))
    if overview.is_unanswered:
        return None
    if is_facilitator and meeting.is_near:
        go = Button(_("Go to the meeting"), meeting.get_absolute_url(), is_main=is_main)
        return NextStep(_("Your meeting starts at %s.") % clock(meeting), (go,))
    if is_facilitator and overview.lacks_readings:
        sentence = _("No reading assigned for the next meeting yet.")
        return NextStep(sentence, (choose_readings(meeting),))
    step = read_on(overview.own, is_main=is_main)
    return step or NextStep(_("You’re all set for %s.") % day(meeting))
