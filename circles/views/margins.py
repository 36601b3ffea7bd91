"""A reader's margin of a brief: what they have at each section."""

from typing import Any

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from briefs.access import readers_at_a_glance, signed_in_readers
from config.back import back_to
from config.odd_requests import read_word

from ..models import Mark, Note
from ..reading.progress import ReadingProgress, upcoming_meetings

NOTES_A_PAGE = 20


@readers_at_a_glance
@never_cache
def brief_mine(request, brief):
    """A reader's notes and progress; without scripts, a page of its own. With scripts, what's
    theirs on a page of the brief: `at` is “cover” or a section, or left out for the whole on one
    page."""
    at = read_word(request.GET.get("at"))
    progress = ReadingProgress.gather(request.user, brief, at=at or None)
    context: dict[str, Any] = {"brief": brief, "progress": progress}
    template = "_mine_layer" if request.htmx else "brief_mine"
    if request.htmx and at == "cover":
        template = "_mine_cover_layer"
    elif request.htmx and at:
        template = "_mine_section_layer"
        context |= {"row": progress.find(at), "place": progress.place(at)}
    return render(request, f"circles/margins/{template}.html", context)


@signed_in_readers
@require_POST
def section_mark(request, brief, section_slug):
    """Star all of a section or mark it as confusing: `star=on`, or undo that: `star=`. A script may
    send either again."""
    section = get_object_or_404(brief.sections.in_edition(), slug=section_slug)
    kinds = (Mark.Kind.STAR, Mark.Kind.CONFUSING)
    if kind := next((kind for kind in kinds if kind in request.POST), None):
        makers = [membership for membership, _meeting in upcoming_meetings(request.user, brief)]
        on = bool(request.POST[kind])
        Mark.objects.set(request.user, section, kind, on=on, memberships=makers)
    if not request.accepts("text/html"):
        return JsonResponse({})
    if request.htmx:
        return _section_part(request, brief, section_slug)
    return redirect(back_to(request, _where(brief, section_slug)))


@signed_in_readers
@never_cache
def section_notes(request, brief, section_slug):
    """What the reader's circles noted on a section, the newest meeting first; for htmx, only the
    notes."""
    section = get_object_or_404(brief.sections.all(), slug=section_slug)
    section.brief = brief
    notes = Note.objects.read_by(request.user).filter(section=section)
    template = "_section_notes_part" if request.htmx else "section_notes"
    context = {
        "brief": brief,
        "section": section,
        "page": Paginator(notes, NOTES_A_PAGE).get_page(request.GET.get("page")),
        "notes_url": reverse("circles:section_notes", args=[brief.slug, section.slug]),
    }
    return render(request, f"circles/margins/{template}.html", context)


def _where(brief, section_slug):
    """The URL of a section on the reader's own page."""
    return f"{reverse('circles:brief_mine', args=[brief.slug])}#mine-{section_slug}"


def _section_part(request, brief, section_slug):
    """The reader's margin of one section: the part of the page that htmx replaces.

    On the page of a part of the reader's own reading, that page has the button for “read”.
    """
    progress = ReadingProgress.gather(request.user, brief, at=section_slug)
    context = {"progress": progress, "row": progress.find(section_slug)}
    context["is_part"] = "part" in request.POST
    return render(request, "circles/margins/_mine_section.html", context)
