"""The recovery of typed forms.

A form that arrives after its session has ended, or with a stale CSRF token, is not
thrown away: its writer is shown what was typed, with a button to send it again.
"""

import re

from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import reswap, retarget

TOKEN = "csrfmiddlewaretoken"
BUTTONS = {"save", "submit"}
NOT_WRITTEN = re.compile(r"[a-z0-9:T_-]*|[A-Z]\w*(/[\w-]+)+")


@sensitive_post_parameters()
def csrf_failure(request, reason=""):
    """What Django shows when a CSRF token does not fit (setting CSRF_FAILURE_VIEW)."""
    return kept_form(request, status=403)


def kept_form(request, *, status):
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
        return reswap(retarget(response, "body"), "innerHTML show:window:top")
    return render(request, "kept_form.html", context, status=status)


def _label(name):
    return name.replace("_", " ").replace("-", " ").capitalize()


def _is_text(name, value):
    """Something a person wrote, as against a number, a date, a choice or a button's words."""
    return name not in BUTTONS and not NOT_WRITTEN.fullmatch(value)
