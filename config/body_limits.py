"""How much a request may send. More is refused by its Content-Length, before it's read.

The server takes the length at its word: it reads no more than was said, and nothing of a body
whose length wasn't said.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .requests import View

# Bytes. The longest forms have the minutes of a meeting, or a whole note sheet. Visitors may send
# as much: a form that meets an ended session comes back with what was typed.
MOST = 1024 * 1024

Guarded = TypeVar("Guarded", bound=View)


def takes_bytes(most: int) -> Callable[[Guarded], Guarded]:
    """Let people who are signed in send more to this view, such as a file."""

    def decorate(view: Guarded) -> Guarded:
        view.most_bytes = most  # type: ignore[attr-defined]  # for the middleware
        return view

    return decorate


class BodyLimitsMiddleware:
    """Refuses what is too large. It comes before the CSRF check, which reads the body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        length = _length_of(request)
        if length <= MOST:
            return None
        most = getattr(view, "most_bytes", MOST) if request.user.is_authenticated else MOST
        return too_large(request, most) if length > most else None


def _length_of(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def too_large(request: HttpRequest, most: int | None = None) -> HttpResponse:
    """The answer to a request that sent too much: a page, or JSON for our scripts.

    Args:
        request: the request. Its form isn't read.
        most: how many bytes it may send, if there is a number to tell.
    """
    sentence = _("That’s too long. Shorten it and send it again.")
    if most:
        sentence = _(
            "That’s too long. You can send up to %(size)s at once. Shorten it and send it again."
        ) % {"size": filesizeformat(most)}
    if request.method in ("PUT", "DELETE") or not request.accepts("text/html"):
        return JsonResponse({"errors": {"__all__": sentence}}, status=413)
    return render(request, "413.html", {"sentence": sentence}, status=413)
