"""Pages, paper and files tell the time on the circle's clock, never on the server's."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from circles.live import agenda
from circles.models import ActionItem
from tests.factories import make_meeting, make_note, make_poll

# Half an hour off every whole hour of the server's clock, UTC: 7 PM there is 1:30 PM here.
ZONE = "Asia/Kolkata"
THERE, HERE = re.compile(r"\b7(:\d\d)? PM|7–8:30 PM"), re.compile(r"\b[123]:\d\d([–-]\S+)? PM")


@pytest.fixture
def evening(circle, brief, section, facilitator):
    """A meeting at 7 PM tomorrow with an agenda, in the life of a circle in India."""
    facilitator.time_zone = circle.time_zone = ZONE
    facilitator.save()
    circle.save()
    day = timezone.localdate(timezone=ZoneInfo(ZONE)) + timedelta(days=1)
    starts_at = datetime.combine(day, time(19), ZoneInfo(ZONE))
    meeting = make_meeting(circle, brief=brief, starts_at=starts_at, duration_minutes=90)
    agenda.keep(meeting, agenda.propose(meeting, [section]), started_from=0)
    make_poll(circle)
    return meeting


PAGES = ["meeting_detail", "meeting_edit", "agenda_detail", "agenda_edit", "note_sheet_detail"]
PAGES += ["rsvp_edit", "reading_edit", "meeting_run", "meeting_projector"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_a_meeting_shows_the_circles_time(client, facilitator, evening, name):
    client.force_login(facilitator)

    page = client.get(reverse(f"circles:{name}", args=[evening.circle.slug, evening.number]))

    assert HERE.findall(strip_tags(page.text)) == []


@pytest.mark.parametrize("name", ["agenda_detail", "note_sheet_detail"])
def test_what_is_printed_before_a_meeting_says_when_it_is_and_each_step(
    client, facilitator, member, evening, name
):
    address = reverse(f"circles:{name}", args=[evening.circle.slug, evening.number])
    client.force_login(facilitator)
    words = " ".join(strip_tags(client.get(address).text).split())
    client.force_login(member)
    elsewhere = strip_tags(client.get(address).text)

    assert THERE.search(words)
    assert str(evening.starts_at.astimezone(ZoneInfo(ZONE)).year) in words
    assert str(evening.circle.privacy_line) in words
    assert "Kolkata time" in elsewhere and "your time" in elsewhere


@pytest.mark.parametrize("name", ["minutes_detail", "minutes_markdown"])
def test_the_minutes_show_the_circles_time(client, facilitator, evening, name):
    evening.starts_at -= timedelta(days=2)
    evening.started_at = evening.starts_at
    evening.ended_at = evening.starts_at + timedelta(minutes=90)
    evening.save()
    make_note(evening)
    ActionItem(meeting=evening, text="Ask the mill").add()
    evening.publish_minutes()
    client.force_login(facilitator)

    page = client.get(reverse(f"circles:{name}", args=[evening.circle.slug, evening.number]))

    assert "7–8:30 PM" in page.text and HERE.findall(strip_tags(page.text)) == []


@pytest.mark.parametrize("name", ["circle_detail", "meeting_list", "role_list"])
def test_a_page_of_a_circle_shows_its_time(client, facilitator, evening, name):
    client.force_login(facilitator)

    page = client.get(reverse(f"circles:{name}", args=[evening.circle.slug]))

    assert HERE.findall(strip_tags(page.text)) == []
