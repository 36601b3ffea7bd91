"""The pages of briefs. What a person keeps about one is in circles/views/readings.py."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response

from config.access import public

from . import editions
from .access import readers
from .models import Brief


@public
def brief_list(request):
    briefs = Brief.objects.readable_by(request.user).with_sections()
    return render(request, "briefs/brief_list.html", {"briefs": briefs})


@readers
def brief_detail(request, brief):
    """The same bytes for everyone. Knows nobody: no session, no user, no cookie."""
    page = editions.page(brief)
    scope = "public" if brief.audience == Brief.Audience.EVERYONE else "private"
    headers = {"ETag": page.etag, "Cache-Control": f"{scope}, max-age=0, must-revalidate"}
    response = HttpResponse(page.body, headers=headers)
    return get_conditional_response(request, etag=page.etag, response=response)
