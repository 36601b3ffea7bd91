"""Previews: a part while it's typed, and the draft as reader, on a phone and on paper."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from config.addresses import reverse
from config.limits import MINUTE, Limit, asker, too_many

from ..models import Draft
from ..pdf import typesetter
from . import content as contents
from . import places
from .access import draft_editors, page
from .content import SECTION, Content
from .kinds import KINDS
from .part_views import new_part
from .preview import Preview

# A preview is made again about every second that someone types.
PREVIEWS = Limit("draft previews", times=600, seconds=10 * MINUTE)
PAPERS = Limit("draft PDFs", times=30, seconds=10 * MINUTE)
WIDTHS = ["phone", "desktop"]

View = Callable[..., HttpResponseBase]


def framed(view: View) -> View:
    """Let our own pages show this one in a frame. It runs no script."""

    @wraps(view)
    @never_cache
    @xframe_options_sameorigin
    @csp_replace({"frame-ancestors": [SELF], "script-src": [NONE]})
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return wrapper


@framed
@draft_editors
def part_preview(request: HttpRequest, draft: Draft, kind: str, slug: str = "") -> HttpResponse:
    """One part as readers will see it, with what is typed if it's posted."""
    if not PREVIEWS.take(asker(request)):
        return too_many(request, PREVIEWS)
    found, content = KINDS[kind], draft.content
    slug = draft.brief_slug if kind == "brief" else slug
    part = contents.item(content, found.label, slug)
    if request.method == "POST":
        form_class = found.form_for(part, request.POST.get("kind", ""))
        form = form_class(request.POST, content=content, part=part)
        content, slug = _with(content, form, slug)
    elif part is None:
        raise Http404
    return HttpResponse(Preview(draft, content).part(found.label, slug))


def _with(content: Content, form: Any, slug: str) -> tuple[Content, str]:
    """The content with what is typed in place of what is saved, and the slug of the part."""
    now = contents.item(content, form.label, slug) if slug else None
    if now is not None:
        return contents.replace(content, form.typed(now)), slug
    slug = slug or "new-part"
    return contents.add(content, new_part(content, form.typed(None), slug)), slug


@never_cache
@draft_editors
def draft_preview(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The draft as reader: which page, and how wide."""
    names = places.names(draft.content)
    shown, width = request.GET.get("page", "cover"), request.GET.get("width", "phone")
    address = _address(draft, shown if shown in names or shown == "all" else "cover")
    texts = [
        (slug, name)
        for slug, name in names.items()
        if contents.item(draft.content, SECTION, slug)["fields"].get("body", "").strip()  # type: ignore[index]
    ]
    return page(
        request,
        "draft_preview",
        draft,
        title=_("Preview"),
        address=address,
        shown=shown,
        width=width if width in WIDTHS else WIDTHS[0],
        texts=texts,
    )


@framed
@draft_editors
def draft_cover(request: HttpRequest, draft: Draft) -> HttpResponse:
    return HttpResponse(Preview(draft, draft.content).cover())


@framed
@draft_editors
def draft_all(request: HttpRequest, draft: Draft) -> HttpResponse:
    return HttpResponse(Preview(draft, draft.content).whole())


@framed
@draft_editors
def draft_section(request: HttpRequest, draft: Draft, slug: str) -> HttpResponse:
    """A section's page. One without a text is a row on the cover."""
    preview = Preview(draft, draft.content)
    if not any(part.section.slug == slug for part in preview.page.texts):
        return redirect(_address(draft, "cover"))
    return HttpResponse(preview.section(slug))


@never_cache
@draft_editors
def draft_paper(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The draft as a PDF, made on each request and never kept."""
    if not PAPERS.take(asker(request)):
        return too_many(request, PAPERS)
    try:
        content = typesetter.set_now(Preview(draft, draft.content).paper())
    except (typesetter.Busy, typesetter.CannotBeSet) as error:
        is_busy = isinstance(error, typesetter.Busy)
        return page(
            request,
            "paper_failed",
            draft,
            title=_("No PDF right now"),
            is_busy=is_busy,
            status=503,
        )
    name = f'inline; filename="{draft.brief_slug}-draft.pdf"'
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": name}
    )


def _address(draft: Draft, shown: str) -> str:
    if shown in ("cover", "all"):
        return reverse(f"admin:briefs_draft_preview_{shown}", args=[draft.pk])
    return reverse("admin:briefs_draft_preview_section", args=[draft.pk, shown])
