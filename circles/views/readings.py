"""What is to be read for a meeting, and what a reader keeps."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from briefs.access import readers, signed_in_readers

from ..access import facilitators


@readers
def brief_mine(request, brief):
    return HttpResponse()


@signed_in_readers
@require_POST
def section_read(request, brief, section_slug):
    return HttpResponse()


@facilitators
def reading_edit(request, circle, meeting_number):
    return HttpResponse()
