"""A reader's margin of a brief: stars, questions and private notes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from briefs.access import readers, signed_in_readers

from ..forms.margins import MarginForm
from ..forms.stale import status_of
from ..models import Reaction
from ..reading.progress import ReadingProgress, upcoming_meetings


@readers
@never_cache
def brief_mine(request, brief):
    """A reader's notes and progress on a brief's page; without scripts, a page of its own."""
    template = "_mine_layer" if request.htmx else "brief_mine"
    progress = ReadingProgress.gather(request.user, brief)
    return render(request, f"circles/margins/{template}.html", {"progress": progress})


@signed_in_readers
@require_POST
def section_mark(request, brief, section_slug):
    """Star a section or mark it as confusing, or undo that: `on` says which."""
    section = get_object_or_404(brief.sections.in_edition(), slug=section_slug)
    kind = request.POST.get("kind")
    makers = [membership for membership, _meeting in upcoming_meetings(request.user, brief)]
    if not makers:
        messages.info(
            request, _("You can mark sections once your circle has a meeting on this brief.")
        )
    elif kind in (Reaction.Kind.STAR, Reaction.Kind.PUZZLED):
        Reaction.objects.set(makers, section, kind, on="on" in request.POST)
    if request.htmx:
        return _section_part(request, brief, section_slug)
    return redirect(_where(brief, section_slug))


@signed_in_readers
@never_cache
def margin_edit(request, brief, section_slug):
    """A private note and a question for the meeting. A note stays if its section is retired."""
    progress = ReadingProgress.gather(request.user, brief)
    row = progress.find(section_slug)
    form = MarginForm(
        request.POST or None,
        user=request.user,
        progress=progress,
        row=row,
        is_inline=bool(request.htmx),
    )
    if request.method == "POST" and form.is_saved():
        if request.htmx:
            return _section_part(request, brief, section_slug, taken=row.draft)
        messages.success(request, _("Changes saved."), extra_tags=row.draft)
        return redirect(_where(brief, section_slug))
    context = {"progress": progress, "row": row, "form": form}
    if request.htmx and request.method == "POST":
        row.form = form
        return render(
            request, "circles/margins/_mine_section.html", context, status=status_of(form)
        )
    return render(request, "circles/margins/margin_edit.html", context, status=status_of(form))


def _where(brief, section_slug):
    """The URL of a section on the reader's own page."""
    return f"{reverse('circles:brief_mine', args=[brief.slug])}#mine-{section_slug}"


def _section_part(request, brief, section_slug, taken=""):
    """The reader's margin of one section: the part of the page that htmx replaces."""
    progress = ReadingProgress.gather(request.user, brief)
    context = {"progress": progress, "row": progress.find(section_slug), "taken": taken}
    return render(request, "circles/margins/_mine_section.html", context)
