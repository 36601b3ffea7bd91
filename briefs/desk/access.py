"""Who may work on drafts, and the frame of the pages of one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kept_form import kept_form

from ..models import Draft

# People who may load an edition from a file may also draft one.
PERMISSIONS = ["briefs.add_brief", "briefs.change_brief"]
# The pages of a draft that every other one leads to: the route, and what the link says.
NAV = [
    ("briefs_draft_change", _("Sections")),
    ("briefs_draft_guesses", _("To check")),
    ("briefs_draft_brief", _("Brief")),
    ("briefs_draft_figures", _("Figures")),
    ("briefs_draft_sources", _("Sources")),
    ("briefs_draft_questions", _("Questions")),
    ("briefs_draft_hotlines", _("Hotlines")),
    ("briefs_draft_actions", _("Calls to action")),
    ("briefs_draft_preview", _("Preview")),
    ("briefs_draft_steps", _("Steps")),
    ("briefs_draft_publish", _("Publish")),
]

View = Callable[..., HttpResponse]


def may_edit(request: HttpRequest) -> bool:
    return request.user.has_perms(PERMISSIONS)


def editors(view: View) -> View:
    """Let in editors of briefs."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_edit(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def draft_editors(view: View) -> View:
    """Let in editors of briefs, and hand over the draft. A closed one can only be looked at."""

    @wraps(view)
    @editors
    def wrapper(request: HttpRequest, draft_id: int, **kwargs: Any) -> HttpResponse:
        drafts = Draft.objects.select_related("brief", "created_by", "changed_by")
        draft = get_object_or_404(drafts, pk=draft_id)
        if request.method == "POST" and draft.is_closed:
            why = gettext("This draft is closed, as it was published or set aside.")
            return kept_form(request, status=409, why=why)
        return view(request, draft, **kwargs)

    return wrapper


def page(
    request: HttpRequest, name: str, draft: Draft | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """A page of the desk.

    Args:
        request: the request.
        name: the name of its template in `templates/admin/briefs/desk/`.
        draft: the draft that it's about.
        status: the status of the answer.
        **more: the context of the template. `title` is the page's title.
    """
    context = admin.site.each_context(request) | {"draft": draft}
    if draft:
        # The sidebar has links with the names of these, which lead to what readers see now.
        context["is_nav_sidebar_enabled"] = False
        context |= {"nav": NAV, "last_step": draft.last_step, "last_undo": draft.last_undo}
    return render(request, f"admin/briefs/desk/{name}.html", context | more, status=status)
