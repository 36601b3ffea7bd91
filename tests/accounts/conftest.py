"""What the tests of signing in share."""

import re

import pytest
from django.urls import path

from accounts.adapter import open_sign_up
from config import urls as site
from config.access import public


@pytest.fixture
def code_from(mailoutbox):
    """Reads the six digits in the newest email."""

    def read():
        return re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()

    return read


@public
def invited(request):
    """Takes the place of the page that an invitation opens."""
    from django.http import HttpResponse

    open_sign_up(request, request.GET.get("email", ""))
    return HttpResponse("Welcome to the circle")


class InvitedUrls:
    urlpatterns = [path("invited/", invited), *site.urlpatterns]


@pytest.fixture
def invitation(settings):
    """An invitation page at /invited/ (by link) and /invited/?email=… (by email)."""
    settings.ROOT_URLCONF = InvitedUrls
    return "/invited/"
