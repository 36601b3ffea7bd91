"""A kept PDF as the answer to a request, or a page that says where it is."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response

from ..models import Brief
from . import typesetter


def kept_pdf(
    request: HttpRequest,
    brief: Brief,
    kind: str,
    options: list[Any],
    document: typesetter.Compose,
    *,
    name: str,
    cache_control: str,
) -> HttpResponseBase:
    """The kept PDF, to open in the browser, or a page that says that it's being made or that it
    failed.

    Args:
        request: the request.
        brief, kind, options, document: as `typesetter.pdf_file` takes them.
        name: of the file, without its ending.
        cache_control: who may cache it.
    """
    context = {"brief": brief, "kind": kind, "address": request.get_full_path()}
    try:
        path = typesetter.pdf_file(brief, kind, options, document)
        content = path.read_bytes() if path else b""
    except typesetter.CannotBeSet:
        return render(request, "briefs/pdf_failed.html", context, status=503)
    except FileNotFoundError:  # it was old, and deleted just now
        path, content = None, b""
    if path is None:
        return render(request, "briefs/pdf_waiting.html", context, status=202)
    etag = f'"{path.name}"'
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = cache_control
    response["ETag"] = etag
    return cast(HttpResponse, get_conditional_response(request, etag=etag, response=response))
