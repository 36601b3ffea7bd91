"""Meetings: schedule, edit, start, end and cancel them, and take attendance."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from config.refusal import refuse

from ..access import facilitators, find_meeting, members
from ..calendars.ical import web_links
from ..forms.attendance import AttendanceForm
from ..forms.meetings import MeetingForm
from ..forms.old_names import ROLES, with_old_names
from ..forms.stale import status_of
from ..live.moves import begin
from ..mail.in_sight import planned_for
from ..meeting_overview import MeetingOverview
from ..models import Mail, Meeting

ANNOUNCED = gettext_lazy("“%s” is announced. We’re emailing everyone in the circle.")


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
        "polls": list(circle.polls.undecided().select_related("brief")),
    }
    return render(request, "circles/meetings/meeting_list.html", context)


@facilitators
@with_old_names(ROLES)
def meeting_create(request, circle):
    form = MeetingForm(request.POST or None, instance=Meeting.plan(circle), user=request.user)
    if form.is_saved():
        messages.success(request, _saved(form))
        return redirect(form.saved)
    context = {"circle": circle, "tab": "meetings", "title": _("Schedule a meeting"), "form": form}
    return render(request, "circles/circle_form.html", context, status=status_of(form))


@facilitators
@with_old_names(ROLES)
def meeting_edit(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    form = MeetingForm(request.POST or None, instance=meeting, user=request.user)
    if form.is_saved():
        messages.success(request, _saved(form))
        return redirect(form.saved)
    context = {"circle": circle, "tab": "meetings", "title": _("Edit meeting"), "form": form}
    return render(request, "circles/circle_form.html", context, status=status_of(form))


def _saved(form):
    if form.saved.is_draft:
        return _("Draft saved. Only facilitators can see it.")
    if "tell" in form.data:
        return ANNOUNCED % form.saved
    return _("“%s” is saved. Everyone in the circle can see it.") % form.saved


@members
def meeting_detail(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number, sees_emails=True)
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "glance": MeetingOverview(meeting, request.membership),
        "calendar_links": web_links(meeting) if meeting.is_to_come else [],
    }
    return render(request, "circles/meetings/meeting_detail.html", context)


@facilitators
@require_POST
def meeting_schedule(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    return _do(request, meeting, meeting.schedule, ANNOUNCED)


@facilitators
@require_POST
def meeting_start(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    try:
        begin(meeting)
    except ValidationError as error:
        refuse(request, error)
        return redirect(meeting)
    return redirect("circles:meeting_run", circle.slug, meeting.number)


@facilitators
@require_POST
def meeting_end(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    return _do(request, meeting, meeting.end, _("“%s” has ended. Next up: the minutes."))


def _do(request, meeting, verb, done):
    """Change a meeting's state, or say why it can't be changed."""
    try:
        verb()
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(request, done % meeting)
    return redirect(meeting)


@facilitators
def meeting_cancel(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    if request.method == "POST":
        return _do(request, meeting, meeting.cancel, _("“%s” was canceled."))
    if why := meeting.why_not_cancellable:
        messages.error(request, why)
        return redirect(meeting)
    email = None if meeting.is_draft else planned_for(Mail.Kind.CANCELLED, meeting)
    context = {
        "circle": circle,
        "tab": "meetings",
        "title": _("Cancel “%s”?") % meeting,
        "lede": _what_canceling_does(meeting, email),
        "button": _("Cancel meeting"),
        "email_words": email.words if email else "",
        "back": meeting.get_absolute_url(),
        "danger": True,
    }
    return render(request, "circles/circle_confirm.html", context)


def _what_canceling_does(meeting, email):
    if email and not email.number:
        return _(
            "The email that announces it hasn’t left yet, so no one gets an email. The meeting "
            "will stay on the list as canceled, and nothing written for it is deleted. You can’t "
            "undo this."
        )
    if meeting.is_draft:
        return _(
            "It will stay on the list as canceled, and nothing written for it is deleted. Only "
            "facilitators have seen it, so no one gets an email. You can’t undo this."
        )
    return _(
        "Everyone in the circle gets an email. The meeting will stay on the list as canceled, and "
        "nothing written for it is deleted. You can’t undo this."
    )


@facilitators
def attendance_edit(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    form = AttendanceForm(request.POST or None, meeting=meeting, membership=request.membership)
    if form.is_saved():
        count = meeting.attendances.count()
        saved = ngettext("Attendance saved: %d person.", "Attendance saved: %d people.", count)
        messages.success(request, saved % count)
        return redirect(meeting)
    context = {"circle": circle, "tab": "meetings", "meeting": meeting, "form": form}
    return render(request, "circles/meetings/attendance_edit.html", context, status=status_of(form))
