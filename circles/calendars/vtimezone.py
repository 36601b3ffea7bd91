"""A time zone as a VTIMEZONE (RFC 5545, section 3.6.5), for the years of a calendar.

`icalendar` (7.3) can make one too, but its clocks go forward an hour late and it lists every
change. Outlook reads a yearly rule better, and `ical.js` reads only one date per line.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@lru_cache(maxsize=128)
def vtimezone(key: str, first_year: int, last_year: int) -> Timezone:
    """The time zone from the start of the first year to the end of the last.

    The result is cached and shared, so callers must not change it.

    Args:
        key: the zone's name in the time zone database, such as “America/Chicago”.
        first_year, last_year: the years to cover.
    """
    zone = ZoneInfo(key)
    component = Timezone()
    component.add("TZID", key)
    start = datetime(first_year, 1, 1, tzinfo=zone)
    component.add_component(_observance(start, _offset(start, zone), [start.replace(tzinfo=None)]))
    kinds: dict[tuple[Any, ...], tuple[datetime, timedelta, list[datetime]]] = {}
    for change in _changes(zone, first_year, last_year):
        before = _offset(change - timedelta(seconds=1), zone)
        after = change.astimezone(zone)
        # DTSTART is local time by the offset before the change (RFC 5545, section 3.6.5).
        onset = (change + before).replace(tzinfo=None)
        kind = (before, after.utcoffset(), after.tzname(), bool(after.dst()))
        kinds.setdefault(kind, (after, before, []))[2].append(onset)
    for after, before, onsets in kinds.values():
        component.add_component(_observance(after, before, onsets))
    return component


def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[datetime]:
    """The instants at which the zone's offset changes, to the second."""
    day = datetime(first_year, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    while day < end:
        low, high = day, day + timedelta(days=1)
        if _offset(low, zone) != _offset(high, zone):
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                if _offset(middle, zone) == _offset(day, zone):
                    low = middle
                else:
                    high = middle
            yield high
        day += timedelta(days=1)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    # utcoffset() is None only without a time zone.
    return moment.astimezone(zone).utcoffset() or timedelta()


def _observance(
    after: datetime, before: timedelta, onsets: list[datetime]
) -> TimezoneDaylight | TimezoneStandard:
    """Standard or daylight time, beginning at these local times."""
    component = TimezoneDaylight() if after.dst() else TimezoneStandard()
    component.add("TZNAME", after.tzname())
    component.add("TZOFFSETFROM", before)
    component.add("TZOFFSETTO", after.utcoffset())
    component.add("DTSTART", onsets[0])
    rule = _yearly_rule(onsets)
    if rule:
        component.add("RRULE", rule)
    else:
        for onset in onsets[1:]:
            component.add("RDATE", onset)
    return component


def _yearly_rule(onsets: list[datetime]) -> dict[str, int | str] | None:
    """A rule such as “the second Sunday of March” if all onsets follow it, else None."""
    first = onsets[0]
    years = [onset.year for onset in onsets]
    same = {(onset.month, onset.weekday(), onset.time()) for onset in onsets}
    is_yearly = years == list(range(first.year, first.year + len(years)))
    if len(onsets) < 2 or len(same) > 1 or not is_yearly:
        return None
    weeks = {(onset.day + 6) // 7 for onset in onsets}
    if all((onset + timedelta(days=7)).month != onset.month for onset in onsets):
        weeks = {-1}
    if len(weeks) > 1:
        return None
    day = f"{weeks.pop()}{DAYS[first.weekday()]}"
    return {"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": day}
