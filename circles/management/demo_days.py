"""The days of the demo, as close to today as its story allows.

Maple Street meets on the third Thursday of the month, unless that is a holiday. The meeting in
progress takes the place of the one nearest to today, so it is the only one that may be on
another day.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

from ..planning import holidays

THURSDAY, FRIDAY, SATURDAY, TUESDAY = 3, 4, 5, 1
# A potluck is at least so many days away, and so many from a holiday, so it's on no long weekend.
POLL_AHEAD = timedelta(days=10)
FROM_A_HOLIDAY = timedelta(days=3)
A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True)
class Days:
    """
    Args:
        is_usual: whether today is one of the days on which the circle usually meets.
        past, upcoming, draft: of its meetings before and after today.
        poll: the dates to choose from: a Friday, the day after, and a later Saturday.
        elsewhere: the past meeting of the other circle.
    """

    is_usual: bool
    past: date
    upcoming: date
    draft: date
    poll: tuple[date, date, date]
    elsewhere: date


def days_around(today: date) -> Days:
    closed = _holidays_around(today)
    thursdays = [_third_thursday(today, months) for months in range(-4, 6)]
    nearest = min(thursdays, key=lambda day: abs(day - today))
    usual = [day for day in thursdays if day not in closed]
    upcoming, draft, *_later = [day for day in usual if day > nearest]
    elsewhere = _next(TUESDAY, today - timedelta(days=17))
    while elsewhere in closed:
        elsewhere -= A_WEEK
    return Days(
        is_usual=today in usual,
        past=max(day for day in usual if day < nearest),
        upcoming=upcoming,
        draft=draft,
        poll=_poll(today, closed, usual),
        elsewhere=elsewhere,
    )


def _poll(today: date, closed: set[date], meetings: list[date]) -> tuple[date, date, date]:
    def is_free(day: date) -> bool:
        is_near_holiday = any(abs(day - holiday) <= FROM_A_HOLIDAY for holiday in closed)
        return not is_near_holiday and all(abs(day - meeting) > A_DAY for meeting in meetings)

    friday = _next(FRIDAY, today + POLL_AHEAD)
    while not (is_free(friday) and is_free(friday + A_DAY)):
        friday += A_WEEK
    later = friday + A_DAY + A_WEEK
    while not is_free(later):
        later += A_WEEK
    return friday, friday + A_DAY, later


def _holidays_around(today: date) -> set[date]:
    """Federal holidays, and Easter."""
    half_a_year = timedelta(days=183)
    first, last = today - half_a_year, today + half_a_year
    closed = set(holidays.between("US", "", first, last))
    return closed | {easter(year) for year in (first.year, last.year)}


def _third_thursday(today: date, months: int) -> date:
    """Of the month that many months from today's."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return _next(THURSDAY, date(year, month + 1, 15))


def _next(weekday: int, day: date) -> date:
    """The first such weekday from this day on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)
