"""Browsers that have signed in to an account before.

Strangers who guess at an account use up an allowance that its owner's browsers don't need
(`guesses.py`). A signed cookie tells them apart. It opens nothing, and signing out leaves it.
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import get_random_string

COOKIE = "known_browser"
# Seconds. Browsers keep no cookie for longer.
LASTS = 400 * 24 * 3600
# A tablet may be shared; the header of a request has its limit.
MOST_ACCOUNTS = 8
SIGNED_IN = "signed in"


def browser_of(request: HttpRequest, user: Any) -> str:
    """The id of the browser, if this account has been signed in to there; else empty.

    Args:
        request: what the browser sent.
        user: the account; None for an address without one.
    """
    if user is None:
        return ""
    known = _read(request).get(str(user.pk), "")
    # Sessions may be older than the cookie.
    return known or (SIGNED_IN if request.user == user else "")


def remember_browser(request: HttpRequest, response: HttpResponseBase, user: Any) -> None:
    """Have the browser keep that this account was signed in to there."""
    accounts = _read(request)
    browser = accounts.pop(str(user.pk), None) or get_random_string(16)
    latest = [*accounts.items(), (str(user.pk), browser)][-MOST_ACCOUNTS:]
    response.set_cookie(
        COOKIE,
        signing.dumps(dict(latest), salt=COOKIE),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, str]:
    """The ids of the browser by account; none if the cookie is missing, forged or old."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=LASTS)
    except signing.BadSignature:
        return {}
