"""Meetings in people's calendars: the contents of files and feeds, and who may read them."""

import email
from datetime import UTC, datetime, timedelta
from email import policy
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from circles import signed_links
from circles.calendars import ical
from circles.calendars.vtimezone import vtimezone
from circles.mail.delivery import deliver
from circles.mail.registry import calendar_files
from circles.models import CalendarFeed, Circle, Mail, Meeting
from tests.factories import make_meeting, make_note

from .calendar_cases import CHANGES, as_stored, edit_and_cancel, make_two_hundred

ALL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


def as_read(content):
    """The events that icalendar and recurring-ical-events read.

    {uid: (start, end, sequence, status)}
    """
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(*ALL)
    return {
        str(event["UID"]): (
            event["DTSTART"].dt.astimezone(UTC),
            event["DTEND"].dt.astimezone(UTC),
            event["SEQUENCE"],
            str(event["STATUS"]),
        )
        for event in events
    }


def with_zones_of_its_own(content):
    """Rename the zones to unknown names, so that a reader must use the VTIMEZONEs."""
    for number, zone in enumerate(CHANGES):
        content = content.replace(zone.encode(), f"Nowhere/Zone_{number}".encode())
    return content


def event_of(content):
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return event


@pytest.fixture
def membership(circle, member):
    return circle.memberships.get(user=member)


@pytest.fixture
def mine(member):
    """The URL of the member's feed of all circles."""
    return f"/calendar/{CalendarFeed.objects.issue(member)[1]}.ics"


# --- Every instant right ---


@pytest.mark.slow
def test_two_hundred_meetings_are_read_back_to_the_instant(client, circle, brief, mine):
    meetings = make_two_hundred(circle, brief)
    new = client.get(mine).content
    stored_new = as_stored(meetings)
    edit_and_cancel(meetings)
    content = client.get(mine).content

    assert len(meetings) == 200
    assert as_read(new) == stored_new
    assert as_read(content) == as_stored(Meeting.objects.all()) != stored_new
    assert as_read(with_zones_of_its_own(content)) == as_stored(meetings)


@pytest.mark.long
def test_each_of_them_alone_is_right_too(circle, brief):
    meetings = make_two_hundred(circle, brief)
    edit_and_cancel(meetings)

    for meeting in meetings:
        content = ical.meeting_file(meeting)
        assert as_read(content) == as_stored([meeting])
        assert as_read(with_zones_of_its_own(content)) == as_stored([meeting])


@pytest.mark.parametrize("zone", [*CHANGES, "Africa/Casablanca", "Australia/Lord_Howe", "UTC"])
def test_a_zone_is_told_as_it_is_at_every_hour_of_four_years(zone):
    told = vtimezone(zone, 2025, 2028).to_tz(lookup_tzid=False)

    moment, wrong = datetime(2025, 1, 2, tzinfo=UTC), []
    while moment.year < 2029:
        local = moment.astimezone(ZoneInfo(zone))
        is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        read = local.replace(tzinfo=told, fold=0)
        if not is_twice and read.utcoffset() != local.utcoffset():
            wrong.append(local)
        moment += timedelta(minutes=60)

    assert wrong == []


def test_an_hour_that_comes_twice_is_told_in_utc(circle):
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    meeting = make_meeting(circle, time_zone="America/New_York", starts_at=second)

    content = ical.meeting_file(meeting)

    assert b"DTSTART:20261101T063000Z" in content


def test_evenings_are_told_on_the_wall_clock_of_the_circle(circle):
    evening = datetime(2026, 7, 1, 19, tzinfo=ZoneInfo("America/New_York"))
    meeting = make_meeting(circle, time_zone="America/New_York", starts_at=evening)

    content = ical.meeting_file(meeting)

    assert b"DTSTART;TZID=America/New_York:20260701T190000" in content
    assert b"RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in content


# --- What it says ---


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_comes_back_and_no_line_is_longer_than_75_octets(title, place):
    circle = Circle(pk=1, name="Maple; Street, \\ Rd", slug="maple-street")
    meeting = Meeting(
        pk=1,
        circle=circle,
        number=1,
        title="Ä" + title,
        place=place,
        starts_at=datetime(2026, 5, 1, 23, tzinfo=UTC),
        time_zone="America/New_York",
    )

    content = ical.meeting_file(meeting)
    event = event_of(content)

    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() or line == lines[-1] for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert str(event["SUMMARY"]) == ical._line(f"{circle}: Ä{title}")
    assert str(event.get("LOCATION", "")) == ical._line(place)
    assert str(event["ORGANIZER"].params["CN"]) == circle.name


def test_it_tells_what_there_is_and_nothing_of_what_was_said_or_of_others(
    circle, facilitator, member, membership, brief
):
    meeting = make_meeting(
        circle,
        brief=brief,
        place="The library",
        online_link="https://meet.example.org/maple",
        welcome="The code of the door is open-sesame.",
        minutes_summary="A word of the minutes.",
        host=circle.memberships.get(user=facilitator),
    )
    make_note(meeting, facilitator, text="Something private.")

    text = ical.meeting_file(meeting, membership=membership, method="REQUEST").decode()
    event = event_of(text)

    assert event["SUMMARY"] == "Maple Street: Water"
    assert event["LOCATION"] == "The library"
    assert event["URL"] == f"http://localhost:8000{meeting.get_absolute_url()}"
    assert event["ORGANIZER"] == "mailto:circles@localhost"
    assert event["ATTENDEE"] == "mailto:member@example.org"
    assert str(event["CONFERENCE"]) == "https://meet.example.org/maple"
    assert signed_links.sign("rsvp", membership.pk, meeting.pk) in event["DESCRIPTION"]
    unfolded = text.replace("\r\n ", "")
    assert "Good to know: The code of the door is open-sesame." in event["DESCRIPTION"]
    for secret in ("Fran", "facilitator@", "A word of", "Something private"):
        assert secret not in unfolded


def test_a_change_raises_the_sequence_and_keeps_the_uid(circle, meeting):
    before = event_of(ical.meeting_file(meeting))

    meeting.title = "Wells"
    meeting.keep(["title"], calendars_hear=True)
    meeting.refresh_from_db()
    after = event_of(ical.meeting_file(meeting))

    assert (before["UID"], before["SEQUENCE"]) == (after["UID"], after["SEQUENCE"] - 1)
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt


def test_two_changes_at_once_raise_the_sequence_twice(meeting):
    same = Meeting.objects.get()
    meeting.place = "The school"
    meeting.keep(["place"], calendars_hear=True)
    same.cancel()

    assert Meeting.objects.get().sequence == 2


def test_a_new_title_reaches_calendars_and_no_mailbox(circle, member, meeting):
    meeting.title = "Wells"
    meeting.keep(["title"], calendars_hear=True)

    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("kind", "method", "status"),
    [("scheduled", "REQUEST", "CONFIRMED"), ("cancelled", "CANCEL", "CANCELLED")],
)
def test_mails_bring_a_file_that_calendars_act_upon(meeting, membership, kind, method, status):
    if kind == "cancelled":
        meeting.cancel()
    meeting.answer(membership, "yes")
    mail = Mail(kind=kind, meeting=meeting, membership=membership)

    ((name, content, mime),) = calendar_files(mail)

    calendar = icalendar.Calendar.from_ical(content)
    assert (name, mime) == ("maple-street-1.ics", f"text/calendar; method={method}")
    assert calendar["METHOD"] == method
    assert event_of(content)["STATUS"] == status
    assert event_of(content)["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_the_file_travels_with_its_method_and_charset(circle, member, meeting, mailoutbox):
    Meeting.objects.update(place="The library")
    Meeting.objects.get().schedule()
    deliver()

    message = email.message_from_bytes(mailoutbox[0].message().as_bytes(), policy=policy.default)
    (part,) = message.iter_attachments()

    assert part["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert part.get_filename() == "maple-street-1.ics"
    assert event_of(part.get_content())["UID"] == meeting.calendar_uid


def test_a_member_saves_the_file_and_a_draft_has_none(client, member, facilitator, circle, meeting):
    draft = make_meeting(circle, scheduled_at=None)
    client.force_login(facilitator)

    saved = client.get(f"{meeting.get_absolute_url()}calendar.ics")
    none = client.get(f"{draft.get_absolute_url()}calendar.ics")

    assert saved["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in saved["Content-Disposition"]
    assert b"METHOD:PUBLISH" in saved.content
    assert b"/rsvp/" not in saved.content.replace(b"\r\n ", b"")
    assert none.status_code == 404


def test_the_meetings_page_offers_google_and_outlook_the_same_evening(client, member, meeting):
    Meeting.objects.update(starts_at=datetime(2031, 5, 1, 23, tzinfo=UTC), duration_minutes=90)
    client.force_login(member)

    page = client.get(meeting.get_absolute_url()).content.decode()

    assert "calendar.google.com/calendar/render?action=TEMPLATE" in page
    assert "dates=20310501T230000Z%2F20310502T003000Z" in page
    assert "startdt=2031-05-01T23%3A00%3A00Z" in page


# --- Feeds ---


# --- The page ---
