"""The one thing to do next: what a page says of it, and the buttons that do it.

Which step is next at a meeting is decided here; which of a circle's, in `dashboards.py`.
`circles/_next_step.html` draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.addresses import reverse
from config.when import clock, day, when

from .models import Circle, DatePoll, Meeting, OwnReading

if TYPE_CHECKING:
    from .meeting_overview import MeetingOverview


@dataclass(frozen=True)
class Button:
    """One way on.

    Args:
        is_main: it is more prominent than those beside it.
        is_post: it changes something, so it is a form of its own.
        about: what the label leaves out, for readers who don't see what is around it.
    """

    label: str
    url: str
    is_main: bool = False
    is_post: bool = False
    about: str = ""


@dataclass(frozen=True)
class NextStep:
    """What is next, in a sentence (it may be empty), and the buttons for it."""

    sentence: str
    buttons: tuple[Button, ...] = ()


def at_meeting(name: str, meeting: Meeting) -> str:
    """The address of a page or an action of a meeting."""
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def choose_readings(meeting: Meeting) -> Button:
    return Button(_("Assign reading"), at_meeting("reading_edit", meeting), is_main=True)


def read_on(own: OwnReading, *, is_main: bool = True) -> NextStep | None:
    """Leads to the part of their reading that a member goes on with; None if all is read.

    Args:
        own: their reading for the next meeting.
        is_main: nothing else on the page is more urgent.
    """
    if not own.next:
        return None
    return NextStep(own.left_words, (Button(own.continue_words, own.next.url, is_main=is_main),))


def review_minutes(meeting: Meeting) -> Button:
    return Button(_("Review the minutes"), at_meeting("minutes_detail", meeting), is_main=True)


def of_meeting(overview: MeetingOverview) -> NextStep | None:
    """What is next at a meeting, by its state and for this member; None for nothing."""
    State = Meeting.State
    meeting, leads = overview.meeting, overview.is_led_here
    if meeting.state == State.DRAFT:
        return _announce(meeting) if overview.membership.is_facilitator else None
    if meeting.state == State.SCHEDULED and meeting.is_over:
        return _make_up(meeting) if leads else None
    if meeting.state == State.SCHEDULED:
        return _prepare(overview) if leads else _get_ready(overview)
    if meeting.state == State.UNDER_WAY:
        return _join(meeting)
    if meeting.state == State.ENDED:
        return _look_back(meeting, leads)
    meetings = reverse("circles:meeting_list", args=[meeting.circle.slug])
    return NextStep("", (Button(_("See the other meetings"), meetings),))


def _announce(meeting: Meeting) -> NextStep:
    return NextStep(
        _(
            "This is a draft. Only facilitators can see it. When you announce it, we’ll email "
            "everyone in the circle."
        ),
        (
            Button(
                _("Announce meeting"),
                at_meeting("meeting_schedule", meeting),
                is_main=True,
                is_post=True,
            ),
            Button(_("Edit meeting"), at_meeting("meeting_edit", meeting)),
        ),
    )


def _prepare(overview: MeetingOverview) -> NextStep | None:
    """What a facilitator or the leader does for a meeting that is scheduled."""
    meeting, plans = overview.meeting, overview.membership.is_facilitator
    if meeting.is_near:
        return _start(meeting)
    if plans and not meeting.brief:
        choose = Button(_("Choose a brief"), at_meeting("meeting_edit", meeting), is_main=True)
        return NextStep(_("No brief chosen yet."), (choose,))
    if plans and overview.lacks_readings:
        sentence = _("No reading assigned yet. Three sections is about right for one meeting.")
        return NextStep(sentence, (choose_readings(meeting),))
    if not meeting.agenda_revision:
        create = Button(_("Create agenda"), at_meeting("agenda_edit", meeting), is_main=True)
        return NextStep(_("No agenda yet. We’ll suggest one that fits your time."), (create,))
    if overview.own.left:
        return _get_ready(overview)
    see = Button(_("See the agenda"), at_meeting("agenda_detail", meeting))
    return NextStep(_("Everything’s ready for %s.") % day(meeting), (see,))


def _make_up(meeting: Meeting) -> NextStep:
    """For a meeting whose time has passed and that no one started here."""
    return NextStep(
        _("No one started this meeting here. If you met, note who came."),
        (
            Button(_("Take attendance"), at_meeting("attendance_edit", meeting), is_main=True),
            Button(_("Review the minutes"), at_meeting("minutes_detail", meeting)),
        ),
    )


def _start(meeting: Meeting) -> NextStep:
    """Well before its hour, the button leads to a question."""
    return NextStep(
        _("Start once everyone’s settled in."),
        (
            Button(
                _("Start the meeting"),
                at_meeting("meeting_start", meeting),
                is_main=True,
                is_post=not meeting.is_early,
            ),
            Button(_("Preview the live meeting"), at_meeting("meeting_run", meeting)),
        ),
    )


def _get_ready(overview: MeetingOverview) -> NextStep | None:
    """What a member does before a meeting: what is left to read, and then nothing more."""
    meeting = overview.meeting
    if step := read_on(overview.own):
        return step
    if meeting.is_near:
        live = Button(_("Open the live meeting"), at_meeting("meeting_run", meeting), is_main=True)
        return NextStep(_("We start at %s.") % clock(meeting), (live,))
    if overview.own.parts:
        see = Button(_("See the agenda"), at_meeting("agenda_detail", meeting))
        agenda = (see,) if meeting.agenda_revision else ()
        return NextStep(_("You’ve finished the reading. See you there!"), agenda)
    if not meeting.brief:
        change = NextStep(_("You can change your RSVP below."))
        return change if meeting.takes_answers else None
    brief = Button(_("Open the brief"), meeting.brief.get_absolute_url(), is_main=True)
    return NextStep(_("Read a little each day, or just the two-minute summary."), (brief,))


def _join(meeting: Meeting) -> NextStep:
    return NextStep(
        _("The meeting is in progress."),
        (
            Button(_("Open the live meeting"), at_meeting("meeting_run", meeting), is_main=True),
            Button(_("Open the notes"), at_meeting("note_list", meeting)),
        ),
    )


def _look_back(meeting: Meeting, leads: bool) -> NextStep:
    if meeting.minutes_published_at:
        read = Button(_("Read the minutes"), at_meeting("minutes_detail", meeting), is_main=True)
        return NextStep(_("The minutes are ready."), (read,))
    if leads:
        sentence = _("The meeting is over. Review the minutes, then publish them.")
        return NextStep(sentence, (review_minutes(meeting),))
    notes = Button(_("Read the notes"), at_meeting("note_list", meeting), is_main=True)
    return NextStep(_("The meeting is over. The minutes aren’t published yet."), (notes,))


def invite(circle: Circle) -> NextStep:
    """For a facilitator who is alone in the circle."""
    url = reverse("circles:invitation_create", args=[circle.slug])
    return NextStep(_("It’s just you so far."), (Button(_("Invite people"), url, is_main=True),))


def find_a_date(circle: Circle) -> NextStep:
    """For the facilitators of a circle that has neither a date nor a draft."""

    def button(label: str, name: str, *, is_main: bool = False) -> Button:
        return Button(label, reverse(f"circles:{name}", args=[circle.slug]), is_main=is_main)

    return NextStep(
        _("No meetings scheduled. Pick the next date to keep your circle going."),
        (
            button(_("Plan the year"), "plan_edit", is_main=True),
            button(_("Schedule a meeting"), "meeting_create"),
            button(_("Start a date poll"), "poll_create"),
        ),
    )


def choose_readings_for(meeting: Meeting) -> NextStep:
    sentence = _("No reading assigned for the next meeting yet.")
    return NextStep(sentence, (choose_readings(meeting),))


def publish_minutes_of(meeting: Meeting) -> NextStep:
    sentence = _("Minutes from the last meeting aren’t published yet.")
    return NextStep(sentence, (review_minutes(meeting),))


def announce_drafts(
    circle: Circle, drafts: list[Meeting], *, names_circle: bool = False, is_main: bool = True
) -> NextStep | None:
    """For a facilitator: these drafts, soonest first, wait to be announced; None for none.

    Args:
        circle: which circle.
        drafts: of that circle.
        names_circle: the page is about more than this circle.
        is_main: nothing else on the page is more urgent.
    """
    if not drafts:
        return None
    number = len(drafts)
    sentence = ngettext(
        "A draft is waiting to be announced: %(when)s. Only facilitators can see it.",
        "%(number)d drafts are waiting to be announced. The first is %(when)s.",
        number,
    )
    if names_circle:
        sentence = ngettext(
            "%(circle)s has a draft that isn’t announced yet: %(when)s.",
            "%(circle)s has %(number)d drafts that aren’t announced yet. The first is %(when)s.",
            number,
        )
    about = circle.name if names_circle else ""
    if number == 1:
        url = drafts[0].get_absolute_url()
        see = Button(_("Review the draft"), url, is_main=is_main, about=about)
    else:
        url = reverse("circles:meeting_list", args=[circle.slug]) + "#drafts"
        see = Button(_("Review the drafts"), url, is_main=is_main, about=about)
    words = {"circle": circle, "number": number, "when": when(drafts[0])}
    return NextStep(sentence % words, (see,))


def without_a_date(
    circle: Circle, *, may_plan: bool, is_main: bool, names_circle: bool = True
) -> NextStep:
    """For a person's own page: one of their circles has no meeting scheduled.

    Args:
        may_plan: the person is one of its facilitators.
        is_main: nothing else on the page is more urgent.
        names_circle: the page is about more than this circle.
    """
    if not may_plan:
        sentence = _(
            "No meetings scheduled yet. Your facilitator will schedule the next one, and you’ll "
            "see it here."
        )
        if names_circle:
            sentence = _(
                "%(circle)s has no meetings scheduled yet. Your facilitator will schedule the next "
                "one, and you’ll see it here."
            )
        return NextStep(sentence % {"circle": circle})
    url = reverse("circles:meeting_create", args=[circle.slug])
    sentence = _("No meetings scheduled. Pick the next date to keep your circle going.")
    if names_circle:
        sentence = _(
            "%(circle)s has no meetings scheduled. Pick the next date to keep your circle going."
        )
    schedule = Button(_("Schedule a meeting"), url, is_main=is_main, about=circle.name)
    return NextStep(sentence % {"circle": circle}, (schedule,))


@dataclass(frozen=True)
class Notice:
    """What has happened to something, in a colored line, and a way on from there.

    Args:
        look: “success”, “info”, “warning” or “error”.
    """

    look: str
    sentence: str
    link: Button | None = None


def notice_of_poll(poll: DatePoll, *, is_facilitator: bool) -> Notice | None:
    """What a poll that takes no replies says of itself; None for one that does."""
    State = DatePoll.State
    if poll.state == State.CANCELLED:
        return Notice("error", _("This poll was canceled."))
    if poll.state == State.PICKED:
        return _picked(poll, is_facilitator)
    if poll.state == State.EXPIRED:
        edit = reverse("circles:poll_edit", args=[poll.circle.slug, poll.pk])
        link = Button(_("Suggest new dates"), edit) if is_facilitator else None
        return Notice("warning", _("All of these dates have passed, and none was picked."), link)
    if poll.state == State.CLOSED:
        return Notice("info", _("This poll is closed. A facilitator will pick the date."))
    return None


def _picked(poll: DatePoll, is_facilitator: bool) -> Notice | None:
    meeting = poll.meeting
    if not meeting:
        return None
    moment = {"when": when(meeting.starts_at.astimezone(poll.zone))}
    if meeting.is_draft and not is_facilitator:
        sentence = _("We’re meeting %(when)s. Your facilitator is working on the details.")
        return Notice("success", sentence % moment)
    sentence = _("We’re meeting %(when)s.") % moment
    return Notice("success", sentence, Button(_("Open the meeting"), meeting.get_absolute_url()))


def answer_poll(poll: DatePoll, *, names_circle: bool = False) -> NextStep:
    """For a person who hasn't said which dates work for them."""
    sentence = _("We’re picking a date: “%(poll)s.”")
    if names_circle:
        sentence = _("%(circle)s is picking a date: “%(poll)s.”")
    reply = Button(_("Mark your dates"), poll.get_absolute_url(), about=str(poll))
    return NextStep(sentence % {"circle": poll.circle, "poll": poll}, (reply,))
