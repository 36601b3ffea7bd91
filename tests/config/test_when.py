"""Dates and times as people say them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.formats import date_format

from config import when

CHICAGO = ZoneInfo("America/Chicago")


@dataclass
class Hours:
    starts_at: datetime
    minutes: int = 90
    time_zone: str = "America/Chicago"

    @property
    def ends_at(self):
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass
class Reader:
    time_zone: str


@pytest.fixture(autouse=True)
def november(monkeypatch):
    today = datetime(2026, 11, 26, 18, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: today)


def at(hour, minute=0, day=17, month=12, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=CHICAGO)


def shown(template, **context):
    return Template(template).render(Context(context))


@pytest.mark.parametrize(
    ("filter_name", "words"),
    [
        ("day", "Thursday, December 17"),
        ("short_day", "Thu, Dec 17"),
        ("month_day", "December 17"),
        ("full_date", "December 17, 2026"),
        ("full_day", "Thursday, December 17, 2026"),
        ("month", "December 2026"),
        ("weekday", "Thursday"),
        ("clock", "7 PM"),
        ("hours", "7–8:30 PM"),
        ("when", "Thursday, December 17 at 7 PM"),
        ("short_when", "Thu, Dec 17 at 7 PM"),
        ("when_until", "Thursday, December 17, 7–8:30 PM"),
        ("zone", "Central"),
        ("calendar_leaf:'month'", "Dec"),
    ],
)
def test_each_filter_writes_the_time_of_a_meeting_on_its_own_clock(filter_name, words):
    meeting = Hours(at(19).astimezone(UTC))
    assert shown("{{ meeting|" + filter_name + " }}", meeting=meeting) == words


def test_a_moment_is_shown_on_the_clock_of_the_template():
    moment = at(19).astimezone(UTC)
    with timezone.override("America/Denver"):
        assert shown("{{ moment|when }}", moment=moment) == "Thursday, December 17 at 6 PM"
    template = "{% load tz %}{{ moment|timezone:'America/New_York'|clock }}"
    assert shown(template, moment=moment) == "8 PM"


@pytest.mark.parametrize("name", ["day", "when", "clock", "month_day", "full_date", "iso"])
def test_nothing_is_shown_of_no_date(name):
    assert shown("{{ nothing|" + name + " }}", nothing=None) == ""


@pytest.mark.parametrize(
    ("start", "minutes", "words"),
    [
        (at(19), 90, "7–8:30 PM"),
        (at(19, 15), 90, "7:15–8:45 PM"),
        (at(11), 90, "11 AM–12:30 PM"),
        (at(10, 30), 90, "10:30 AM–noon"),
        (at(12), 60, "noon–1 PM"),
        (at(22), 120, "10 PM–midnight"),
    ],
)
def test_a_range_says_am_or_pm_once_if_it_can(start, minutes, words):
    assert when.hours(Hours(start, minutes)) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 10, 26), "Tuesday, October 26"),
        (date(2027, 10, 28), "Thursday, October 28, 2027"),
        (date(2025, 12, 30), "Tuesday, December 30"),
        (date(2025, 12, 20), "Saturday, December 20, 2025"),
    ],
)
def test_the_year_appears_beyond_eleven_months(day, words):
    assert when.day(day) == words


def test_a_reader_elsewhere_is_told_their_own_time():
    meeting = Hours(at(19))
    said = when.when_for(meeting, Reader("America/New_York"))
    assert said == "Thursday, December 17, 7–8:30 PM Central (8 PM your time)"
    said = when.when_for(meeting, Reader("Europe/Berlin"))
    assert said == "Thursday, December 17, 7–8:30 PM Central (Fri, Dec 18 at 2 AM your time)"
    said = when.hours_for(meeting, Reader("America/New_York"))
    assert said == "7–8:30 PM Central (8 PM your time)"


def test_a_subject_names_the_zone_for_a_reader_elsewhere():
    meeting, reader = Hours(at(19)), Reader("America/New_York")
    assert when.short_when_for(meeting, reader) == "Thu, Dec 17 at 7 PM Central"
    assert when.clock_for(meeting, reader) == "7 PM Central"
    assert when.clock_for(meeting, None) == "7 PM"


@pytest.mark.parametrize("reader", [Reader("America/Winnipeg"), Reader(""), None, object()])
def test_a_reader_on_the_same_clock_hears_of_no_zone(reader):
    assert when.when_for(Hours(at(19)), reader) == "Thursday, December 17, 7–8:30 PM"
    assert when.when_for(at(19), reader) == "Thursday, December 17 at 7 PM"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("America/Detroit", "Eastern"),
        ("America/Phoenix", "Arizona time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_the_word_people_use(name, word):
    assert when.zone(name) == word


def test_a_machine_reads_a_day_or_a_moment_in_utc():
    assert shown("{{ at|iso }}", at=at(19)) == "2026-12-18T01:00:00+00:00"
    assert shown("{{ at|iso }}", at=date(2026, 12, 17)) == "2026-12-17"


def test_what_django_formats_itself_leaves_out_the_minutes_of_a_full_hour():
    """The admin's lists."""
    assert date_format(at(9), "DATETIME_FORMAT") == "December 17, 2026, 9 AM"
    assert date_format(at(9, 5), "DATETIME_FORMAT") == "December 17, 2026, 9:05 AM"


def test_another_language_uses_its_own_formats_without_new_code():
    with translation.override("de"):
        assert when.day(at(19)) == "Donnerstag, 17. Dezember"
        assert when.full_day(at(19)) == "Donnerstag, 17. Dezember 2026"
        assert when.hours(Hours(at(19))) == "19:00–20:30"
        assert when.clock(at(12)) == "12:00"
