"""What is said: notes against the sections, and the parking lot."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from ..access import members


@members
def note_list(request, circle, meeting_number):
    return HttpResponse()


@members
def note_edit(request, circle, meeting_number, note_id):
    return HttpResponse()


@members
@require_POST
def note_delete(request, circle, meeting_number, note_id):
    return HttpResponse()


@members
@require_POST
def note_restore(request, circle, meeting_number, note_id):
    return HttpResponse()


@members
def note_answer(request, circle, meeting_number, note_id):
    return HttpResponse()
