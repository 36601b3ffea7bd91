"""The pages of briefs. A person's own notes and progress are in circles/views/readings.py."""

from functools import partial
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response

from config.access import public
from config.limits import MINUTE, Limit, asker, too_many
from config.packed import takes_gzip

from .access import readers, readers_at_a_glance, series_readers
from .editions.history import History
from .guide import LENGTHS, Guide, read_length
from .models import Brief, Series
from .page import cache
from .page.html import section_context, short_context
from .page.lines import SectionLine, section_lines, with_lines
from .pdf import documents
from .pdf.answer import kept_pdf
from .search import search

SEARCHES = Limit("searches", times=60, seconds=MINUTE)


@public
def brief_list(request: HttpRequest) -> HttpResponse:
    """All briefs that the reader may read; with `?q=`, search results in them."""
    context: dict[str, Any] = {"asked": request.GET.get("q", "")}
    if context["asked"].strip():
        if not SEARCHES.take(asker(request)):
            return too_many(request, SEARCHES)
        context["results"] = search(context["asked"], request.user)
    else:
        context["briefs"] = with_lines(Brief.objects.readable_by(request.user).with_state())
        context["all_series"] = all_series = Series.objects.readable_by(request.user)
        with_lines(entry.brief for series in all_series for entry in series.shown)
    return render(request, "briefs/brief_list.html", context)


@series_readers
def series_detail(request: HttpRequest, series: Series) -> HttpResponse:
    with_lines(entry.brief for entry in series.shown)
    return render(request, "briefs/series_detail.html", {"series": series})


@readers_at_a_glance
def brief_detail(request: HttpRequest, brief: Brief) -> HttpResponseBase:
    """The cover: what the brief is about, how long it takes, and its contents."""
    return _kept(request, brief, cache.cover(brief))


@readers_at_a_glance
def brief_all(request: HttpRequest, brief: Brief) -> HttpResponseBase:
    """The whole brief on one page."""
    return _kept(request, brief, cache.whole(brief))


@readers_at_a_glance
def brief_section(request: HttpRequest, brief: Brief, section_slug: str) -> HttpResponseBase:
    """The page of a section. A section that has none any more is where it's read now."""
    section = _line(brief, section_slug)
    if not section.is_to_read:
        return redirect(section.address(brief))
    return _kept(request, brief, cache.section(brief, section_slug))


@readers
def brief_short(request: HttpRequest, brief: Brief) -> HttpResponse:
    """The quick version: the executive summary and the figures."""
    return render(request, "briefs/brief_short.html", short_context(brief))


@readers
def brief_changes(request: HttpRequest, brief: Brief) -> HttpResponse:
    """What changed since an earlier edition; `?since=` gives its date."""
    history = History(brief, request.GET.get("since", ""))
    return render(request, "briefs/brief_changes.html", {"brief": brief, "history": history})


@readers_at_a_glance
def section_detail(request: HttpRequest, brief: Brief, section_slug: str) -> HttpResponseBase:
    """A retired section, for readers who follow a note to it; and the page of a section whose slug
    names another page of the brief."""
    line = _line(brief, section_slug)
    if line.is_retired:
        section = get_object_or_404(brief.sections.select_related("brief"), pk=line.pk)
        context = {"brief": section.brief, "section": section, **section_context(section)}
        return render(request, "briefs/section_detail.html", context)
    if line.address(brief) != request.path:
        return redirect(line.address(brief))
    return _kept(request, brief, cache.section(brief, section_slug))


@readers
def brief_pdf(request: HttpRequest, brief: Brief) -> HttpResponseBase:
    paper = documents.paper_for(brief, request.GET.get("paper"))
    document = partial(documents.brief_document, brief, paper)
    cache_control = _cache_control(brief)
    return kept_pdf(
        request, brief, "brief", [paper], document, name=brief.slug, cache_control=cache_control
    )


@readers
def guide_detail(request: HttpRequest, brief: Brief) -> HttpResponse:
    context = {"brief": brief, "guide": _guide(request, brief), "lengths": LENGTHS}
    return render(request, "briefs/guide_detail.html", context)


@readers
def guide_pdf(request: HttpRequest, brief: Brief) -> HttpResponseBase:
    guide = _guide(request, brief)
    paper = documents.paper_for(brief, request.GET.get("paper"))
    chosen = [part.section.slug for part in guide.chosen]
    document = partial(documents.guide_document, guide, paper)
    options, name = [paper, guide.minutes, chosen], f"{brief.slug}-guide-{guide.minutes}"
    cache_control = _cache_control(brief)
    return kept_pdf(
        request, brief, "guide", options, document, name=name, cache_control=cache_control
    )


def _guide(request: HttpRequest, brief: Brief) -> Guide:
    asked = request.GET
    return Guide(brief, read_length(asked.get("minutes")), asked.getlist("section"))


def _line(brief: Brief, section_slug: str) -> SectionLine:
    """The section of a brief with this slug, retired or not."""
    for line in section_lines(brief):
        if line.slug == section_slug:
            return line
    raise Http404


def _kept(request: HttpRequest, brief: Brief, page: cache.Page) -> HttpResponse:
    """A page with the same bytes for everyone: it uses no session, no user, and no cookie."""
    body, headers = page.answer(packs=takes_gzip(request))
    headers |= {"Cache-Control": _cache_control(brief), "Vary": "Accept-Encoding"}
    response = HttpResponse(body, headers=headers)
    answer = get_conditional_response(request, etag=headers["ETag"], response=response)
    return cast(HttpResponse, answer)


def _cache_control(brief: Brief) -> str:
    """The Cache-Control header of a page that is the same for everyone who may read it."""
    scope = "public" if brief.audience == Brief.Audience.EVERYONE else "private"
    return f"{scope}, max-age=0, must-revalidate"
