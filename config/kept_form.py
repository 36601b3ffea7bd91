"""Recovers forms that arrive after their session has ended, or with a stale CSRF token.

The writer sees what they typed, with a button to send it again.

The button appears only if the browser says that the form came from one of our pages.
Otherwise another site could fill in a form, and our page would add a valid CSRF token to
it: one click by a reader who trusts us would send it.
"""

import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import reswap, retarget

TOKEN = "csrfmiddlewaretoken"
BUTTONS = ("save", "submit")
NOT_WRITTEN = re.compile(r"[a-z0-9:T_-]*|[A-Z]\w*(/[\w-]+)+")
# Fields that the page itself filled in. They tell a reader nothing about what will be done.
FOR_MACHINES = {"id", "version", "seen", "started_from", *BUTTONS}


@sensitive_post_parameters()
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows when a CSRF token does not match (setting CSRF_FAILURE_VIEW)."""
    return kept_form(request, status=403)


def kept_form(request: HttpRequest, *, status: int, why: str = "") -> HttpResponse:
    """The response to a form that was refused and not acted on.

    - Text typed on one of our pages comes back in a form with a fresh token, and a sentence
      about what sending it will do.
    - Without typed text, there is only a link to the page of the form.
    - Text from elsewhere can only be copied.
    - A form with a password or a code is never shown; there is only the link.

    Args:
        request: the POST that was refused.
        status: the HTTP status: 401 after the session has ended, 403 for a stale token.
        why: a sentence if sending it again is no use, at least not now.
    """
    context = typed_in(request)
    context |= {
        "is_signed_out": status == 401,
        "is_gone": status == 410,
        "why": why,
        "path": request.path,
        "address": request.get_full_path(),
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': context['page']})}",
    }
    if getattr(request, "htmx", False):
        # htmx ignores responses with an error status; this one must be seen.
        response = render(request, "kept_form.html", context)
        return reswap(retarget(response, "body"), "innerHTML show:window:top")  # type: ignore[arg-type]  # htmx takes more words
    return render(request, "kept_form.html", context, status=status)


def typed_in(request: HttpRequest) -> dict[str, Any]:
    """What a form brought, for a template: `fields`, `choices` (those of them that no one wrote),
    `has_text`, `is_secret` (it has a password or a code, which is never shown), `is_ours` (a page
    of ours sent it), `page` (where the form was), and `what` (it does)."""
    is_secret = any("password" in name or name == "code" for name in request.POST)
    is_ours = is_from_here(request)
    fields = [] if is_secret else _fields(request)
    return {
        "fields": fields if is_ours else [field for field in fields if field["is_text"]],
        "has_text": any(field["is_text"] for field in fields),
        "is_secret": is_secret,
        "is_ours": is_ours,
        "page": _page_of(request) if is_ours else reverse("circles:home"),
        "what": _what(request),
        "choices": [field for field in fields if field["is_choice"]],
    }


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that one of our pages sent this; False if it doesn't say.

    No page can set Sec-Fetch-Site (W3C Fetch Metadata). Browsers without it send Origin
    with a POST. The oldest send a Referer, which our pages allow (SECURE_REFERRER_POLICY).
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site and site != "same-origin":
        return False
    if origin and not (site and origin == "null"):
        return origin in _our_origins(request)
    return bool(site) or _origin_of(request.headers.get("Referer", "")) in _our_origins(request)


def _our_origins(request: HttpRequest) -> set[str]:
    return {f"{request.scheme}://{request.get_host()}", _origin_of(settings.SITE_URL)}


def _origin_of(url: str) -> str:
    """The scheme and host of a URL; "" if it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _page_of(request: HttpRequest) -> str:
    """The path of the page with the form; the home page if the browser doesn't say."""
    came_from = request.headers.get("Referer", "")
    if _origin_of(came_from) not in _our_origins(request):
        return reverse("circles:home")
    parts = urlsplit(came_from)
    query = f"?{parts.query}" if parts.query else ""
    # A path that begins with two slashes would lead to another host.
    return f"/{parts.path.lstrip('/')}{query}"


def _what(request: HttpRequest) -> str:
    """What the form does: the label of its button, or else a name made from its URL."""
    for name in BUTTONS:
        if words := request.POST.get(name, "").strip():
            return words
    match = request.resolver_match
    return _label(match.url_name if match and match.url_name else _("send it"))


def _fields(request: HttpRequest) -> list[dict[str, int | str]]:
    return [
        _field(name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN
    ]


def _field(name: str, value: str) -> dict[str, int | str]:
    is_text = _is_text(name, value)
    return {
        "name": name,
        "label": _label(name),
        "value": value,
        "words": value.replace("_", " "),
        "is_text": is_text,
        "is_choice": not is_text and bool(value) and name not in FOR_MACHINES,
        "rows": min(12, 2 + value.count("\n") + len(value) // 60),
    }


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _is_text(name: str, value: str) -> bool:
    """Whether a person wrote this: it isn't a number, a date, a choice or a button."""
    return name not in BUTTONS and not NOT_WRITTEN.fullmatch(value)
