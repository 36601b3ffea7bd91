"""A cheap answer to the most frequent request: has anything changed?

An answer of `change_list` carries a ticket for that meeting and that session, valid for a
minute. With a ticket the server answers “nothing new” in one query, without loading the
session or the person. If there is news, or the ticket has expired, the request goes through
all access checks. A ticket never gives access to any content.
"""

from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config.access import ask_to_sign_in
from config.odd_requests import read_number
from config.requests import HtmxRequest, View

HEADER = "X-Ticket"
LASTS = 60  # seconds
SIGNER = signing.TimestampSigner(salt="circles.changes")


# In plain SQL: to build this query takes longer than all else that is done for the answer.
NEWER = "SELECT 1 FROM circles_meeting WHERE id = %s AND revision > %s"


def ticket_for(request: HttpRequest, meeting_id: int) -> str:
    """A ticket to ask about a meeting in this session."""
    return SIGNER.sign(f"{meeting_id}:{_session_of(request)}")


def _session_of(request: HttpRequest) -> str:
    """A hash that distinguishes sessions without revealing their keys."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return sha256(key.encode()).hexdigest()[:16]


def ticket_holders_first(view: View) -> View:
    """Answer 204 to a request with a valid ticket when the page has seen everything.

    Other requests go on to the view's own decorator. The login middleware would load the
    session first, so the view is exempt from it (`login_not_required`) and this decorator
    checks the login instead.
    """

    @wraps(view)
    def wrapper(request: HtmxRequest, **kwargs: Any) -> HttpResponseBase:
        if _is_nothing_new(request):
            return HttpResponse(status=204)
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return view(request, **kwargs)

    return login_not_required(wrapper)


def _is_nothing_new(request: HttpRequest) -> bool:
    ticket, since = request.GET.get("ticket", ""), read_number(request.GET.get("since"))
    if request.method != "GET" or not ticket or since is None:
        return False
    try:
        pk, session = SIGNER.unsign(ticket, max_age=LASTS).split(":")
    except signing.BadSignature:
        return False
    if session != _session_of(request):
        return False
    with connection.cursor() as cursor:
        cursor.execute(NEWER, [int(pk), since])
        return cursor.fetchone() is None
