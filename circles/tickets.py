"""A short way for the question that is asked most: has anything changed?

Whoever was answered by `change_list` holds, for a minute, a ticket for that meeting and that
session. On it the server says “nothing new” without looking at the person again; it never says
anything else on a ticket. When there is something to tell, or the minute is over, the question
goes the whole way, past everyone who has a say in it.
"""

from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

from .models import Meeting

PAGE = "/changes/"
HEADER = "X-Ticket"
LASTS = 60  # seconds
SIGNER = signing.TimestampSigner(salt="circles.changes")


def ticket_for(request, meeting):
    """A ticket to ask about a meeting in this session."""
    return SIGNER.sign(f"{meeting.pk}:{_session_of(request)}")


def _session_of(request):
    """Tells sessions apart, and does not give them away."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return sha256(key.encode()).hexdigest()[:16]


class TicketMiddleware:
    """Answers 204 to a ticket where nothing is newer than what the page has seen."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        ticket = request.path.endswith(PAGE) and request.GET.get("ticket")
        if ticket and self._is_nothing_new(request, ticket):
            return HttpResponse(status=204)
        return self.get_response(request)

    def _is_nothing_new(self, request, ticket):
        since = request.GET.get("since", "")
        if request.method != "GET" or not since.isdecimal() or len(since) > 9:
            return False
        try:
            pk, session = SIGNER.unsign(ticket, max_age=LASTS).split(":")
        except signing.BadSignature:
            return False
        if session != _session_of(request):
            return False
        return not Meeting.objects.filter(pk=pk, revision__gt=int(since)).exists()
