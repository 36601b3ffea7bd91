"""The pages of briefs. What a person keeps about one is in circles/views/readings.py."""

import re

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response

from config.access import public

from . import kept, reader
from .access import readers
from .history import History
from .models import Brief

TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\b)")


@public
def brief_list(request):
    briefs = Brief.objects.readable_by(request.user).with_sections()
    return render(request, "briefs/brief_list.html", {"briefs": briefs})


@readers
def brief_detail(request, brief):
    """The same bytes for everyone. Knows nobody: no session, no user, no cookie."""
    packs = bool(TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")))
    body, headers = kept.page(brief).answer(packs=packs)
    scope = "public" if brief.audience == Brief.Audience.EVERYONE else "private"
    headers |= {
        "Cache-Control": f"{scope}, max-age=0, must-revalidate",
        "Vary": "Accept-Encoding",
    }
    response = HttpResponse(body, headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response)


@readers
def brief_changes(request, brief):
    """What the brief says otherwise than in an earlier edition, `?since=` its day."""
    history = History(brief, request.GET.get("since", ""))
    return render(request, "briefs/brief_changes.html", {"brief": brief, "history": history})


@readers
def section_detail(request, brief, section_slug):
    """A section that an edition dropped, for whoever follows a note to it."""
    section = get_object_or_404(brief.sections, slug=section_slug)
    section.brief = brief
    if not section.is_retired:
        return redirect(section)
    context = {"brief": brief, "section": section, **reader.section_context(section)}
    return render(request, "briefs/section_detail.html", context)
