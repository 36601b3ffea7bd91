"""What was promised."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from ..access import members


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
    return HttpResponse()


@members
@require_POST
def action_delete(request, circle, meeting_number, action_id):
    return HttpResponse()
