"""RSVPs: on the meeting's page, by an email's link, or entered by a facilitator."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.back import back_to
from config.odd_requests import read_number

from ..access import answer_link_holders, facilitators, find_meeting, members
from ..calendars.ical import web_links
from ..forms.old_names import COMMENT, with_old_names
from ..forms.rsvps import RsvpForm, ToldAnswerForm
from ..meeting_overview import MeetingOverview


@members
@with_old_names(COMMENT)
def rsvp_edit(request, circle, meeting_number):
    """A member's own RSVP."""
    meeting = find_meeting(request, circle, meeting_number)
    form = RsvpForm(request.POST or None)
    if _takes(request, meeting, form):
        _tell(request, meeting.answer(request.membership, **form.cleaned_data), form)
        return redirect(back_to(request, meeting))
    glance = MeetingOverview(meeting, request.membership)
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "form": form,
        "rsvp": _shown(meeting, form, glance.mine),
        "own": glance.own,
        "calendar_links": web_links(meeting),
    }
    return render(request, "circles/rsvps/rsvp_edit.html", context, status=_status(request))


@answer_link_holders
@with_old_names(COMMENT)
def rsvp_answer(request, membership, meeting):
    """RSVP by the link in an email. It shows no one else's RSVP and no notes."""
    form = RsvpForm(request.POST or None)
    if _takes(request, meeting, form):
        _tell(request, meeting.answer(membership, **form.cleaned_data), form)
        return redirect(request.path)
    mine = meeting.rsvps.of(membership)
    if mine:
        mine.membership = membership
        mine.place_in_line = mine.find_place_in_line()
    context = {
        "membership": membership,
        "meeting": meeting,
        "form": form,
        "rsvp": _shown(meeting, form, mine),
        "answer_url": request.path,
        "calendar_links": web_links(meeting),
    }
    return render(request, "circles/rsvps/rsvp_answer.html", context, status=_status(request))


def _shown(meeting, form, mine):
    """The RSVP to show: with what was typed, if it can still be sent."""
    return form.as_typed(mine) if meeting.takes_answers and form.errors else mine


def _status(request):
    """422 if the RSVP was refused because of errors or because it is too late, else 200."""
    return 422 if request.method == "POST" else 200


def _takes(request, meeting, form):
    """Whether the form has a valid RSVP and RSVPs are open; adds a message if it is too late."""
    if request.method == "POST" and not meeting.takes_answers:
        messages.error(request, _("It’s too late to RSVP here. Let your facilitator know."))
        return False
    return form.is_valid()


@facilitators
@with_old_names(COMMENT)
def rsvp_record(request, circle, meeting_number):
    """A facilitator enters a member's RSVP, also after the RSVP deadline."""
    meeting = find_meeting(request, circle, meeting_number)
    pk = read_number(request.GET.get("membership"))
    about = circle.memberships.current().filter(pk=pk).first()
    form = ToldAnswerForm(request.POST or None, meeting=meeting, about=about)
    if request.method == "POST" and not meeting.takes_late_answers:
        messages.error(
            request,
            _("This meeting isn’t taking RSVPs. If it’s over, take attendance instead."),
        )
    elif form.is_valid():
        own = form.cleaned_data["membership"] == request.membership
        by = None if own else request.membership
        _tell(request, meeting.answer(**form.cleaned_data, by=by), form)
        return redirect(meeting)
    context = {"circle": circle, "tab": "meetings", "meeting": meeting, "form": form}
    return render(request, "circles/rsvps/rsvp_record.html", context, status=_status(request))


def _tell(request, rsvp, form):
    messages.success(request, _said(rsvp))
    if rsvp.guests < form.cleaned_data["guests"]:
        messages.warning(request, _room_for(rsvp.guests))


def _room_for(guests):
    if not guests:
        return _("There’s no room for guests, so we didn’t save any.")
    return (
        ngettext(
            "There’s only room for %d guest, so we saved one.",
            "There’s only room for %d guests, so we saved that many.",
            guests,
        )
        % guests
    )


def _said(rsvp):
    if rsvp.answered_by_id:
        if rsvp.is_waiting:
            return _("The meeting is full, so %s is on the waitlist.") % rsvp.membership
        return _("RSVP saved for %(who)s: %(answer)s.") % {
            "who": rsvp.membership,
            "answer": rsvp.get_answer_display(),
        }
    if rsvp.is_waiting:
        return " ".join([_("The meeting is full."), rsvp.waitlist_words])
    return {
        rsvp.Answer.YES: _("You’re in. See you there!"),
        rsvp.Answer.MAYBE: _("You’re a maybe. You can change this anytime."),
        rsvp.Answer.NO: _("Sorry you can’t make it. Thanks for letting us know."),
    }[rsvp.answer]
