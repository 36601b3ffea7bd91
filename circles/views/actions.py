"""What was promised: made at a meeting, ticked off when it is kept."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..access import members
from ..models import ActionItem


@members
def action_list(request, circle):
    return HttpResponse()


@members
def action_create(request, circle, meeting_number):
    return HttpResponse()


@members
def action_edit(request, circle, meeting_number, action_id):
    return HttpResponse()


@members
@require_POST
def action_toggle(request, circle, meeting_number, action_id):
    """Tick a promise off, or open it again: `done` says which, so twice is as once."""
    action = _action(request, circle, meeting_number, action_id)
    if not action.may_tick:
        raise PermissionDenied(_("Only who promised it, or a facilitator, can tick this off."))
    action.set_done(bool(request.POST.get("done")))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = action.meeting.get_absolute_url()
    if request.htmx:
        return render(request, "circles/_action.html", {"action": action, "next": back})
    if action.done_at:
        messages.success(request, _("“%s” is done. Well kept.") % action)
    else:
        messages.success(request, _("“%s” is open again.") % action)
    return redirect(back)


@members
@require_POST
def action_delete(request, circle, meeting_number, action_id):
    return HttpResponse()


def _action(request, circle, meeting_number, action_id):
    meetings = circle.meetings.visible_to(request.membership)
    actions = ActionItem.objects.filter(meeting__in=meetings, meeting__number=meeting_number)
    return get_object_or_404(actions.shown_to(request.user), pk=action_id)
