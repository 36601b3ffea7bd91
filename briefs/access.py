"""Who may read a brief or a series: decorators that pass it to the view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from config.access import View, is_sent_by_another

from .models import Brief, Series
from .page.last_seen import at_a_glance


def _find(slug: str) -> Brief:
    return Brief.objects.with_state().get(slug=slug)


def _brief_page(view: View, name: str, find: Callable[[str], Brief] = _find) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, brief_slug: str, **kwargs: Any) -> HttpResponseBase:
        try:
            brief = find(brief_slug)
        except Brief.DoesNotExist as error:
            raise Http404 from error
        if not brief.is_readable_by(request.user):
            if brief.audience == Brief.Audience.EDITORS or request.user.is_authenticated:
                raise Http404
            return redirect_to_login(request.get_full_path())
        return view(request, brief, **kwargs)

    wrapper.access = name  # type: ignore[attr-defined]  # for the table of access
    return wrapper


def readers(view: View) -> View:
    """Lets in everyone who may read the brief `brief_slug`, and passes it to the view.

    For a public brief it doesn't touch the user, so the page can be cached for everyone. A
    brief for members sends visitors to sign in. A brief in preparation is a 404 for all but
    its editors.
    """
    return login_not_required(_brief_page(view, "readers"))


def readers_at_a_glance(view: View) -> View:
    """Like `readers`, for what is kept of a brief: of the brief itself only as much is read as
    `BriefQuerySet.at_a_glance` tells, or during an outage what it told last."""
    return login_not_required(_brief_page(view, "readers", at_a_glance))


def signed_in_readers(view: View) -> View:
    """Like `readers_at_a_glance`, for a person's own notes and progress. They must be signed in,
    and what a script sends must be theirs."""

    @wraps(view)
    def wrapper(request: HttpRequest, brief: Brief, **kwargs: Any) -> HttpResponseBase:
        if is_sent_by_another(request):
            return HttpResponse(status=401)
        return view(request, brief, **kwargs)

    return _brief_page(wrapper, "signed-in readers", Brief.objects.at_a_glance)


def series_readers(view: View) -> View:
    """Lets in everyone who may read a brief of the series `series_slug`.

    Passes the series to the view with the briefs they may read. For others it is a 404.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, series_slug: str, **kwargs: Any) -> HttpResponseBase:
        readable = Series.objects.readable_by(request.user)
        return view(request, get_object_or_404(readable, slug=series_slug), **kwargs)

    wrapper.access = "series readers"  # type: ignore[attr-defined]  # for the table of access
    return login_not_required(wrapper)
