"""Wall clock times as moments: 7 PM stays 7 PM when the clocks change.

One hour is missing on the night they go forward; one comes twice when they go back.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SKIPPED, TWICE = "skipped", "twice"
# The furthest day a form accepts; a typo easily makes the year 20277.
FURTHEST = timedelta(days=6 * 366)
REFUSED = _("Clocks spring forward that night and skip this time. Choose an hour later.")


def check_day(day: date) -> None:
    """Check that a meeting may be planned for this day.

    Raises:
        ValidationError: the day is past, or so far away that it must be a typo.
    """
    today = timezone.localdate()
    if day < today - timedelta(days=1):
        raise ValidationError(_("That date has passed. Choose a later one."))
    if day > today + FURTHEST:
        raise ValidationError(_("That’s years away. Check the year."))


def at(wanted: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """The moment at which clocks in the zone show this time, and what is odd about it.

    Args:
        wanted: a day and time, without a time zone.
        zone: the time zone of the clock.

    Returns:
        (moment, oddity). A skipped time gives the moment an hour later and `SKIPPED`; a time
        that comes twice gives the first of the two and `TWICE`; otherwise the oddity is empty.
    """
    moment = wanted.replace(tzinfo=zone)
    # A skipped time comes back from UTC as another time (PEP 495).
    there_and_back = moment.astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != wanted:
        return there_and_back, SKIPPED
    is_twice = moment.utcoffset() != moment.replace(fold=1).utcoffset()
    return moment, TWICE if is_twice else ""
