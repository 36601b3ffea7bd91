"""The pages of a draft's parts: a list of each kind, and one page for each part."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from config.addresses import reverse
from config.refusal import refuse

from ..models import Draft
from . import content as contents
from . import findings, part_lists, places
from .access import draft_editors, page
from .content import BRIEF, FIGURE, SECTION, Content, Item, Stale
from .kinds import KINDS, Kind, address_of, words_for_slug
from .part_fields import GONE, PartForm
from .part_forms import InSection


@never_cache
@draft_editors
def part_list(request: HttpRequest, draft: Draft, kind: str) -> HttpResponse:
    """All parts of one kind, in the order of the page."""
    asked = request.GET.get("q", "").strip()[:100]
    shown = request.GET.get("show", "")
    return page(
        request,
        "part_list",
        draft,
        title=KINDS[kind].title,
        kind=KINDS[kind],
        groups=part_lists.groups(draft.content, KINDS[kind], asked, shown),
        asked=asked,
        shown=shown,
        number=len(contents.items(draft.content, KINDS[kind].label)),
    )


@never_cache
@draft_editors
def brief_edit(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What the brief itself has: its title, its summaries, and who can read it."""
    return _edit(request, draft, KINDS["brief"], draft.brief_slug)


@never_cache
@draft_editors
def part_edit(request: HttpRequest, draft: Draft, kind: str, slug: str) -> HttpResponse:
    return _edit(request, draft, KINDS[kind], slug)


@never_cache
@draft_editors
def section_edit(request: HttpRequest, draft: Draft, slug: str) -> HttpResponse:
    return _edit(request, draft, KINDS["sections"], slug)


@never_cache
@draft_editors
def part_add(request: HttpRequest, draft: Draft, kind: str) -> HttpResponse:
    """A new part. `?section=` says where it belongs, and `?kind=` what it is."""
    found = KINDS[kind]
    start = {name: request.GET[name] for name in ("section", "kind", "step") if name in request.GET}
    form_class = found.form_for(None, request.POST.get("kind") or start.get("kind", ""))
    if request.method != "POST":
        return _page(request, draft, found, form_class(content=draft.content, start=start))
    form = form_class(request.POST, content=draft.content)
    return _posted(request, draft, found, form, "")


def _edit(request: HttpRequest, draft: Draft, kind: Kind, slug: str) -> HttpResponse:
    part = contents.item(draft.content, kind.label, slug)
    if request.method != "POST":
        if part is None:
            raise Http404
        form = kind.form_for(part)(content=draft.content, part=part)
        return _page(request, draft, kind, form, slug)
    form_class = kind.form_for(part, request.POST.get("kind", ""))
    form = form_class(request.POST, content=draft.content, part=part)
    return _posted(request, draft, kind, form, slug)


def _posted(
    request: HttpRequest, draft: Draft, kind: Kind, form: PartForm, slug: str
) -> HttpResponse:
    """Save what was typed; or only show the form again, with another table or other choices."""
    if isinstance(form, InSection) and (wanted := request.POST.get("do")):
        return _page(request, draft, kind, form.unsaved(wanted), slug)
    if not form.is_valid():
        return _page(request, draft, kind, form, slug, status=422)
    try:
        slug = _save(draft, kind, form, slug, by=cast(User, request.user))
    except Stale as stale:
        return _page(request, draft, kind, form, slug, status=409, stale=stale)
    except ValidationError as error:
        refuse(request, error)
        return _page(request, draft, kind, form, slug, status=422)
    messages.success(request, _("“%s” saved.") % _name(draft, kind, slug))
    return redirect(_address(draft, kind, slug, after_saving=True))


def _save(draft: Draft, kind: Kind, form: PartForm, slug: str, *, by: User) -> str:
    """Save a part, and give its slug. A new one gets one here.

    Raises:
        Stale: someone else changed or removed it since its page was opened.
    """
    what = _("Edited “%s”") if slug else _("Added “%s”")
    words = words_for_slug(form)
    if not slug:
        slug = draft.free_slug(kind.label, words)

    def edit(content: Content) -> Content:
        now = contents.item(content, kind.label, slug)
        if not form.is_current(now):
            raise Stale(now)
        if now is None:
            content = contents.add(content, new_part(content, form.item(None), slug))
        else:
            content = contents.replace(content, form.item(now))
        return form.elsewhere(content, now, slug)

    draft.change(by=by, what=what % places.shortened(words, 80), edit=edit)
    return slug


def _part_or_404(draft: Draft, kind: Kind, slug: str) -> Item:
    part = contents.item(draft.content, kind.label, slug)
    if part is None:
        raise Http404
    return part


def new_part(content: Content, part: Item, slug: str) -> Item:
    """A part with what an editor doesn't type: its brief, its slug, and its position, which is
    after those it's ordered with."""
    beside = [p for p in contents.items(content, part["model"]) if places.same_group(p, part)]
    own = {"brief": [contents.brief_of(content)["fields"]["slug"]], "slug": slug}
    return contents.with_fields(part, **own, position=contents.next_position(beside))


@require_POST
@draft_editors
def part_remove(request: HttpRequest, draft: Draft, kind: str, slug: str) -> HttpResponse:
    """Remove a part. Undo brings it back."""
    found = KINDS[kind]
    part = _part_or_404(draft, found, slug)
    why_not = places.why_not_removed(draft.content, part)
    if why_not:
        messages.error(request, why_not)
        return redirect(_address(draft, found, slug))
    name = places.name_of(part)

    def edit(content: Content) -> Content:
        return contents.remove(places.unlinked(content, part), found.label, slug)

    return _changed(request, draft, _("Removed “%s”") % name, edit, _list_of(draft, found))


@require_POST
@draft_editors
def part_move(request: HttpRequest, draft: Draft, kind: str, slug: str) -> HttpResponse:
    """Move a part up or down among those beside it."""
    found = KINDS[kind]
    part = _part_or_404(draft, found, slug)
    is_up = request.POST.get("to") == "up"
    what = (_("Moved “%s” up") if is_up else _("Moved “%s” down")) % places.name_of(part)

    def edit(content: Content) -> Content:
        return places.moved(content, found.label, slug, -1 if is_up else 1)

    return _changed(request, draft, what, edit, f"{_list_of(draft, found)}#{slug}")


@require_POST
@draft_editors
def source_join(request: HttpRequest, draft: Draft, slug: str) -> HttpResponse:
    """Use one source in place of another that is the same."""
    kept = request.POST.get("kept", "")
    part, other = (
        contents.item(draft.content, KINDS["sources"].label, each) for each in (slug, kept)
    )
    if part is None or other is None or part is other:
        raise Http404
    what = _("Used one source for “%s”") % places.name_of(part)

    def edit(content: Content) -> Content:
        return places.one_source(content, slug, kept)

    return _changed(request, draft, what, edit, f"{_list_of(draft, KINDS['sources'])}#{kept}")


def _changed(
    request: HttpRequest,
    draft: Draft,
    what: str,
    edit: Callable[[Content], Content],
    address: str,
) -> HttpResponse:
    """Do it, say so, and lead to this address."""
    try:
        draft.change(by=cast(User, request.user), what=what, edit=edit)
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(request, _("%s. You can undo it above.") % what)
    return redirect(address)


def _page(
    request: HttpRequest,
    draft: Draft,
    kind: Kind,
    form: PartForm,
    slug: str = "",
    *,
    status: int = 200,
    stale: Stale | None = None,
) -> HttpResponse:
    """The page of a part: its form, what the checks found, and what belongs to it."""
    if stale:
        form.data = {**form.data.dict(), "theirs": form.basis_now(stale.theirs) or GONE}  # type: ignore[attr-defined]  # it was posted
    part = form.part
    name = places.name_of(part) if part and kind.label != BRIEF else ""
    return page(
        request,
        "part_form",
        draft,
        status=status,
        title=name or form.new or kind.new,
        kind=kind,
        form=form,
        part=part,
        slug=slug,
        is_stale=stale is not None,
        is_gone=stale is not None and stale.theirs is None,
        differences=form.differences(stale.theirs) if stale else [],
        keep=f"desk-{draft.pk}-{kind.address}-{slug or 'new'}",
        # The answer has what was typed, or the editor chose what someone else saved.
        is_taken=status == 409 or "do" in request.POST or "theirs" in request.GET,
        findings=findings.found_about(draft.content, kind.label, slug) if part else [],
        preview=_preview_address(draft, kind, slug) if kind.has_preview else "",
        back=_list_of(draft, kind),
        **_belonging(draft.content, kind, slug),
    )


def _belonging(content: Content, kind: Kind, slug: str) -> dict[str, Any]:
    """What the page of a section also offers: what to insert, and its figures and questions."""
    if kind.label not in (SECTION, BRIEF):
        return {}
    return {"insert": part_lists.insertable(content, kind.label, slug)} | (
        part_lists.of_section(content, slug) if kind.label == SECTION and slug else {}
    )


def _name(draft: Draft, kind: Kind, slug: str) -> str:
    part = contents.item(draft.content, kind.label, slug)
    return places.name_of(cast(Item, part))


def _address(draft: Draft, kind: Kind, slug: str, *, after_saving: bool = False) -> str:
    """The page of a part. After saving one of a list, the list, where the next one is added."""
    if after_saving and kind.has_list and kind.label != FIGURE:
        return f"{_list_of(draft, kind)}#{slug}"
    return address_of(draft, cast(Item, contents.item(draft.content, kind.label, slug)))


def _list_of(draft: Draft, kind: Kind) -> str:
    if not kind.has_list:
        return draft.get_absolute_url()
    return reverse(f"admin:briefs_draft_{kind.address}", args=[draft.pk])


def _preview_address(draft: Draft, kind: Kind, slug: str) -> str:
    if slug:
        return reverse("admin:briefs_draft_part_preview", args=[draft.pk, kind.address, slug])
    return reverse("admin:briefs_draft_add_preview", args=[draft.pk, kind.address])
