"""The home page and a circle's page: what each person sees first."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find

from tests.factories import make_meeting, make_user


def test_a_visitor_finds_briefs_and_the_way_in(client, brief):
    page = client.get("/").content.decode()

    assert "Neighbors who read before they talk" in page
    assert 'href="/briefs/water/"' in page
    assert 'href="/accounts/login/"' in page
    assert 'href="/start/"' in page


def test_the_pictures_of_the_front_page_are_real_small_and_hold_their_place(client, db):
    page = client.get("/").content.decode()
    sources = re.findall(r'<(?:source|img)[^>]* (?:src|srcset)="/static/([^"]+)"[^>]*>', page)
    tags = re.findall(r"<source[^>]*>|<img[^>]*>", page)

    assert len(sources) == 4
    for source in sources:
        assert 0 < Path(find(source)).stat().st_size <= 15_000
    assert all("width=" in tag and "height=" in tag for tag in tags)


@pytest.mark.parametrize(("is_open", "way"), [(True, "one short form"), (False, "a few words")])
def test_the_front_page_says_how_a_circle_is_started_here(client, db, settings, is_open, way):
    settings.OPEN_SIGN_UP = is_open

    assert way in client.get("/").text


def test_a_member_finds_the_next_meeting_with_its_three_answers(client, member, meeting):
    client.force_login(member)

    page = client.get("/").content.decode()

    assert 'href="/circles/maple-street/meetings/1/"' in page
    for answer in ("yes", "maybe", "no"):
        assert f'name="answer" value="{answer}"' in page


def test_a_draft_is_not_on_the_page_of_a_member(client, member, circle):
    make_meeting(circle, title="Secret plan", scheduled_at=None)
    client.force_login(member)

    assert "Secret plan" not in client.get("/").content.decode()


def test_who_is_in_no_circle_is_told_what_to_do(client, db):
    client.force_login(make_user())

    page = client.get("/").content.decode()

    assert "You’re not in a circle yet." in page
    assert 'href="/circles/new/"' in page


def test_who_asked_to_join_is_told_that_they_wait(client, circle):
    newcomer = make_user()
    circle.admit(newcomer, needs_approval=True)
    client.force_login(newcomer)

    page = client.get("/").content.decode()

    assert "You asked to join “Maple Street.”" in page
    assert "You’re not in a circle yet." not in page


def test_an_admin_is_led_to_the_briefs_and_sees_no_circle(client, admin, meeting):
    client.force_login(admin)

    page = client.get("/").content.decode()

    assert "Manage briefs" in page
    assert "Maple Street" not in page


def test_a_circle_without_a_date_is_told_of_kindly_with_the_facilitators_next_step(
    client, member, facilitator
):
    client.force_login(member)
    told = client.get("/").content.decode()
    client.force_login(facilitator)
    asked = client.get("/").content.decode()

    assert "No meetings scheduled yet. Your facilitator" in told
    assert 'href="/circles/maple-street/meetings/new/"' not in told
    assert "See the checklist" in asked


def test_the_next_meeting_says_who_hosts_what_is_left_to_read_and_what_was_promised(
    client, circle, member, meeting, section
):
    mine = circle.memberships.get(user=member)
    meeting.host = mine
    meeting.save()
    meeting.readings.create(section=section)
    meeting.action_items.create(text="Ask the library", owner=mine)
    client.force_login(member)

    for path in ("/", "/circles/maple-street/"):
        page = client.get(path).content.decode()
        assert "You’re hosting." in page
        assert "1 min · 1 part left" in page
        assert "Ask the library" in page
