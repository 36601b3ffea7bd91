"""Accepts form fields under their old names, from pages that were open during an upgrade.

Remove this file and its decorators after one release.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from config.requests import View

CIRCLE = {"confidentiality": "privacy", "promise_notice": "action_limits"}
ROLES = {"recorder": "note_taker", "facilitator": "leader"}
COMMENT = {"word": "comment"}
MESSAGE = {"word": "message"}


def with_old_names(names: dict[str, str]) -> Callable[[View], View]:
    """Rename old fields of a request before the view reads them; `names` is {old: new}."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                request.POST = renamed(request.POST, names)  # type: ignore[assignment]  # a copy, not frozen
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def renamed(sent: QueryDict, names: dict[str, str]) -> QueryDict:
    """The sent data with new names in place of old ones.

    This includes names after a form's prefix (`meeting-3-recorder`) and the values of `role`.
    """
    fresh = sent.copy()
    for name in sent:
        prefix, dash, last = name.rpartition("-")
        if last in names:
            new = f"{prefix}{dash}{names[last]}"
            if new not in sent:
                fresh.setlist(new, fresh.pop(name))
        elif name == "role":
            fresh.setlist(name, [names.get(value, value) for value in sent.getlist(name)])
    return fresh
