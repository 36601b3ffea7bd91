"""Who may, for pages that belong to no circle and no brief.

Every door is shut by Django's `LoginRequiredMiddleware`; a view opens its own with one
decorator, named after whom it lets in, outermost. `briefs/access.py` and
`circles/access.py` hold the others. The tests walk the URLconf for a view without one.

A form that arrives after its session has ended, or with a stale CSRF token, is not
thrown away: its writer is shown what was typed, with a button to send it again.
"""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters

SECRETS = ("password", "code", "csrfmiddlewaretoken")


def public(view):
    """Lets everyone in, signed in or not."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    wrapper.access = "public"
    return login_not_required(wrapper)


def signed_in(view):
    """Lets in whoever is signed in."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    wrapper.access = "signed in"
    return wrapper


class KeepTypedTextMiddleware(LoginRequiredMiddleware):
    """Sends visitors to sign in; a form sent without a session is shown again, not lost."""

    def handle_no_permission(self, request, view_func):
        if request.method == "POST":
            return kept_form(request, status=401)
        return super().handle_no_permission(request, view_func)


@sensitive_post_parameters()
def csrf_failure(request, reason=""):
    """What Django shows when a CSRF token does not fit (setting CSRF_FAILURE_VIEW)."""
    return kept_form(request, status=403)


def kept_form(request, *, status):
    """The fields of a form that could not be taken, ready to be sent again.

    Nothing is taken until the writer presses the button, on a page of ours with a fresh
    token, so a form forged by another site gains nothing by coming here.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(secret in name for secret in SECRETS)
    ]
    context = {"fields": fields, "is_signed_out": status == 401}
    return render(request, "kept_form.html", context, status=status)
