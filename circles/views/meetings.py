"""A meeting: planned, answered, attended."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..access import facilitators, find_meeting, members
from ..forms.attendance import AttendanceForm
from ..forms.meetings import MeetingForm, RsvpForm
from ..glance import MeetingGlance
from ..models import ActionItem, Meeting


@members
def meeting_list(request, circle):
    visible = circle.meetings.visible_to(request.membership).with_brief()
    context = {
        "circle": circle,
        "tab": "meetings",
        "upcoming": list(visible.upcoming()),
        "drafts": list(visible.drafts()),
        "past": list(visible.past()),
        "cancelled": list(visible.cancelled()),
    }
    return render(request, "circles/meeting_list.html", context)


@facilitators
def meeting_create(request, circle):
    form = MeetingForm(request.POST or None, instance=Meeting.plan(circle), user=request.user)
    if form.is_valid():
        meeting = form.save()
        messages.success(request, _saved(meeting))
        return redirect(meeting)
    context = {"circle": circle, "tab": "meetings", "title": _("Plan a meeting"), "form": form}
    return render(request, "circles/circle_form.html", context)


@facilitators
def meeting_edit(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    form = MeetingForm(request.POST or None, instance=meeting, user=request.user)
    if form.is_valid():
        meeting = form.save()
        messages.success(request, _saved(meeting))
        return redirect(meeting)
    context = {"circle": circle, "tab": "meetings", "title": _("Change the meeting"), "form": form}
    return render(request, "circles/circle_form.html", context)


def _saved(meeting):
    if meeting.is_draft:
        return _("The draft is saved. Nobody but facilitators sees it yet.")
    return _("“%s” is saved, and everyone in the circle sees it.") % meeting


@members
def meeting_detail(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    earlier = ActionItem.objects.of_circle(circle).shown_to(request.user).open()
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "glance": MeetingGlance(meeting, request.membership),
        "actions": earlier,
        "came": meeting.attendances.select_related("membership__user"),
    }
    return render(request, "circles/meeting_detail.html", context)


@facilitators
@require_POST
def meeting_schedule(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    return _do(request, meeting, meeting.schedule, _("Everyone in the circle sees “%s” now."))


@facilitators
@require_POST
def meeting_start(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    return _do(request, meeting, meeting.start, _("“%s” is under way. A good evening to you all."))


@facilitators
@require_POST
def meeting_end(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    return _do(request, meeting, meeting.end, _("“%s” is over. The minutes are next."))


def _do(request, meeting, verb, done):
    """Change a meeting's state, or say why not."""
    try:
        verb()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done % meeting)
    return redirect(meeting)


@facilitators
def meeting_cancel(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    if request.method == "POST":
        return _do(request, meeting, meeting.cancel, _("“%s” is called off."))
    context = {
        "circle": circle,
        "tab": "meetings",
        "title": _("Call off “%s”?") % meeting,
        "lede": _("It stays in the list as called off. What was written for it is kept."),
        "button": _("Call it off"),
        "back": meeting.get_absolute_url(),
        "danger": True,
    }
    return render(request, "circles/circle_confirm.html", context)


@members
def rsvp_edit(request, circle, meeting_number):
    """A member's answer; a facilitator may answer for someone who telephoned."""
    meeting = find_meeting(request, circle, meeting_number)
    membership = _answering(request, circle)
    form = RsvpForm(request.POST or None)
    if request.method == "POST" and not meeting.takes_answers:
        messages.error(request, _("It is too late to answer here. Tell your facilitator."))
    elif form.is_valid():
        rsvp = meeting.answer(membership, **form.cleaned_data)
        messages.success(request, _said(rsvp, is_own=membership == request.membership))
        if rsvp.guests < form.cleaned_data["guests"]:
            messages.warning(
                request, _("There is no room for that many guests: %d fit.") % rsvp.guests
            )
        return redirect(_next(request, meeting))
    glance = MeetingGlance(meeting, membership)
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "form": form,
        "rsvp": form.as_typed(glance.mine) if form.errors else glance.mine,
        "membership": membership,
        "people": circle.memberships.current().by_name(),
    }
    return render(request, "circles/rsvp_edit.html", context)


def _answering(request, circle):
    """Whose answer it is: one's own, or another member's if a facilitator says so."""
    pk = request.POST.get("membership") or request.GET.get("membership") or ""
    if not (request.membership.is_facilitator and pk.isdecimal()):
        return request.membership
    return get_object_or_404(circle.memberships.current().select_related("user"), pk=pk)


def _said(rsvp, *, is_own):
    if rsvp.answer == rsvp.Answer.WAITING:
        text = _("All places are taken. You are on the waiting list and move up by yourself.")
        return text if is_own else _("All places are taken: %s waits.") % rsvp.membership
    if not is_own:
        return _("Noted for %(who)s: %(answer)s.") % {
            "who": rsvp.membership,
            "answer": rsvp.get_answer_display(),
        }
    return {
        rsvp.Answer.YES: _("You come. See you there."),
        rsvp.Answer.MAYBE: _("You may come. You can change this at any time."),
        rsvp.Answer.NO: _("You cannot come. Thank you for saying so."),
    }[rsvp.answer]


def _next(request, meeting):
    """The page to go back to, if it is ours; else the meeting's."""
    url = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(url, {request.get_host()}):
        return url
    return meeting.get_absolute_url()


@facilitators
def attendance_edit(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    form = AttendanceForm(request.POST or None, meeting=meeting)
    if form.is_valid():
        form.save()
        messages.success(request, _("Noted who came: %d.") % meeting.attendances.count())
        return redirect(meeting)
    context = {"circle": circle, "tab": "meetings", "meeting": meeting, "form": form}
    return render(request, "circles/attendance_edit.html", context)
