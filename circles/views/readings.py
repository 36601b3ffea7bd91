"""What is to be read for a meeting, and what a reader keeps."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from briefs.access import readers, signed_in_readers
from briefs.reader import in_tree_order

from ..access import facilitators, find_meeting
from ..forms.readings import ReadingPlan
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
    """Who reads what for a meeting."""
    meeting = find_meeting(request, circle, meeting_number)
    sections = in_tree_order(meeting.brief.sections.standing()) if meeting.brief else []
    plan = ReadingPlan(meeting, sections, request.POST if "save" in request.POST else None)
    if "all" in request.POST:
        plan.choose_all()
        messages.success(request, _("Everyone is asked to read the whole brief."))
        return redirect("circles:reading_edit", circle.slug, meeting.number)
    if "none" in request.POST:
        meeting.assign([])
        messages.success(request, _("Nothing is assigned now."))
        return redirect("circles:reading_edit", circle.slug, meeting.number)
    if "save" in request.POST and plan.is_valid():
        plan.save()
        messages.success(request, _("The readings are saved. Each member sees their own."))
        return redirect(meeting)
    context = {"circle": circle, "tab": "meetings", "meeting": meeting, "plan": plan}
    return render(request, "circles/reading_edit.html", context)
