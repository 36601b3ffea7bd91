"""The list of drafts, a draft with its tree of sections, and its steps."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import User
from config.odd_requests import read_number
from config.refusal import refuse

from ..models import Draft
from . import tree
from .access import draft_editors, editors, page


@editors
def draft_list(request: HttpRequest, **_ignored: Any) -> HttpResponse:
    """All drafts, open ones first, and the ways to start one."""
    drafts = Draft.objects.defer("content", "guesses").select_related("brief", "changed_by")
    return page(
        request,
        "draft_list",
        title=_("Drafts"),
        drafts=drafts.open(),
        closed=drafts.exclude(closed_at=None).order_by("-closed_at")[:50],
    )


@draft_editors
def draft_detail(request: HttpRequest, draft: Draft) -> HttpResponse:
    """A draft: its tree of sections."""
    return page(request, "draft_detail", draft, title=draft.title, rows=tree.rows(draft.content))


@draft_editors
def draft_steps(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What was changed in a draft, when and by whom."""
    steps = draft.steps.select_related("by", "undoes").defer("before", "undoes__before")
    return page(request, "draft_steps", draft, title=_("Steps"), steps=steps[:500])


@require_POST
@draft_editors
def draft_undo(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Undo the last step, or with “redo” do it again."""
    by, step = cast(User, request.user), read_number(request.POST.get("step"))
    try:
        draft.redo(step, by=by) if "redo" in request.POST else draft.undo(step, by=by)
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(request, _("Done again.") if "redo" in request.POST else _("Undone."))
    return redirect(draft)
