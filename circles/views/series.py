"""A series as the reader's own circles go through it. Its page is in briefs/views.py."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache

from briefs.access import series_readers

from ..reading.series_progress import SeriesProgress


@series_readers
@never_cache
def series_mine(request, series):
    """What circles have held and planned, set into the page of a series; else a page."""
    return render(
        request,
        "circles/series/series_mine.html",
        {"progress": SeriesProgress.gather(request.user, series)},
    )
