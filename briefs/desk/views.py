"""The list of drafts and the ways to start one; a draft with its tree of sections; what to check
in it; its steps."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from config.body_limits import takes_bytes
from config.limits import MINUTE, Limit, asker, too_many
from config.odd_requests import read_number
from config.refusal import refuse

from .. import drafting
from ..models import Brief, Draft
from . import content as contents
from . import starts, tree
from .access import draft_editors, editors, page
from .content import SECTION
from .forms import EmptyForm, FileForm, NewSectionForm, ReviseForm
from .shown import text_as_read

# To read a large file takes seconds.
FILES = Limit("files of drafts", times=60, seconds=10 * MINUTE)
FORM_FIELDS = 1024 * 1024  # bytes of a form besides its file


@takes_bytes(drafting.BIGGEST + FORM_FIELDS)
@editors
def draft_list(request: HttpRequest, **_ignored: Any) -> HttpResponse:
    """All drafts, open ones first, and the ways to start one."""
    brief = Brief.objects.filter(pk=read_number(request.GET.get("brief")) or 0).first()
    forms_: dict[str, Any] = {
        "file": FileForm(initial={"brief": brief}),
        "revise": ReviseForm(initial={"brief": brief}),
        "empty": EmptyForm(),
    }
    status = 200
    if request.method == "POST":
        kind = request.POST.get("start")
        kind = kind if kind in forms_ else "empty"
        form = type(forms_[kind])(request.POST, request.FILES)
        if kind == "file" and not FILES.take(asker(request)):
            return too_many(request, FILES)
        if form.is_valid() and (draft := _started(request, kind, form)):
            messages.success(request, _("Draft started. Only editors can see it."))
            return redirect(draft)
        forms_[kind], status = form, 422
    drafts = Draft.objects.defer("content", "published_as__content").select_related(
        "brief", "changed_by", "published_as"
    )
    return page(
        request,
        "draft_list",
        status=status,
        title=_("Drafts"),
        drafts=drafts.open(),
        closed=drafts.exclude(closed_at=None).order_by("-closed_at")[:50],
        forms=forms_,
        wanted=brief,
    )


def _started(request: HttpRequest, kind: str, form: forms.Form) -> Draft | None:
    """The new draft; None if the file can't be read, which the form then says."""
    by, said = cast(User, request.user), form.cleaned_data
    if kind == "empty":
        return starts.start_empty(said["title"], by=by)
    if kind == "revise":
        return starts.start_revision(said["brief"], by=by)
    file = said["file"]
    try:
        content = file.read(drafting.BIGGEST + 1)
        return starts.start_from_file(content, file.name, by=by, brief=said["brief"])
    except drafting.Unreadable as error:
        form.add_error("file", str(error))
        return None


@draft_editors
def draft_detail(request: HttpRequest, draft: Draft) -> HttpResponse:
    """A draft: its tree of sections."""
    return _detail_page(request, draft, NewSectionForm())


def _detail_page(
    request: HttpRequest, draft: Draft, form: NewSectionForm, *, status: int = 200
) -> HttpResponse:
    counts: dict[str | None, int] = {}
    for guess in draft.open_guesses:
        counts[guess["section"]] = counts.get(guess["section"], 0) + 1
    rows = [(row, counts.get(row.slug, 0)) for row in tree.rows(draft.content)]
    others = Draft.objects.none()
    if draft.brief_id and not draft.is_closed:
        others = Draft.objects.open().filter(brief=draft.brief_id).exclude(pk=draft.pk)
    at, arrow = request.GET.get("at", ""), request.GET.get("arrow", "")
    can_go = {row.slug: row.arrows for row, _guesses in rows}.get(at, [])
    return page(
        request,
        "draft_detail",
        draft,
        status=status,
        title=draft.title,
        rows=rows,
        at=at,
        arrow=arrow if arrow in can_go else "",
        open_guesses=len(draft.open_guesses),
        others=others.defer("content").select_related("changed_by"),
        form=form,
    )


@require_POST
@draft_editors
def section_add(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Add an empty section at the end."""
    form = NewSectionForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, draft, form, status=422)
    heading = form.cleaned_data["heading"]
    slug = draft.free_slug(SECTION, heading)
    draft.change(
        by=cast(User, request.user),
        what=_("Added “%s”") % heading,
        edit=lambda content: tree.added(content, slug, heading),
    )
    messages.success(request, _("Section added."))
    return redirect(f"{draft.get_absolute_url()}?at={slug}")


@draft_editors
def draft_guesses(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What the drafter guessed, beside the text that it's about, to check off."""
    if request.method == "POST":
        number = read_number(request.POST.get("guess"))
        if number is not None:
            draft.check_off(number, done="undo" not in request.POST)
        return redirect(f"{request.path}#guess-{number or 0}")
    sections = {part["fields"]["slug"]: part for part in contents.items(draft.content, SECTION)}
    by_section: dict[str | None, list[dict[str, Any]]] = {}
    for number, guess in enumerate(draft.guesses):
        place = guess["section"] if guess["section"] in sections else None
        by_section.setdefault(place, []).append(guess | {"number": number})
    places = [None, *(row.slug for row in tree.rows(draft.content))]
    groups = [
        (sections.get(slug or ""), by_section[slug], text_as_read(draft.content, slug))
        for slug in places
        if slug in by_section
    ]
    return page(request, "draft_guesses", draft, title=_("To check"), groups=groups)


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
    is_redo = "redo" in request.POST
    try:
        if is_redo:
            draft.redo(step, by=by)
        else:
            draft.undo(step, by=by)
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(request, _("Done again.") if is_redo else _("Undone."))
    return redirect(draft)


@editors
def draft_set_aside(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Set a draft aside, after a question; or reopen it."""
    draft = get_object_or_404(Draft, pk=draft_id)
    if request.method != "POST":
        return page(request, "draft_set_aside", draft, title=_("Set this draft aside?"))
    by = cast(User, request.user)
    try:
        if "reopen" in request.POST:
            draft.reopen(by)
            messages.success(request, _("Draft reopened."))
        else:
            draft.set_aside(by)
            messages.success(request, _("Draft set aside. You can reopen it anytime."))
    except ValidationError as error:
        refuse(request, error)
    return redirect(draft if not draft.is_closed else "admin:briefs_draft_changelist")
