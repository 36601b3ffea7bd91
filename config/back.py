"""Redirects to the page that a form was sent from."""

from django.db import models
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def back_to(request: HttpRequest, default: models.Model | str) -> str:
    """The path that a form or a link names in `next`, if it's on this site.

    Args:
        request: the request, with `next` in its form or query.
        default: where to go otherwise: anything that `redirect` takes.
    """
    return asked_back(request) or resolve_url(default)


def asked_back(request: HttpRequest) -> str:
    """The same, but empty where `back_to` has a default."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    return path if is_path_of_ours(path) else ""


def is_path_of_ours(url: str) -> bool:
    """Whether this is a path on our site, safe to redirect to.

    With `allowed_hosts=None` every URL with a host is refused, even our own. A bare word
    is refused too, as `redirect` would take it for the name of a view.
    """
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
