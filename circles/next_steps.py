"""The one thing to do next: what a page says of it, and the buttons that do it.

`circles/_next_step.html` draws it. `dashboards.py` decides which of a circle's steps is next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """What is next, in a sentence (it may be empty), and the buttons for it.

    Args:
        asks: the meeting whose RSVP is the step: its three answers are the buttons.
        is_quiet: another step on the page comes first.
    """

    sentence: str
    buttons: tuple[Button, ...] = ()
    asks: Meeting | None = None
    is_quiet: bool = False

    def behind_another(self) -> NextStep:
        """The same, where another step comes first."""
        buttons = tuple(replace(button, is_main=False) for button in self.buttons)
        return replace(self, buttons=buttons, is_quiet=True)


def at_meeting(name: str, meeting: Meeting) -> str:
    """The address of a page or an action of a meeting."""
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def choose_readings(meeting: Meeting) -> Button:
    return Button(_("Assign reading"), at_meeting("reading_edit", meeting), is_main=True)


def read_on(own: OwnReading) -> NextStep | None:
    """Leads to the part of their reading that a member goes on with; None if all is read."""
    if not own.next:
        return None
    return NextStep(own.left_words, (Button(own.continue_words, own.next.url, is_main=True),))


def review_minutes(meeting: Meeting) -> Button:
    return Button(_("Review the minutes"), at_meeting("minutes_detail", meeting), is_main=True)


def of_meeting(overview: MeetingOverview) -> NextStep:
    """What is next at a meeting, by its state and for this member."""
    State = Meeting.State
    meeting, leads = overview.meeting, overview.is_led_here
    if meeting.state == State.DRAFT:
        return _announce(meeting)
    if meeting.state == State.SCHEDULED and meeting.is_over:
        return _make_up(meeting, leads)
    if meeting.state == State.SCHEDULED:
        return _prepare(overview) if leads else _get_ready(overview)
    if meeting.state == State.UNDER_WAY:
        return _join(meeting)
    if meeting.state == State.ENDED:
        return _look_back(meeting, leads)
    return _after_a_cancellation(overview)


def _announce(meeting: Meeting) -> NextStep:
    edit = Button(_("Edit meeting"), at_meeting("meeting_edit", meeting))
    if meeting.is_over or not meeting.where:
        sentence = _("This is a draft. Add a place or a video link before you announce it.")
        if meeting.is_over:
            sentence = _("This draft’s date has passed. Choose a later one.")
        return NextStep(sentence, (replace(edit, is_main=True),))
    url = at_meeting("meeting_schedule", meeting)
    announce = Button(_("Announce meeting"), url, is_main=True, is_post=True)
    sentence = _("This is a draft. Only facilitators can see it until you announce it.")
    return NextStep(sentence, (announce, edit))


def _prepare(overview: MeetingOverview) -> NextStep:
    """What a facilitator or the leader does for a meeting that is scheduled."""
    meeting, plans = overview.meeting, overview.membership.is_facilitator
    if meeting.is_near:
        return _start(meeting)
    if plans and not meeting.brief:
        choose = Button(_("Choose a brief"), at_meeting("meeting_edit", meeting), is_main=True)
        return NextStep(_("No brief chosen yet."), (choose,))
    if plans and overview.lacks_readings:
        sentence = _("No reading assigned yet. Three sections are about right for one meeting.")
        return NextStep(sentence, (choose_readings(meeting),))
    if not meeting.agenda_revision:
        create = Button(_("Create agenda"), at_meeting("agenda_edit", meeting), is_main=True)
        return NextStep(_("No agenda yet. We’ll suggest one that fits your time."), (create,))
    if overview.own.left and not overview.is_not_coming:
        return _get_ready(overview)
    see = Button(_("See the agenda"), at_meeting("agenda_detail", meeting))
    return replace(settled(overview), buttons=(see,))


def _make_up(meeting: Meeting, leads: bool) -> NextStep:
    """For a meeting whose time has passed and that no one started here."""
    if meeting.minutes_published_at:
        return _look_back(meeting, leads)
    if not leads:
        notes = Button(_("Read the notes"), at_meeting("note_list", meeting), is_main=True)
        return NextStep(_("This meeting’s time has passed."), (notes,))
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


def ask(meeting: Meeting) -> NextStep:
    return NextStep(_("Can you make it?"), asks=meeting)


def settled(overview: MeetingOverview) -> NextStep:
    """Nothing is left to do but an RSVP: it says how things stand, by what the member replied."""
    meeting, answer = overview.meeting, overview.mine and overview.mine.answer
    if overview.is_unanswered:
        return ask(meeting)
    if overview.mine and answer == "waiting":
        return NextStep(overview.mine.waitlist_words)
    if answer == "no":
        return NextStep(_("You said you can’t make it on %s.") % day(meeting))
    if answer == "maybe":
        return NextStep(_("You said maybe for %s.") % day(meeting))
    if answer != "yes":
        return NextStep(_("RSVPs for %s are closed.") % day(meeting))
    if meeting.is_today:
        return NextStep(_("You’re all set for today at %s.") % clock(meeting))
    return NextStep(_("You’re all set for %s.") % day(meeting))


def _get_ready(overview: MeetingOverview) -> NextStep:
    """What a member does before a meeting: what is left to read, and then nothing more."""
    meeting = overview.meeting
    if overview.is_not_coming:
        return settled(overview)
    if step := read_on(overview.own):
        return step
    if meeting.is_near:
        live = Button(_("Open the live meeting"), at_meeting("meeting_run", meeting), is_main=True)
        begins = _("We planned to start at %s.") if meeting.is_late else _("We start at %s.")
        return NextStep(begins % clock(meeting), (live,))
    if overview.own.parts:
        see = Button(_("See the agenda"), at_meeting("agenda_detail", meeting))
        agenda = (see,) if meeting.agenda_revision else ()
        return replace(settled(overview), buttons=agenda)
    if not meeting.brief:
        return settled(overview)
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


def _after_a_cancellation(overview: MeetingOverview) -> NextStep:
    """Leads to the meeting that comes next, or to making one."""
    circle, following = overview.meeting.circle, overview.following
    if following:
        see = Button(_("See the next meeting"), following.get_absolute_url(), is_main=True)
        return NextStep(_("The next meeting is %s.") % when(following), (see,))
    meetings = reverse("circles:meeting_list", args=[circle.slug])
    others = Button(_("See the other meetings"), meetings, is_main=True)
    if not overview.membership.is_facilitator:
        return NextStep(_("No other meeting is scheduled yet."), (others,))
    create = reverse("circles:meeting_create", args=[circle.slug])
    schedule = Button(_("Schedule a meeting"), create, is_main=True)
    return NextStep(_("No other meeting is scheduled yet."), (schedule,))


def read_what_was_said(meeting: Meeting) -> NextStep:
    """For a member: a meeting just ended; its minutes, or its notes until there are any."""
    words = {"meeting": meeting}
    if meeting.minutes_published_at:
        url = at_meeting("minutes_detail", meeting)
        read = Button(_("Read the minutes"), url, is_main=True, about=str(meeting))
        return NextStep(_("The minutes are ready: “%(meeting)s”") % words, (read,))
    sentence = _("“%(meeting)s” is over. The minutes aren’t published yet.") % words
    notes = Button(_("Read the notes"), at_meeting("note_list", meeting), is_main=True)
    return NextStep(sentence, (notes,))


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
            button(_("Schedule a meeting"), "meeting_create", is_main=True),
            button(_("Plan the year"), "plan_edit"),
            button(_("Start a date poll"), "poll_create"),
        ),
    )


def publish_minutes_of(meeting: Meeting) -> NextStep:
    sentence = _("Minutes from the last meeting aren’t published yet.")
    return NextStep(sentence, (review_minutes(meeting),))


def announce_drafts(
    circle: Circle, drafts: list[Meeting], *, names_circle: bool = False
) -> NextStep:
    """For a facilitator: these drafts, soonest first, wait to be announced.

    Args:
        circle: which circle.
        drafts: of that circle, at least one.
        names_circle: the page is about more than this circle.
    """
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
        see = Button(_("Review the draft"), url, is_main=True, about=about)
    else:
        url = reverse("circles:meeting_list", args=[circle.slug]) + "#drafts"
        see = Button(_("Review the drafts"), url, is_main=True, about=about)
    words = {"circle": circle, "number": number, "when": when(drafts[0])}
    return NextStep(sentence % words, (see,))


def without_a_date(circle: Circle, *, may_plan: bool, names_circle: bool = True) -> NextStep:
    """For a person's own page: one of their circles has no meeting scheduled.

    Args:
        may_plan: the person is one of its facilitators.
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
        read = Button(_("Read a brief"), reverse("briefs:brief_list"), is_main=True)
        return NextStep(sentence % {"circle": circle}, (read,))
    url = reverse("circles:meeting_create", args=[circle.slug])
    sentence = _("No meetings scheduled. Pick the next date to keep your circle going.")
    if names_circle:
        sentence = _(
            "%(circle)s has no meetings scheduled. Pick the next date to keep your circle going."
        )
    about = circle.name if names_circle else ""
    schedule = Button(_("Schedule a meeting"), url, is_main=True, about=about)
    return NextStep(sentence % {"circle": circle}, (schedule,))


def get_ready_to_meet(circle: Circle, *, names_circle: bool) -> NextStep:
    """For a facilitator of a circle that hasn't met: its page has a checklist."""
    sentence = _("Your circle hasn’t met yet. See what to do before its first meeting.")
    if names_circle:
        sentence = _("%(circle)s hasn’t met yet. See what to do before its first meeting.")
    about = circle.name if names_circle else ""
    see = Button(_("See the checklist"), circle.get_absolute_url(), is_main=True, about=about)
    return NextStep(sentence % {"circle": circle}, (see,))


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
    reply = Button(_("Mark your dates"), poll.get_absolute_url(), is_main=True, about=str(poll))
    return NextStep(sentence % {"circle": poll.circle, "poll": poll}, (reply,))
