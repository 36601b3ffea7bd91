"""Pages are sent compressed, unless the text in them could be another site's guess."""

import re
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\b)")
TEXT = ("text/", "application/json", "image/svg+xml")


class PackedPagesMiddleware(GZipMiddleware):
    """Django's, for text only, and safe from BREACH (see docs/threat-model.md).

    Anyone who sees how long our answers are, and can have a member's browser ask for a page with
    words of their choice on it, could find out by trial what else is on that page. So an answer to
    words that came with a link or a form is compressed only if the browser says that no other site
    sent them. Django also makes the length of each answer random by up to 100 bytes.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not (is_text(response) and takes_gzip(request)) or may_be_a_guess(request):
            return response
        return super().process_response(request, response)


def takes_gzip(request: HttpRequest) -> bool:
    """Whether the browser unpacks gzip. One that names it with `q=0` doesn't (RFC 9110, 12.5.3);
    Django's middleware would send it all the same."""
    return bool(TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")))


def is_text(response: HttpResponseBase) -> bool:
    """What is in a PDF or a picture is compressed already."""
    return response.get("Content-Type", "").startswith(TEXT)


def may_be_a_guess(request: HttpRequest) -> bool:
    """Whether this request brings words that another site may have chosen.

    No page can set Sec-Fetch-Site (W3C Fetch Metadata); "none" is an address that a person typed
    or kept. Browsers that don't send it get such pages as they are.
    """
    has_words = bool(request.META.get("QUERY_STRING")) or request.method not in ("GET", "HEAD")
    return has_words and request.headers.get("Sec-Fetch-Site") not in ("same-origin", "none")
