"""What the tests of signing in share."""

import re

import pytest
from django.core.cache import cache
from django.urls import path

from accounts.adapter import open_sign_up
from config import urls as site
from config.access import public


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    """Attempts are counted in the cache; each test starts afresh."""
    cache.clear()


@pytest.fixture
def code_from(mailoutbox):
    """The six digits in the newest mail."""

    def read():
        return re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()

    return read


@public
def invited(request):
    """Stands for the page that an invitation opens."""
    from django.http import HttpResponse

    open_sign_up(request, request.GET.get("email", ""))
    return HttpResponse("Welcome to the circle")


class InvitedUrls:
    urlpatterns = [path("invited/", invited), *site.urlpatterns]


@pytest.fixture
def invitation(settings):
    """A page that invites, at /invited/ (by link) and /invited/?email=… (by mail)."""
    settings.ROOT_URLCONF = InvitedUrls
    return "/invited/"
