"""Moments of a wall clock: seven in the evening stays seven when the clocks change.

On the night when they go forward an hour is missing, on the night when they go back one
comes twice.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SKIPPED, TWICE = "skipped", "twice"
# Nobody plans further ahead; and a slip of the finger makes the year 20277.
FURTHEST = timedelta(days=6 * 366)
REFUSED = _("The clocks go forward then, and this time is skipped. Choose an hour later.")


def check_day(day: date) -> None:
    """A day that one may plan for.

    Raises:
        ValidationError: it is past, or so far away that it is a slip.
    """
    today = timezone.localdate()
    if day < today - timedelta(days=1):
        raise ValidationError(_("This day is past. Choose one that is ahead."))
    if day > today + FURTHEST:
        raise ValidationError(_("This is years away. Look at the year once more."))


def at(wanted: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """The moment at which the clock of the zone shows this, and what is odd about it.

    Args:
        wanted: a day and time, without a zone.
        zone: a ZoneInfo.

    Returns:
        (moment, oddity): a skipped time gives the moment an hour later and `SKIPPED`, one
        that comes twice the first of the two and `TWICE`; else the oddity is empty.
    """
    moment = wanted.replace(tzinfo=zone)
    # A time that the clocks skip does not come back from UTC as it went (PEP 495).
    there_and_back = moment.astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != wanted:
        return there_and_back, SKIPPED
    is_twice = moment.utcoffset() != moment.replace(fold=1).utcoffset()
    return moment, TWICE if is_twice else ""
