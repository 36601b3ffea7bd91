"""A short way for the question that is asked most: has anything changed?

Whoever was answered by `change_list` holds, for a minute, a ticket for that meeting and that
session. On it the server says “nothing new” without looking at the person again; it never says
anything else on a ticket. When there is something to tell, or the minute is over, the question
goes the whole way, past everyone who has a say in it.
"""

from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config.access import ask_to_sign_in
from config.odd_requests import read_number
from config.requests import HtmxRequest, View

from ..models import Meeting

HEADER = "X-Ticket"
LASTS = 60  # seconds
SIGNER = signing.TimestampSigner(salt="circles.changes")


def ticket_for(request: HttpRequest, meeting: Meeting) -> str:
    """A ticket to ask about a meeting in this session."""
    return SIGNER.sign(f"{meeting.pk}:{_session_of(request)}")


def _session_of(request: HttpRequest) -> str:
    """Tells sessions apart, and does not give them away."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return sha256(key.encode()).hexdigest()[:16]


def ticket_holders_first(view: View) -> View:
    """Answers 204 to a ticket where nothing is newer than what the page has seen.

    All others get what the view's own decorator gives them. The login middleware would look
    into the session first, so the view is kept from it, and it's asked here who is there.
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
    return not Meeting.objects.filter(pk=pk, revision__gt=since).exists()
