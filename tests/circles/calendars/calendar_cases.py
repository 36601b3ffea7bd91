"""Two hundred meetings of one circle, for tests that read calendars back.

They are in four time zones and four years, most of them near a change of the clocks.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.factories import make_meeting

# When the clocks change in each, from 2025 to 2028: month, Sunday (-1 is the last), UTC hour.
CHANGES = {
    "America/New_York": [(3, 2, 7), (11, 1, 6)],
    "Europe/London": [(3, -1, 1), (10, -1, 1)],
    "Australia/Sydney": [(4, 1, -8), (10, 1, -8)],
    # This zone has no changes: it takes the moments of New York.
    "Asia/Tokyo": [(3, 2, 7), (11, 1, 6)],
}
YEARS = range(2025, 2029)
# (start in minutes from the change, duration): two hours before it; across it; in the hour that
# is skipped or comes twice, before and after the change; an hour after it; the day after.
STARTS = [-100, -75, -30, 0, 75, 1440]
LENGTHS = [15, 120, 20, 45, 60, 600]


def make_two_hundred(circle, brief):
    """Create the meetings, all scheduled and none changed yet."""
    meetings = []
    for zone, changes in CHANGES.items():
        # One at midnight of New Year in local time, and one during the year.
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
    """Move every fifth meeting by a week and an hour, and cancel every seventh."""
    for number, meeting in enumerate(meetings):
        if number % 5 == 0:
            meeting.starts_at += timedelta(days=7, hours=1)
            meeting.duration_minutes = 75
            meeting.keep(["starts_at", "duration_minutes"], calendars_hear=True)
        if number % 7 == 0:
            meeting.cancel()


def as_stored(meetings):
    """The expected contents of a calendar: {uid: (start, end, sequence, status)}, in UTC."""
    return {
        meeting.calendar_uid: (
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
