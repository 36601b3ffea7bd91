"""Meetings: schedule, edit, start, end and cancel them, and take attendance."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.refusal import refuse

from ..access import facilitators, find_meeting, members
from ..calendars.ical import web_links
from ..forms.attendance import AttendanceForm
from ..forms.meetings import MeetingForm
from ..forms.old_names import ROLES, with_old_names
from ..forms.stale import status_of
from ..live.moves import begin
from ..meeting_overview import MeetingOverview
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
        "polls": list(circle.polls.undecided().select_related("brief")),
    }
    return render(request, "circles/meetings/meeting_list.html", context)


@facilitators
@with_old_names(ROLES)
def meeting_create(request, circle):
    form = MeetingForm(request.POST or None, instance=Meeting.plan(circle), user=request.user)
    if form.is_saved():
        messages.success(request, _saved(form.saved))
        return redirect(form.saved)
    context = {"circle": circle, "tab": "meetings", "title": _("Plan a meeting"), "form": form}
    return render(request, "circles/circle_form.html", context, status=status_of(form))


@facilitators
@with_old_names(ROLES)
def meeting_edit(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    form = MeetingForm(request.POST or None, instance=meeting, user=request.user)
    if form.is_saved():
        messages.success(request, _saved(form.saved))
        return redirect(form.saved)
    context = {"circle": circle, "tab": "meetings", "title": _("Change the meeting"), "form": form}
    return render(request, "circles/circle_form.html", context, status=status_of(form))


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
        "glance": MeetingOverview(meeting, request.membership),
        "actions": earlier,
        "calendar_links": web_links(meeting),
        "came": meeting.attendances.select_related("membership__user"),
    }
    return render(request, "circles/meetings/meeting_detail.html", context)


@facilitators
@require_POST
def meeting_schedule(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    return _do(request, meeting, meeting.schedule, _("Everyone in the circle sees “%s” now."))


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
    return _do(request, meeting, meeting.end, _("“%s” is over. The minutes are next."))


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
        return _do(request, meeting, meeting.cancel, _("“%s” is called off."))
    if why := meeting.why_not_cancellable:
        messages.error(request, why)
        return redirect(meeting)
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


@facilitators
def attendance_edit(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    form = AttendanceForm(request.POST or None, meeting=meeting, membership=request.membership)
    if form.is_saved():
        messages.success(request, _("Noted who came: %d.") % meeting.attendances.count())
        return redirect(meeting)
    context = {"circle": circle, "tab": "meetings", "meeting": meeting, "form": form}
    return render(request, "circles/meetings/attendance_edit.html", context, status=status_of(form))
