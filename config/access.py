"""Who may open pages that belong to no circle and no brief.

Django's `LoginRequiredMiddleware` closes every view. Each view opens itself with one
decorator, the outermost, named after the people it lets in. The other decorators are in
`briefs/access.py` and `circles/access.py`. A test looks for views without one.

A form that arrives after its session has ended isn't lost: see `kept_form.py`.
"""

from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token
from django_htmx.http import HttpResponseClientRedirect

from .body_limits import too_large
from .kept_form import kept_form
from .requests import HtmxRequest, View


def public(view: View) -> View:
    """Lets everyone in, signed in or not."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    wrapper.access = "public"  # type: ignore[attr-defined]  # for the table of access
    return login_not_required(wrapper)


def signed_in(view: View) -> View:
    """Lets in everyone who is signed in."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    wrapper.access = "signed in"  # type: ignore[attr-defined]  # for the table of access
    return wrapper


def is_sent_by_another(request: HttpRequest) -> bool:
    """Whether a script sends what someone else saved on this device, before the person who uses it
    now signed in (`X-Person`)."""
    return request.headers.get("X-Person", str(request.user.pk)) != str(request.user.pk)


class KeepTypedTextMiddleware(LoginRequiredMiddleware):
    """Asks visitors to sign in, in a way that fits the kind of request.

    - A browser's form gets its fields back, to be sent again.
    - htmx is told to leave for the sign-in page. After a redirect it would put that page
      into a part of this one.
    - Our scripts get a bare 401.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: View,
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let open views pass first. Django's version looks up the user before it looks at
        the view, and a page that is the same for everyone must not touch the session."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # not all of ours redirect
        self, request: HtmxRequest, view_func: View
    ) -> HttpResponseBase:
        return ask_to_sign_in(request)


def ask_to_sign_in(request: HtmxRequest) -> HttpResponseBase:
    """What a visitor gets in place of a page that needs a signed-in person."""
    if request.method == "POST":
        return kept_form(request, status=401)
    if request.htmx:
        page = request.htmx.current_url_abs_path or request.get_full_path()
        return HttpResponseClientRedirect(redirect_to_login(page).url)
    if _is_asked_by_script(request):
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path())


def _is_asked_by_script(request: HttpRequest) -> bool:
    """Whether a script sent this, by its method or its headers. Browsers add
    "Sec-Fetch-Dest: empty" to what scripts fetch (W3C Fetch Metadata). A page that a service
    worker asks for in place of the browser has it too, but is a navigation."""
    is_fetched = request.headers.get("Sec-Fetch-Dest") == "empty"
    return (
        request.method not in ("GET", "HEAD")
        or (is_fetched and request.headers.get("Sec-Fetch-Mode") != "navigate")
        or "application/json" in request.headers.get("Accept", "")
    )


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django can't take, such as one with too large a body
    (`handler400`). Our scripts get JSON, as for any other refusal."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    by_script = request.method in ("PUT", "DELETE") or not request.accepts("text/html")
    if not by_script:
        return defaults.bad_request(request, exception)
    sentence = _("We couldn’t read that. Reload the page and try again.")
    return JsonResponse({"errors": {"__all__": sentence}}, status=400)
