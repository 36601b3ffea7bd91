"""The minutes of a meeting."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from ..access import facilitators, members


@members
def minutes_detail(request, circle, meeting_number):
    return HttpResponse()


@facilitators
def minutes_edit(request, circle, meeting_number):
    return HttpResponse()


@facilitators
@require_POST
def minutes_publish(request, circle, meeting_number):
    return HttpResponse()
