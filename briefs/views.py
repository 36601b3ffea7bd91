"""The pages of briefs. What a person keeps about one is in circles/views/readings.py."""

import re

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response

from config.access import public

from . import editions, reader
from .access import readers
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
    body, headers = editions.page(brief).answer(packs=packs)
    scope = "public" if brief.audience == Brief.Audience.EVERYONE else "private"
    headers |= {
        "Cache-Control": f"{scope}, max-age=0, must-revalidate",
        "Vary": "Accept-Encoding",
    }
    response = HttpResponse(body, headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response)


@readers
def brief_short(request, brief):
    """The short way: the executive summary and the figures."""
    return render(request, "briefs/brief_short.html", reader.short_context(brief))
