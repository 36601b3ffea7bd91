"""Who may read a brief or a series: three decorators, which hand it over."""

from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from config.access import View

from .models import Brief, Series


def _brief_page(view: View, name: str) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, brief_slug: str, **kwargs: Any) -> HttpResponseBase:
        brief = get_object_or_404(Brief, slug=brief_slug)
        is_open = brief.audience == Brief.Audience.EVERYONE
        if not is_open and not Brief.objects.readable_by(request.user).contains(brief):
            if brief.audience == Brief.Audience.EDITORS or request.user.is_authenticated:
                raise Http404
            return redirect_to_login(request.get_full_path())
        return view(request, brief, **kwargs)

    wrapper.access = name  # type: ignore[attr-defined]  # for the table of access
    return wrapper


def readers(view: View) -> View:
    """Lets in whoever may read the brief `brief_slug`, and hands it over.

    A public brief is opened without a look at who asks, so its page can be kept and served
    to all. A visitor to a brief for members is sent to sign in; a brief in preparation is
    not there for anyone but its editors.
    """
    return login_not_required(_brief_page(view, "readers"))


def signed_in_readers(view: View) -> View:
    """As `readers`, for what a person keeps about a brief: they must be signed in."""
    return _brief_page(view, "signed-in readers")


def series_readers(view: View) -> View:
    """Lets in whoever may read a brief of the series `series_slug`, and hands it over with
    those of its briefs that they may read. To anyone else it is not there."""

    @wraps(view)
    def wrapper(request: HttpRequest, series_slug: str, **kwargs: Any) -> HttpResponseBase:
        readable = Series.objects.readable_by(request.user)
        return view(request, get_object_or_404(readable, slug=series_slug), **kwargs)

    wrapper.access = "series readers"  # type: ignore[attr-defined]  # for the table of access
    return login_not_required(wrapper)
