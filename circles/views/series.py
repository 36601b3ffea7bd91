"""The progress of the reader's circles in a series, whose page is in briefs/views.py."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache

from briefs.access import series_readers

from ..reading.series_progress import SeriesProgress


@series_readers
@never_cache
def series_mine(request, series):
    """Past and upcoming meetings on a series: part of its page, or a page of its own."""
    return render(
        request,
        "circles/series/series_mine.html",
        {"progress": SeriesProgress.gather(request.user, series)},
    )
