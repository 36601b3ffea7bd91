"""The days of the demo, whichever day it is created on."""

from datetime import date, timedelta

import pytest

from circles.management.demo_days import days_around
from circles.planning import holidays

A_DAY = timedelta(days=1)


def a_year_from(first):
    return [first + number * A_DAY for number in range(366)]


def is_third_thursday(day):
    return day.weekday() == 3 and 15 <= day.day <= 21


# In the second, Juneteenth is a third Thursday.
@pytest.mark.parametrize("first", [date(2026, 11, 1), date(2031, 1, 1)])
def test_each_day_of_a_year_has_a_demo_that_fits_its_story(first):
    closed = holidays.between("US", "", first - 200 * A_DAY, first + 566 * A_DAY)
    wrong = []
    for today in a_year_from(first):
        days = days_around(today)
        meetings = [days.past, days.upcoming, days.draft]
        friday, saturday, later = days.poll
        holds = [
            all(is_third_thursday(day) and day not in closed for day in meetings),
            days.past <= today - 14 * A_DAY,
            today + 14 * A_DAY <= days.upcoming < days.draft,
            days.is_usual == (is_third_thursday(today) and today not in closed),
            (friday.weekday(), saturday, later.weekday()) == (4, friday + A_DAY, 5),
            today + 10 * A_DAY <= friday < saturday < later < today + 60 * A_DAY,
            not any(abs(day - holiday) < 4 * A_DAY for day in days.poll for holiday in closed),
            not any(abs(day - meeting) < 2 * A_DAY for day in days.poll for meeting in meetings),
            days.elsewhere not in closed,
            days.elsewhere <= today - 10 * A_DAY,
        ]
        if not all(holds):
            wrong.append((today, holds, days))
    assert wrong == []


def test_no_date_of_a_poll_is_close_to_christmas_or_new_years_day():
    days = days_around(date(2026, 12, 10))

    assert days.upcoming == date(2027, 1, 21)
    assert days.poll == (date(2027, 1, 8), date(2027, 1, 9), date(2027, 1, 23))


def test_a_third_thursday_that_is_a_holiday_is_left_out():
    days = days_around(date(2031, 6, 19))

    assert (days.past, days.upcoming) == (date(2031, 5, 15), date(2031, 7, 17))
    assert not days.is_usual
