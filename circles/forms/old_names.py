"""Takes fields under the names that they had before, from pages opened before an upgrade.

For one release; then this file and its decorators go.
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
    """Lets a view find what was sent under new names; `names` is {old: new}."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                request.POST = renamed(request.POST, names)  # type: ignore[assignment]  # a copy, not frozen
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def renamed(sent: QueryDict, names: dict[str, str]) -> QueryDict:
    """What was sent, with old names of fields made new, also behind the prefix of a form
    (`meeting-3-recorder`), and old roles made new where the field is `role`."""
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
