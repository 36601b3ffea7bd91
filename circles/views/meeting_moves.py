"""Announce, start, end and cancel a meeting. What can't simply be undone is asked first."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from config.refusal import refuse
from config.when import clock

from ..access import facilitators, facilitators_or_leader, find_meeting
from ..forms.meetings import CancelForm
from ..forms.stale import status_of
from ..live import moves
from ..mail.in_sight import planned_for, queued
from ..models import Mail

ANNOUNCED = gettext_lazy("“%s” is announced.")


@facilitators
@require_POST
def meeting_schedule(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    return _do(request, meeting, meeting.schedule, ANNOUNCED, emails=[Mail.Kind.SCHEDULED])


@facilitators_or_leader
def meeting_start(request, meeting):
    """Start the meeting, on its day. GET asks."""
    if request.method == "POST":
        try:
            moves.begin(meeting)
        except ValidationError as error:
            refuse(request, error)
            return redirect(meeting)
    elif meeting.is_startable:
        title = _("Start “%s”?") % meeting
        if meeting.is_early:
            title = _("It’s set for %s. Start now?") % clock(meeting)
        lede = _("It starts for everyone. You can undo this until something is written.")
        return _ask(request, meeting, title, lede, _("Start the meeting"))
    return redirect("circles:meeting_run", meeting.circle.slug, meeting.number)


@facilitators_or_leader
@require_POST
def meeting_unstart(request, meeting):
    return _do(request, meeting, lambda: moves.put_back(meeting), _("“%s” hasn’t started."))


@facilitators_or_leader
def meeting_end(request, meeting):
    if request.method == "POST":
        return _do(request, meeting, meeting.end, _("“%s” has ended. Next up: the wrap-up."))
    if not meeting.is_under_way:
        return redirect(meeting)
    lede = _("The live meeting closes for everyone. You can undo this for an hour.")
    return _ask(request, meeting, _("End “%s”?") % meeting, lede, _("End the meeting"))


@facilitators_or_leader
@require_POST
def meeting_resume(request, meeting):
    return _do(request, meeting, meeting.resume, _("“%s” is in progress again."))


def _ask(request, meeting, title, lede, button):
    context = {
        "circle": meeting.circle,
        "tab": "meetings",
        "title": title,
        "lede": lede,
        "button": button,
        "back": meeting.get_absolute_url(),
    }
    return render(request, "circles/circle_confirm.html", context)


def _do(request, meeting, verb, done, *, emails=()):
    """Change a meeting's state, or say why it can't be changed.

    Args:
        emails: the kinds that the verb queues. The message says who gets one, and when.
    """
    pressed = timezone.now()
    try:
        verb()
    except ValidationError as error:
        refuse(request, error)
    else:
        said = done % meeting
        if emails:
            said += " " + queued(meeting.mails, *emails, since=pressed).told
        messages.success(request, said)
    return redirect(meeting)


@facilitators
def meeting_cancel(request, circle, meeting_number):
    """Cancel the meeting. GET says what happens, and asks for a reason."""
    meeting = find_meeting(request, circle, meeting_number)
    form = CancelForm(request.POST if request.method == "POST" else None, meeting=meeting)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done, emails = _("“%s” was canceled."), [Mail.Kind.CANCELLED] * (not meeting.is_draft)
        return _do(request, meeting, lambda: meeting.cancel(reason), done, emails=emails)
    if why := meeting.why_not_cancellable:
        messages.error(request, why)
        return redirect(meeting)
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "form": form,
        "email_words": "" if meeting.is_draft else planned_for(Mail.Kind.CANCELLED, meeting).words,
    }
    return render(request, "circles/meetings/meeting_cancel.html", context, status=status_of(form))


@facilitators
@require_POST
def meeting_uncancel(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    # What was dropped when it was canceled may go out after all.
    kinds = [Mail.Kind.RESTORED, *Mail.COVERED_BY[Mail.Kind.CHANGED]]
    emails = kinds if meeting.scheduled_at else []
    return _do(request, meeting, meeting.uncancel, _("“%s” is back on."), emails=emails)
