"""Dates and times as people say them: “Thursday, December 17 at 7 PM”, “7–8:30 PM”.

Each function is a filter of the same name in every template. What they take:

- a date;
- a datetime, shown on the clock that it carries. A template gives it the current time zone, or
  that of `|timezone:…`; in Python give it a zone with `astimezone`;
- a meeting, or whatever else has `starts_at`, `ends_at` and `time_zone`, shown on its own clock.

The year appears only if the day is more than eleven months away. What is printed, downloaded or
kept outlives that, so use `full_date` and `full_day` there.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.template import Library
from django.utils import timezone
from django.utils.formats import date_format, get_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = Library()
Function = TypeVar("Function", bound=Callable[..., str])

WITHOUT_YEAR = timedelta(days=335)
# What people in these zones call them. Any other zone is called by its city.
ZONE_WORDS: dict[str, Callable[[], str]] = {
    "America/New_York": lambda: pgettext("time zone", "Eastern"),
    "America/Chicago": lambda: pgettext("time zone", "Central"),
    "America/Denver": lambda: pgettext("time zone", "Mountain"),
    "America/Phoenix": lambda: pgettext("time zone", "Arizona time"),
    "America/Los_Angeles": lambda: pgettext("time zone", "Pacific"),
    "America/Anchorage": lambda: pgettext("time zone", "Alaska time"),
    "Pacific/Honolulu": lambda: pgettext("time zone", "Hawaii time"),
}
SAME_CLOCK = {
    "America/Detroit": "America/New_York",
    "America/Indiana/Indianapolis": "America/New_York",
    "America/Kentucky/Louisville": "America/New_York",
    "America/Toronto": "America/New_York",
    "America/Menominee": "America/Chicago",
    "America/Winnipeg": "America/Chicago",
    "America/Boise": "America/Denver",
    "America/Edmonton": "America/Denver",
    "America/Vancouver": "America/Los_Angeles",
    "America/Juneau": "America/Anchorage",
}


class HasHours(Protocol):
    """A meeting, or what is like one."""

    starts_at: datetime
    time_zone: str

    @property
    def ends_at(self) -> datetime: ...


def _filter(function: Function) -> Function:
    """Register a filter that is given datetimes in the template's time zone."""
    register.filter(function.__name__, function, expects_localtime=True)
    return function


@_filter
def day(value: Any) -> str:
    """“Thursday, December 17”."""
    return _dated(value, "DAY", "DAY_WITH_YEAR")


@_filter
def short_day(value: Any) -> str:
    """“Thu, Dec 17”, for lists and subjects."""
    return _dated(value, "SHORT_DAY", "SHORT_DAY_WITH_YEAR")


@_filter
def month_day(value: Any) -> str:
    """“December 17”, where the weekday doesn't matter."""
    return _dated(value, "MONTH_DAY_FORMAT", "DATE_FORMAT")


@_filter
def full_date(value: Any) -> str:
    """“December 17, 2026”, for what is kept or printed."""
    return _formatted(value, "DATE_FORMAT")


@_filter
def full_day(value: Any) -> str:
    """“Thursday, December 17, 2026”, for what is kept or printed."""
    return _formatted(value, "DAY_WITH_YEAR")


@_filter
def month(value: Any) -> str:
    """“December 2026”."""
    return _formatted(value, "YEAR_MONTH_FORMAT")


@_filter
def weekday(value: Any) -> str:
    """“Thursday”."""
    return _formatted(value, "l")


@_filter
def coming_day(value: Any) -> str:
    """“Thursday” within a week from now, else “Thursday, December 17”."""
    start = _start(value)
    if start is None:
        return ""
    on = start.date() if isinstance(start, datetime) else start
    ahead = on - timezone.localdate(timezone=getattr(start, "tzinfo", None))
    return weekday(start) if timedelta() <= ahead < timedelta(days=7) else day(start)


@_filter
def clock(value: Any) -> str:
    """“7 PM”, “7:30 PM”, “noon”."""
    start = _start(value)
    return "" if start is None else _clock(start)


@_filter
def hours(value: HasHours) -> str:
    """“7–8:30 PM”, “11 AM–12:30 PM”."""
    return clock_range(*_start_and_end(value))


def clock_range(start: datetime | time, end: datetime | time) -> str:
    """“7–8:30 PM”: both times of day, with one AM or PM if it is the same."""
    first = _clock(start)
    is_plain = not (_special(start) or _special(end))
    if _says_am_and_pm() and is_plain and (start.hour < 12) == (end.hour < 12):
        first = time_format(start, _format("RANGE_START"))
    return f"{first}–{_clock(end)}"


@_filter
def when(value: Any) -> str:
    """“Thursday, December 17 at 7 PM”."""
    return _at(day(value), value)


@_filter
def short_when(value: Any) -> str:
    """“Thu, Dec 17 at 7 PM”, for lists and subjects."""
    return _at(short_day(value), value)


@_filter
def when_until(value: HasHours) -> str:
    """“Thursday, December 17, 7–8:30 PM”."""
    return f"{day(value)}, {hours(value)}"


@_filter
def when_for(value: Any, reader: Any) -> str:
    """When it is, with the reader's own time if their clock shows another.

    “Thursday, December 17, 7–8:30 PM Central (8 PM your time)”; of a datetime, “Thursday,
    December 17 at 7 PM Central (8 PM your time)”.
    """
    said = when_until(value) if hasattr(value, "ends_at") else when(value)
    return _with_your_time(said, value, reader)


@_filter
def kept_when_for(value: HasHours, reader: Any) -> str:
    """As `when_for`, with the year, for what is kept or printed."""
    return kept_when(*_start_and_end(value), reader)


def kept_when(start: datetime, end: datetime, reader: Any) -> str:
    """“Thursday, December 17, 2026, 7–8:30 PM Central (8 PM your time)”."""
    return _with_your_time(f"{full_day(start)}, {clock_range(start, end)}", start, reader)


@_filter
def hours_for(value: HasHours, reader: Any) -> str:
    """“7–8:30 PM”, or “7–8:30 PM Central (8 PM your time)”."""
    return _with_your_time(hours(value), value, reader)


@_filter
def short_when_for(value: Any, reader: Any) -> str:
    """“Thu, Dec 17 at 7 PM”, or “Thu, Dec 17 at 7 PM Central”, for subjects."""
    return _with_zone(short_when(value), value, reader)


@_filter
def clock_for(value: Any, reader: Any) -> str:
    """“7 PM”, or “7 PM Central”, for subjects."""
    return _with_zone(clock(value), value, reader)


@_filter
def your_time(value: Any, reader: Any) -> str:
    """“8 PM”: when it starts on the reader's clock; with the day if it's another day.

    Empty if their clock shows the same time, and for a reader whose time zone isn't known.
    """
    start = _start(value)
    theirs = getattr(reader, "time_zone", "")
    if not theirs or not isinstance(start, datetime):
        return ""
    there = start.astimezone(ZoneInfo(theirs))
    if there.utcoffset() == start.utcoffset():
        return ""
    return _clock(there) if there.date() == start.date() else short_when(there)


@_filter
def zone(value: Any) -> str:
    """“Central”: the time zone by the word that people use; “Berlin time” for others.

    Args:
        value: the name of a time zone, or something with one.
    """
    if isinstance(value, datetime):
        value = getattr(value.tzinfo, "key", "UTC")
    name = value if isinstance(value, str) else value.time_zone
    word = ZONE_WORDS.get(SAME_CLOCK.get(name, name))
    if word:
        return word()
    if "/" not in name:
        return name
    return _("%(city)s time") % {"city": name.rpartition("/")[2].replace("_", " ")}


@register.filter
def iso(value: date | None) -> str:
    """For the `datetime` attribute of a `time` element: the day, or the moment in UTC."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return value.isoformat() if value else ""


@_filter
def calendar_leaf(value: Any, part: str) -> str:
    """A part of a leaf of the calendar: “Dec” (`month`), “17” (`day`), “Thu” (`weekday`)."""
    return _formatted(value, {"month": "M", "day": "j", "weekday": "D"}[part])


def _with_your_time(said: str, value: Any, reader: Any) -> str:
    theirs = your_time(value, reader)
    if not theirs:
        return said
    return _("%(when)s %(zone)s (%(theirs)s your time)") % {
        "when": said,
        "zone": zone(value),
        "theirs": theirs,
    }


def _with_zone(said: str, value: Any, reader: Any) -> str:
    if not your_time(value, reader):
        return said
    return _("%(when)s %(zone)s") % {"when": said, "zone": zone(value)}


def _start(value: Any) -> Any:
    """The date or datetime to show, or None."""
    if not value:
        return None
    if hasattr(value, "starts_at"):
        return value.starts_at.astimezone(ZoneInfo(value.time_zone))
    return value


def _start_and_end(value: HasHours) -> tuple[datetime, datetime]:
    return _start(value), value.ends_at.astimezone(ZoneInfo(value.time_zone))


def _at(day_words: str, value: Any) -> str:
    return day_words and _("%(day)s at %(clock)s") % {"day": day_words, "clock": clock(value)}


def _dated(value: Any, near: str, far: str) -> str:
    """A day in one of two formats: the far one has the year."""
    start = _start(value)
    return _formatted(start, near if start is None or _is_near(start) else far)


def _formatted(value: Any, name: str) -> str:
    start = _start(value)
    return "" if start is None else date_format(start, _format(name))


def _is_near(value: date) -> bool:
    on = value.date() if isinstance(value, datetime) else value
    return abs(on - timezone.localdate()) <= WITHOUT_YEAR


def _clock(value: datetime | time) -> str:
    return _special(value) or time_format(value, "TIME_FORMAT")


def _special(value: datetime | time) -> str:
    """Noon and midnight have no AM or PM that people agree on."""
    if value.minute or value.hour not in (0, 12) or not _says_am_and_pm():
        return ""
    return pgettext("time of day", "noon") if value.hour else pgettext("time of day", "midnight")


def _says_am_and_pm() -> bool:
    return _format("RANGE_START") != _format("TIME_FORMAT")


def _format(name: str) -> str:
    """A format by its name. What a language has no name for is made of Django's own."""
    known = get_format(name)
    return known if known != name else _made_of_known(name)


def _made_of_known(name: str) -> str:
    if name == "RANGE_START":
        return get_format("TIME_FORMAT")
    weekdays = {"DAY": "l", "SHORT_DAY": "D"}
    base = name.removesuffix("_WITH_YEAR")
    if base in weekdays:
        rest = get_format("MONTH_DAY_FORMAT" if base == name else "DATE_FORMAT")
        return f"{weekdays[base]}, {rest}"
    return name
