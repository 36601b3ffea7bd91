"""Two hundred meetings of one circle, in four zones and four years, most of them where the
clocks change; for whoever reads calendars back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from circles.calendars.ical import uid
from tests.factories import make_meeting

# When the clocks change in each, from 2025 to 2028: month, Sunday (-1 is the last), UTC hour.
CHANGES = {
    "America/New_York": [(3, 2, 7), (11, 1, 6)],
    "Europe/London": [(3, -1, 1), (10, -1, 1)],
    "Australia/Sydney": [(4, 1, -8), (10, 1, -8)],
    # It has none: the moments of New York.
    "Asia/Tokyo": [(3, 2, 7), (11, 1, 6)],
}
YEARS = range(2025, 2029)
# In minutes from the change on, and how long: two hours before it; across it; within the hour
# that is skipped, or comes twice, before it and after it; an hour after it; the day after.
STARTS = [-100, -75, -30, 0, 75, 1440]
LENGTHS = [15, 120, 20, 45, 60, 600]


def make_two_hundred(circle, brief):
    """All are scheduled; none was changed yet."""
    meetings = []
    for zone, changes in CHANGES.items():
        # One at New Year's midnight on the wall clock, and one within the year.
        for month in (1, 7):
            moment = datetime(2025, month, 1, tzinfo=ZoneInfo(zone))
            meetings.append(_meeting(circle, brief, zone, moment.astimezone(UTC), 90))
        for year in YEARS:
            for change in changes:
                for minutes, length in zip(STARTS, LENGTHS, strict=True):
                    moment = _moment(year, *change) + timedelta(minutes=minutes)
                    meetings.append(_meeting(circle, brief, zone, moment, length))
    return meetings


def edit_and_cancel(meetings):
    """Each fifth is moved by a week and an hour, each seventh called off."""
    for number, meeting in enumerate(meetings):
        if number % 5 == 0:
            meeting.starts_at += timedelta(days=7, hours=1)
            meeting.duration_minutes = 75
            meeting.keep(["starts_at", "duration_minutes"], calendars_hear=True)
        if number % 7 == 0:
            meeting.cancel()


def as_stored(meetings):
    """What a calendar must say: {uid: (start, end, sequence, status)}, in UTC."""
    return {
        uid(meeting): (
            meeting.starts_at,
            meeting.ends_at,
            meeting.sequence,
            "CANCELLED" if meeting.cancelled_at else "CONFIRMED",
        )
        for meeting in meetings
    }


def _meeting(circle, brief, zone, starts_at, length):
    return make_meeting(
        circle,
        brief=brief,
        time_zone=zone,
        starts_at=starts_at,
        duration_minutes=length,
        place="The library; room 2, upstairs",
    )


def _moment(year, month, week, hour):
    first = datetime(year, month, 1, tzinfo=UTC)
    sundays = [first + timedelta(days=day) for day in range(31)]
    sundays = [day for day in sundays if day.weekday() == 6 and day.month == month]
    return sundays[week - 1 if week > 0 else week] + timedelta(hours=hour)
