"""The next date of a circle, from its words for when it usually meets."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from . import recurrence

if TYPE_CHECKING:
    from ..models import Circle

# People need a week to read and to RSVP.
NOTICE = timedelta(days=7)


def next_usual_start(circle: "Circle") -> datetime | None:
    """When the circle would usually meet next, on its wall clock.

    It's at least a week ahead, and later than every meeting and draft there is.

    Returns:
        A moment without a time zone; None if the circle's words don't tell.
    """
    if not circle.cadence:
        return None
    first = (timezone.now() + NOTICE).astimezone(circle.zone).date()
    ahead = circle.meetings.to_come().order_by("-starts_at")
    last = ahead.values_list("starts_at", flat=True).first()
    if last:
        first = max(first, last.astimezone(circle.zone).date() + timedelta(days=1))
    try:
        return next(recurrence.read(circle.cadence).dates(first), None)
    except ValidationError:
        return None
