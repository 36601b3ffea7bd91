"""The app's own pages, and four yardsticks to compare them with, through the same server."""

from functools import cache

from django.http import HttpResponse
from django.urls import include, path

from briefs.models import Brief
from briefs.page.cache import whole
from circles.models import SentInvitation
from config.access import public, signed_in
from config.urls import handler400, handler500

__all__ = ["handler400", "handler500", "urlpatterns"]

BRIEF = "human-trafficking"
# What a row says that `write` makes.
MADE_HERE = "bench"


@cache
def kept_answer():
    return whole(Brief.objects.at_a_glance(BRIEF)).answer(packs=True)


@public
def empty(request):
    """E: what no page can do without."""
    return HttpResponse()


@public
def memory(request):
    """B: the bytes of a brief, which nothing is asked for."""
    body, headers = kept_answer()
    return HttpResponse(body, headers=headers)


@signed_in
def member(request):
    """S: what no page of a signed-in person can do without."""
    return HttpResponse(request.user.pk)


@signed_in
def write(request):
    """W: what no page that saves something can do without."""
    SentInvitation.objects.create(sender=request.user, address_hash=MADE_HERE)
    return HttpResponse()


urlpatterns = [
    path("bench/empty/", empty),
    path("bench/memory/", memory),
    path("bench/member/", member),
    path("bench/write/", write),
    path("", include("config.urls")),
]
