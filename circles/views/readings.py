"""What is to be read for a meeting, and what a reader keeps."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from briefs.access import readers, signed_in_readers

from ..access import facilitators
from ..models import ReadMark
from ..place import Place


@readers
@never_cache
def brief_mine(request, brief):
    """The reader's own layer over the page of a brief; a page of its own without scripts."""
    return render(request, "circles/brief_mine.html", {"place": Place.of(request.user, brief)})


@signed_in_readers
@require_POST
def section_read(request, brief, section_slug):
    """Tick a section as read, or untick it."""
    section = get_object_or_404(brief.sections.standing(), slug=section_slug)
    ReadMark.objects.set(request.user, section, read="read" in request.POST)
    if request.htmx:
        return render(request, "circles/_mine.html", {"place": Place.of(request.user, brief)})
    return redirect("circles:brief_mine", brief.slug)


@facilitators
def reading_edit(request, circle, meeting_number):
    return HttpResponse()
