"""What people get while something that the app needs is out of order (`config/outages.py`): a page
that says so, with what they typed. It needs no query, no session and no context processor.
"""

import sys
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.template import loader
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from .kept_form import typed_in
from .outages import (
    CACHE,
    DATABASE,
    FULL,
    LOCKED,
    SEEN_BY_REQUESTS,
    STATIC,
    UNMIGRATED,
    Outage,
    look_again,
    outage_of,
    waiting_at_most,
)

RETRY_AFTER = 30  # seconds
# How long a page waits for another writer, once one has waited in vain.
SHORT_WAIT = 0.25  # seconds
WRITES = {"INSERT", "UPDATE", "DELETE"}


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to a request that failed (`handler500`). Django calls it while it handles the
    error, wherever that came from: a view, a template or a middleware."""
    error = sys.exc_info()[1]
    outage = outage_of(error)
    if error and outage:
        outage.note(error)
        return unavailable(request, outage)
    number = getattr(request, "request_id", "")
    page = loader.get_template("500.html").render({"request_id": number})
    return HttpResponse(page, status=500)


def unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    """A page (503) that says what to do, with what was typed; for our scripts, JSON."""
    sentence = _sentence_about(outage)
    is_for_script = request.method in ("PUT", "DELETE") or not request.accepts("text/html")
    response: HttpResponse
    if is_for_script:
        response = JsonResponse({"errors": {"__all__": sentence}}, status=503)
    else:
        context: dict[str, Any] = {
            "sentence": sentence,
            "can_read": outage in (LOCKED, FULL),
            "request_id": getattr(request, "request_id", ""),
            "path": request.path,
            "address": request.get_full_path(),
            "is_form": request.method == "POST",
        }
        if context["is_form"]:
            context |= typed_in(request) | {"csrf_token": get_token(request)}
        response = HttpResponse(_page(context), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    response.outage = outage  # type: ignore[attr-defined]  # for the middleware below
    return response


def _page(context: dict[str, Any]) -> str:
    # Without the request: the frame of the page then asks for no person and no message.
    try:
        return loader.get_template("503.html").render(context)
    except FileNotFoundError:
        # The static files that the frame names.
        return loader.get_template("503_plain.html").render(context)


def _sentence_about(outage: Outage) -> str:
    if outage in (DATABASE, UNMIGRATED, STATIC):
        return _("We can’t reach what’s saved on Full Circle right now. We’re sorry.")
    if outage is CACHE:
        return _("We can’t check this right now. We’re sorry.")
    return _("Nothing can be saved right now. We’re sorry.")


class RecoveryMiddleware:
    """While there is an outage, lets no request wait long for it, and notices when it's over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not any(outage.is_on for outage in SEEN_BY_REQUESTS):
            return self.get_response(request)
        worked: set[str] = set()

        def watch(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
            result = execute(sql, *arguments)
            worked.add(sql.split(None, 1)[0].upper())
            return result

        with connection.execute_wrapper(watch), waiting_at_most(SHORT_WAIT):
            response = self.get_response(request)
        if not hasattr(response, "outage"):
            look_again()
            if worked:
                DATABASE.over()
            if worked & WRITES:
                LOCKED.over()
                FULL.over()
        return response
