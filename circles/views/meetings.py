"""A meeting: planned, answered, attended."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from ..access import facilitators, members


@members
def meeting_list(request, circle):
    return HttpResponse()


@facilitators
def meeting_create(request, circle):
    return HttpResponse()


@members
def meeting_detail(request, circle, meeting_number):
    return HttpResponse()


@facilitators
def meeting_edit(request, circle, meeting_number):
    return HttpResponse()


@facilitators
@require_POST
def meeting_schedule(request, circle, meeting_number):
    return HttpResponse()


@facilitators
@require_POST
def meeting_start(request, circle, meeting_number):
    return HttpResponse()


@facilitators
@require_POST
def meeting_end(request, circle, meeting_number):
    return HttpResponse()


@facilitators
def meeting_cancel(request, circle, meeting_number):
    return HttpResponse()


@members
def rsvp_edit(request, circle, meeting_number):
    return HttpResponse()


@facilitators
def attendance_edit(request, circle, meeting_number):
    return HttpResponse()
