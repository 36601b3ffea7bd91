"""The recovery of typed forms.

A form that arrives after its session has ended, or with a stale CSRF token, is not
thrown away: its writer is shown what was typed, with a button to send it again.

The button is there only for a form that the browser says came from a page of ours. A page
on our origin that is ready to send what another site filled in would carry that site's
form past the CSRF token, with one press of a reader who trusts us.
"""

import re
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
# What a page notes for itself. It tells a reader nothing about what will be done.
FOR_MACHINES = {"id", "version", "seen", "started_from", *BUTTONS}


@sensitive_post_parameters()
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows when a CSRF token does not fit (setting CSRF_FAILURE_VIEW)."""
    return kept_form(request, status=403)


def kept_form(request: HttpRequest, *, status: int) -> HttpResponse:
    """The answer to a form that could not be taken; nothing of it is done.

    Written text from a page of ours comes back ready to be sent again, with a fresh token
    and with words on what that will do. Without written text, there is only a link to the
    page of the form. From elsewhere, the text can be copied and that is all. A form with a
    password or a code in it is not shown back: its writer opens that page anew.
    """
    is_secret = any("password" in name or name == "code" for name in request.POST)
    is_ours = is_from_here(request)
    fields = [] if is_secret else _fields(request)
    has_text = any(field["is_text"] for field in fields)
    page = _page_of(request) if is_ours else reverse("circles:home")
    context = {
        "fields": fields if is_ours else [field for field in fields if field["is_text"]],
        "has_text": has_text,
        "is_secret": is_secret,
        "is_ours": is_ours,
        "is_signed_out": status == 401,
        "is_gone": status == 410,
        "what": _what(request),
        "choices": [field for field in fields if field["is_choice"]],
        "page": page,
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': page})}",
    }
    if getattr(request, "htmx", False):
        # htmx puts only answers that went well into the page; this one must be seen.
        response = render(request, "kept_form.html", context)
        return reswap(retarget(response, "body"), "innerHTML show:window:top")  # type: ignore[arg-type]  # htmx takes more words
    return render(request, "kept_form.html", context, status=status)


def is_from_here(request: HttpRequest) -> bool:
    """The browser says that a page of ours sent this. In doubt, no page of ours did.

    Sec-Fetch-Site can be set by no page. Browsers without it send Origin with a post, and
    the oldest a Referer, which our pages ask for (SECURE_REFERRER_POLICY).
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
    """Scheme and host of an address; empty for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _page_of(request: HttpRequest) -> str:
    """Where the form stood, as a path; the start page where the browser does not tell."""
    came_from = request.headers.get("Referer", "")
    if _origin_of(came_from) not in _our_origins(request):
        return reverse("circles:home")
    parts = urlsplit(came_from)
    query = f"?{parts.query}" if parts.query else ""
    # Two slashes in front would lead to another host.
    return f"/{parts.path.lstrip('/')}{query}"


def _what(request: HttpRequest) -> str:
    """What the form does, in the words of its button; else in those of its address."""
    for name in BUTTONS:
        if words := request.POST.get(name, "").strip():
            return words
    match = request.resolver_match
    return _label(match.url_name if match and match.url_name else _("send it"))


def _fields(request: HttpRequest) -> list[dict[str, int | str]]:
    return [
        {
            "name": name,
            "label": _label(name),
            "value": value,
            "words": value.replace("_", " "),
            "is_text": _is_text(name, value),
            "is_choice": not _is_text(name, value) and bool(value) and name not in FOR_MACHINES,
            "rows": min(12, 2 + value.count("\n") + len(value) // 60),
        }
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN
    ]


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _is_text(name: str, value: str) -> bool:
    """Something a person wrote, as against a number, a date, a choice or a button's words."""
    return name not in BUTTONS and not NOT_WRITTEN.fullmatch(value)
