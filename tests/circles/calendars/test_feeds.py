"""Calendars that people subscribe to."""

import re
from datetime import timedelta

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from circles.models import CalendarFeed
from tests.factories import make_brief, make_circle, make_meeting, make_membership

from ..test_link_pages import everything
from .test_ical import as_read


@pytest.fixture
def membership(circle, member):
    return circle.memberships.get(user=member)


@pytest.fixture
def mine(member):
    """The URL of the member's feed of all circles."""
    return f"/calendar/{CalendarFeed.objects.issue(member)[1]}.ics"


@pytest.fixture
def ours(member, circle):
    """The URL of the member's feed of the circle."""
    return f"/calendar/{CalendarFeed.objects.issue(member, circle)[1]}.ics"


def test_a_feed_is_told_unchanged_until_something_changes(client, circle, meeting, mine):
    first = client.get(mine)
    again = client.get(mine, headers={"If-None-Match": first["ETag"]})
    meeting.place = "The school"
    meeting.keep(["place"], calendars_hear=True)
    changed = client.get(mine, headers={"If-None-Match": first["ETag"]})

    assert not first["ETag"].startswith("W/")
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert changed.status_code == 200
    assert b"The school" in changed.content


def test_a_feed_is_what_calendar_programs_expect(client, meeting, ours):
    answer, head = client.get(ours), client.head(ours)
    calendar = icalendar.Calendar.from_ical(answer.content)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert "Cookie" not in answer.get("Vary", "") and not answer.cookies
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])
    assert calendar["X-WR-CALNAME"] == "Maple Street"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.content


def test_only_ones_own_feed_of_all_circles_has_links_to_answer(client, meeting, mine, ours):
    assert b"/rsvp/" in client.get(mine).content.replace(b"\r\n ", b"")
    assert b"/rsvp/" not in client.get(ours).content.replace(b"\r\n ", b"")


def test_drafts_and_other_circles_are_not_in_it_and_what_is_called_off_is(
    client, circle, member, mine
):
    told = make_meeting(circle, title="Told")
    off = make_meeting(circle, title="Off")
    off.cancel()
    make_meeting(circle, title="Draft", scheduled_at=None)
    make_meeting(circle, title="Dropped", scheduled_at=None).cancel()
    make_meeting(make_circle(), title="Elsewhere")

    content = client.get(mine).content

    assert set(as_read(content)) == {told.calendar_uid, off.calendar_uid}
    assert b"SUMMARY:Canceled: Maple Street: Off" in content


def test_who_left_finds_nothing_of_the_circle(client, circle, member, membership, mine, ours):
    make_membership(make_circle(name="Oak"), member)
    make_meeting(circle, title="Wells")
    membership.leave()

    of_all, of_circle = client.get(mine), client.get(ours)

    assert (of_all.status_code, of_circle.status_code) == (200, 410)
    assert b"VEVENT" not in of_all.content
    assert "Maple Street" not in of_circle.content.decode()
    assert "Remove it from your calendar app." in of_circle.content.decode()


def test_an_account_that_is_closed_closes_its_feeds(client, circle, member, mine):
    member.is_active = False
    member.save()

    assert client.get(mine).status_code == 410


def test_an_unknown_address_is_told_from_a_stopped_one(client, circle, meeting, mine):
    CalendarFeed.objects.get().revoke()

    unknown, stopped = client.get("/calendar/abcd-efgh.ics"), client.get(mine)

    assert (unknown.status_code, stopped.status_code) == (404, 410)
    assert "incomplete or mistyped" in unknown.content.decode()
    assert "Maple" not in stopped.content.decode()


def test_fetching_changes_no_row(client, meeting, mine, ours):
    CalendarFeed.objects.get(circle=None).revoke()
    before = everything()

    for url in (mine, ours, "/calendar/unknown.ics"):
        client.get(url), client.head(url)

    assert everything() == before


def test_a_feed_of_many_asks_no_more_questions_than_of_few(client, circle, member, mine):
    def questions():
        with CaptureQueriesContext(connection) as captured:
            client.get(mine)
        return len(captured)

    make_meeting(circle, brief=make_brief())
    few = questions()
    for _time in range(3):
        other = make_circle()
        make_membership(other, member)
        make_meeting(other, brief=make_brief())

    assert questions() == few


def test_a_new_address_is_shown_and_works_and_the_earlier_one_stops(client, circle, member, mine):
    client.force_login(member)

    page = client.post("/calendar/new/", follow=True)

    address = re.search(r"http://localhost:8000(/calendar/[\w-]+\.ics)", page.content.decode())[1]
    assert f'href="webcal://localhost:8000{address}"' in page.content.decode()
    assert client.get(address).status_code == 200
    assert client.get(mine).status_code == 410
    assert "no-store" in page["Cache-Control"]


def test_a_feed_of_a_circle_leaves_that_of_all_alone(client, circle, member, mine, ours):
    client.force_login(member)

    client.post("/calendar/new/", {"circle": "maple-street"})

    assert client.get(mine).status_code == 200
    assert client.get(ours).status_code == 410


def test_nobody_makes_a_feed_of_a_circle_they_are_not_in(client, circle, outsider):
    client.force_login(outsider)

    answer = client.post("/calendar/new/", {"circle": "maple-street"})

    assert answer.status_code == 404
    assert not CalendarFeed.objects.exists()


def test_only_its_owner_stops_a_feed(client, member, outsider, mine):
    feed = CalendarFeed.objects.get()
    client.force_login(outsider)
    refused = client.post(f"/calendar/{feed.pk}/revoke/")
    client.force_login(member)
    client.post(f"/calendar/{feed.pk}/revoke/")

    assert refused.status_code == 404
    assert client.get(mine).status_code == 410


def test_a_link_that_calendars_use_is_replaced_or_turned_off_after_a_question(
    client, member, mine, ours
):
    client.force_login(member)
    feed = CalendarFeed.objects.get(circle=None)
    page = client.get("/calendar/").content.decode()
    questions = ["/calendar/new/", "/calendar/new/?circle=maple-street"]
    questions.append(f"/calendar/{feed.pk}/revoke/")
    asked = [client.get(url).content.decode() for url in questions]

    assert all(f'href="{url}"' in page for url in questions)
    assert all("stop updating" in question for question in asked)
    assert "Create a new link for “Maple Street”?" in asked[1]
    assert [client.get(url).status_code for url in (mine, ours)] == [200, 200]
    client.post(questions[1], {"circle": "maple-street"})
    assert [client.get(url).status_code for url in (mine, ours)] == [200, 410]


def test_the_page_lists_ones_circles_and_keeps_no_address(client, circle, member, outsider, mine):
    client.force_login(member)

    page = client.get("/calendar/").content.decode()

    assert "Maple Street" in page
    assert "Turn off link" in page
    assert mine not in page
    assert not CalendarFeed.objects.filter(token_hash__contains=mine[10:14]).exists()
