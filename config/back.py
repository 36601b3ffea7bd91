"""The way back to the page that a form was sent from."""

from django.db import models
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def back_to(request: HttpRequest, default: models.Model | str) -> str:
    """The path that a form or a link names in `next`, if it's one of this site.

    Args:
        default: where to go in any other case, as `redirect` takes it.
    """
    path = request.POST.get("next") or request.GET.get("next") or ""
    return path if is_path_of_ours(path) else resolve_url(default)


def is_path_of_ours(url: str) -> bool:
    """Without allowed hosts nothing that names a host passes, this site's own included.

    A bare word would pass, but `redirect` takes it for the name of a view.
    """
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
