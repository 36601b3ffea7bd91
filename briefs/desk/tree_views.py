"""Where a section is in the tree of a draft: moved, renamed, split, joined, retired, restored."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import User
from config.kept_form import kept_form
from config.odd_requests import read_word
from config.refusal import refuse

from ..editions.plan import hanging_together
from ..models import Draft, Section
from . import content as contents
from . import rework, tree
from .access import draft_editors, page
from .content import SECTION, Content
from .forms import HeadingForm, SplitForm
from .retired import retired
from .shown import beginnings

Edit = Callable[[Content], Content]


@draft_editors
def section_arrange(request: HttpRequest, draft: Draft, slug: str) -> HttpResponse:
    """Move a section with “do”; without it, the page from which it's moved, renamed, split…"""
    part = contents.item(draft.content, SECTION, slug)
    if part is None:
        if request.method == "POST":
            why = _("Someone else just removed this section from the draft.")
            return kept_form(request, status=409, why=why)
        raise Http404("no such section")
    heading, do = part["fields"]["heading"], request.POST.get("do", "")
    if request.method == "POST" and do in ("rename", "split"):
        return _typed(request, draft, slug, do)
    if request.method == "POST":
        what, edit = _moved(request, draft.content, slug, heading, do)
        return _changed(request, draft, slug, what, edit)
    return _arrange_page(request, draft, slug)


def _moved(
    request: HttpRequest, content: Content, slug: str, heading: str, do: str
) -> tuple[str, Edit]:
    """What a button does with a section: (what to call it, the edit)."""
    row = next(row for row in tree.rows(content) if row.slug == slug)
    if do == "up":
        return _("Moved “%s” up") % heading, lambda now: tree.move(now, slug, by=-1)
    if do == "down":
        return _("Moved “%s” down") % heading, lambda now: tree.move(now, slug, by=1)
    if do == "in":
        return _("Moved “%s” to the right") % heading, lambda now: tree.indent(now, slug)
    if do == "out":
        return _("Moved “%s” to the left") % heading, lambda now: tree.outdent(now, slug)
    if do == "join":
        rows = tree.rows(content)
        before = rows[max(rows.index(row) - 1, 0)].heading
        names = {"heading": heading, "other": before}
        said = _("Joined “%(heading)s” to “%(other)s”") % names
        return said, lambda now: rework.join(now, slug)
    if do == "retire":
        return _("Retired “%s”") % heading, lambda now: rework.retire(now, slug)
    where, other = request.POST.get("where", ""), read_word(request.POST.get("to"))
    where = where if where in ("before", "after", "inside") else "after"
    names = {"heading": heading, "other": _heading_of(content, other)}
    said = {
        "before": _("Moved “%(heading)s” before “%(other)s”"),
        "after": _("Moved “%(heading)s” after “%(other)s”"),
        "inside": _("Moved “%(heading)s” into “%(other)s”"),
    }[where] % names
    return said, lambda now: tree.place(now, slug, where, other)


def _typed(request: HttpRequest, draft: Draft, slug: str, do: str) -> HttpResponse:
    """Rename or split a section, as its form says."""
    forms_ = _forms(draft, slug, request)
    form = forms_[do]
    if not form.is_valid():
        return _arrange_page(request, draft, slug, forms_, status=422)
    said, heading = form.cleaned_data, _heading_of(draft.content, slug)
    names = {"old": heading, "new": said["heading"]}
    if do == "split":
        new = draft.free_slug(SECTION, said["heading"])
        what = _("Split “%(old)s” at “%(new)s”") % names
        at, title = said["at"], said["heading"]
        edit: Edit = lambda now: rework.split(now, slug, at, title, new)  # noqa: E731
        return _changed(request, draft, slug, what, edit)
    to, loaded = said["slug"], draft.based_on.content if draft.based_on else []

    def renamed(now: Content) -> Content:
        now = rework.rename(now, slug, said["heading"])
        return now if to == slug else rework.rename_slug(now, slug, to, loaded=loaded)

    return _changed(request, draft, to, _("Renamed “%(old)s” to “%(new)s”") % names, renamed)


def _changed(request: HttpRequest, draft: Draft, slug: str, what: str, edit: Edit) -> HttpResponse:
    """Change the draft, and lead back to the section in the tree."""
    try:
        draft.change(by=cast(User, request.user), what=what, edit=edit)
    except tree.Impossible as error:
        messages.warning(request, str(error))
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(request, _sentence(what))
    if contents.item(draft.content, SECTION, slug) is None:
        return redirect(draft)
    # The same arrow has the focus again, so that it can be pressed more than once.
    do = request.POST.get("do")
    arrow = f"&arrow={do}" if do in tree.ARROWS else ""
    return redirect(f"{draft.get_absolute_url()}?at={slug}{arrow}")


def _sentence(what: str) -> str:
    """A step as a sentence. A period goes inside the last quotation mark."""
    if not what.endswith("”"):
        return f"{what}."
    return what if what[-2] in ".?!" else f"{what[:-1]}.”"


def _arrange_page(
    request: HttpRequest,
    draft: Draft,
    slug: str,
    forms_: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    rows = tree.rows(draft.content)
    index = next(number for number, row in enumerate(rows) if row.slug == slug)
    row = rows[index]
    inside = tree.within(draft.content, slug)
    return page(
        request,
        "section_arrange",
        draft,
        status=status,
        title=_("Arrange: %s") % row.heading,
        row=row,
        before=rows[index - 1] if index else None,
        inside=len(inside) - 1,
        others=[each for each in rows if each.slug not in inside],
        hangs=_hanging(draft, inside),
        forms=forms_ or _forms(draft, slug),
    )


def _forms(draft: Draft, slug: str, request: HttpRequest | None = None) -> dict[str, Any]:
    """The forms of a section; the one that was sent has what was typed."""
    part = contents.item(draft.content, SECTION, slug)
    assert part is not None
    data = request.POST if request else None
    do = request.POST.get("do") if request else ""
    own = {slug, part["fields"].get("was", ""), *part.get(contents.JOINED, [])}
    return {
        "rename": HeadingForm(
            data if do == "rename" else None,
            initial={"heading": part["fields"]["heading"], "slug": slug},
            own=own,
            taken=draft.taken(SECTION),
        ),
        "split": SplitForm(
            data if do == "split" else None,
            choices=beginnings(draft.content, slug),
            auto_id="id_split_%s",  # The other form has a field called “heading”, too.
        ),
    }


def _hanging(draft: Draft, slugs: list[str]) -> list[tuple[str, str]]:
    """What circles have on these sections, in numbers."""
    if not draft.brief_id:
        return []
    was = {
        part["fields"]["was"]
        for part in contents.items(draft.content, SECTION)
        if part["fields"]["slug"] in slugs and part["fields"].get("was")
    }
    rows = Section.objects.filter(brief=draft.brief_id, slug__in={*slugs, *was})
    return hanging_together(Section, rows.values_list("pk", flat=True))


def _heading_of(content: Content, slug: str) -> str:
    part = contents.item(content, SECTION, slug)
    return str(part["fields"]["heading"]) if part else slug


@draft_editors
def draft_retired(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Sections that the draft doesn't have anymore, each with the way to restore it."""
    found = retired(draft)
    if request.method != "POST":
        return page(request, "draft_retired", draft, title=_("Retired sections"), found=found)
    slug = read_word(request.POST.get("slug"))
    one = next((each for each in found if each.slug == slug), None)
    if one is None:
        messages.warning(request, _("This section is in the draft already."))
        return redirect(draft)
    what = _("Restored “%s”") % one.heading
    return _changed(request, draft, slug, what, lambda now: tree.restore(now, one.parts))
