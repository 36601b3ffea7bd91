"""Requests that no page of ours makes, and those that come too late: none is a server error."""

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from .kept_form import kept_form
from .locks import RowGone
from .refusal import LimitReached

LONGEST_NUMBER = 9  # digits that any column of a number takes
HTMX_PAGE = "HTTP_HX_CURRENT_URL"


def read_number(text: str | None) -> int | None:
    """A whole number from 0 that a request names, such as an id; None for anything else.

    Thousands of digits are no number: Python and databases refuse them.
    """
    text = text or ""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def read_word(text: str | None) -> str:
    """A name that a request gives, such as a slug, to be looked up; empty if it can be none."""
    text = text or ""
    return "" if "\0" in text else text


class OddRequestsMiddleware:
    """Answers what would fail further in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _check(request)
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """What was to be changed is gone, or a day is full: say so, and give back what was
        typed."""
        if isinstance(exception, RowGone):
            status = 410
            sentence = _("Someone just deleted this, so your change wasn’t saved.")
        elif isinstance(exception, LimitReached):
            status, sentence = 422, " ".join(exception.messages)
        else:
            return None
        if request.method in ("PUT", "DELETE") or not request.accepts("text/html"):
            return JsonResponse({"errors": {"__all__": sentence}}, status=status)
        if request.method == "POST":
            return kept_form(request, status=status, why=sentence)
        return HttpResponse(status=status)


def _check(request: HttpRequest) -> None:
    """Refuse what can't be read, and drop what is only a hint.

    PostgreSQL takes no NUL in a text; a form says so itself, a path can't.
    """
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise BadRequest("A charset other than UTF-8.")
    if "\0" in request.path:
        raise BadRequest("A NUL in the path.")
    if HTMX_PAGE in request.META and not _is_address(request.META[HTMX_PAGE]):
        del request.META[HTMX_PAGE]


def _is_address(text: str) -> bool:
    """Whether it can be split, as it came and as django_htmx decodes it."""
    try:
        urlsplit(text)
        urlsplit(unquote(text))
    except ValueError:
        return False
    return True
