"""A number for each request. Log lines and error pages name it, and `X-Request-ID` returns it."""

import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .logs import request_id

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class RequestIdMiddleware:
    """Numbers the request before anything can fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = _number_of(request)
        request.request_id = number  # type: ignore[attr-defined]  # for templates
        # Not reset afterward: the server's own line about the request comes after the response.
        request_id.set(number)
        response = self.get_response(request)
        response.headers[HEADER] = number
        return response


def _number_of(request: HttpRequest) -> str:
    """The id that a trusted proxy gave, or a new one. Without a proxy, a visitor would have
    chosen it."""
    # Not `request.headers`: that is made once, and a later middleware drops a header.
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    if settings.TRUSTED_PROXY_COUNT and SANE.fullmatch(given):
        return given
    return secrets.token_hex(8)
