"""Who may, for pages that belong to no circle and no brief.

Every door is shut by Django's `LoginRequiredMiddleware`; a view opens its own with one
decorator, named after whom it lets in, outermost. `briefs/access.py` and
`circles/access.py` hold the others. The tests walk the URLconf for a view without one.

A form that arrives after its session has ended, or with a stale CSRF token, is not
thrown away: its writer is shown what was typed, with a button to send it again.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget
from django_htmx.middleware import HtmxDetails

View = Callable[..., HttpResponseBase]


class HtmxRequest(HttpRequest):
    """A request as django-htmx hands it on."""

    htmx: HtmxDetails


TOKEN = "csrfmiddlewaretoken"
BUTTONS = {"save", "submit"}
NOT_WRITTEN = re.compile(r"[a-z0-9:T_-]*|[A-Z]\w*(/[\w-]+)+")


def public(view: View) -> View:
    """Lets everyone in, signed in or not."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    wrapper.access = "public"  # type: ignore[attr-defined]  # for the table of access
    return login_not_required(wrapper)


def signed_in(view: View) -> View:
    """Lets in whoever is signed in."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    wrapper.access = "signed in"  # type: ignore[attr-defined]  # for the table of access
    return wrapper


class KeepTypedTextMiddleware(LoginRequiredMiddleware):
    """Sends visitors to sign in, in the way that whoever asked can follow.

    A form gets its fields back, to be sent again; htmx leaves for the sign-in page, as a
    redirect would put that page into a corner of this one; our scripts get a bare 401.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: View,
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Open doors first: Django's own looks at the person before it looks at the view,
        and a page that is the same for everyone must not ask who is there."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # not all of ours redirect
        self, request: HtmxRequest, view_func: View
    ) -> HttpResponseBase:
        if request.method == "POST":
            return kept_form(request, status=401)
        if request.htmx:
            page = request.htmx.current_url_abs_path or request.get_full_path()
            return HttpResponseClientRedirect(redirect_to_login(page).url)
        if _is_asked_by_script(request):
            return HttpResponse(status=401)
        return super().handle_no_permission(request, view_func)


def _is_asked_by_script(request: HttpRequest) -> bool:
    """Told by the method, or by the header that browsers add to what scripts fetch."""
    return (
        request.method not in ("GET", "HEAD")
        or request.headers.get("Sec-Fetch-Dest") == "empty"
        or "application/json" in request.headers.get("Accept", "")
    )


@sensitive_post_parameters()
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows when a CSRF token does not fit (setting CSRF_FAILURE_VIEW)."""
    return kept_form(request, status=403)


def kept_form(request: HttpRequest, *, status: int) -> HttpResponse:
    """The fields of a form that could not be taken, ready to be sent again.

    Nothing is taken until the writer presses the button, on a page of ours with a fresh
    token, so a form forged by another site gains nothing by coming here. A form with a
    password or a code in it is not shown back: its writer opens that page anew.
    """
    is_secret = any("password" in name or name == "code" for name in request.POST)
    fields = [
        {
            "name": name,
            "label": _label(name),
            "value": value,
            "is_text": _is_text(name, value),
            "rows": min(12, 2 + value.count("\n") + len(value) // 60),
        }
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN
    ]
    context = {
        "fields": [] if is_secret else fields,
        "has_text": any(field["is_text"] for field in fields),
        "is_secret": is_secret,
        "is_signed_out": status == 401,
    }
    if getattr(request, "htmx", False):
        # htmx puts only answers that went well into the page; this one must be seen.
        response = render(request, "kept_form.html", context)
        return reswap(retarget(response, "body"), "innerHTML show:window:top")  # type: ignore[arg-type]  # it knows no modifiers
    return render(request, "kept_form.html", context, status=status)


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _is_text(name: str, value: str) -> bool:
    """Something a person wrote, as against a number, a date, a choice or a button's words."""
    return name not in BUTTONS and not NOT_WRITTEN.fullmatch(value)
