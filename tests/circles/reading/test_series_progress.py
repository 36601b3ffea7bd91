"""The progress of a person's circles in a series: past and upcoming meetings."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from briefs.models import Brief, Series
from tests.factories import make_brief, make_circle, make_meeting, make_membership

URL = "/series/year/mine/"


@pytest.fixture
def year(brief):
    year = Series.objects.create(slug="year", title="A year")
    year.entries.create(brief=brief, position=1)
    year.entries.create(brief=make_brief(slug="roads", title="Roads"), position=2)
    return year


@pytest.fixture
def roads(year):
    return Brief.objects.get(slug="roads")


def hold(circle, brief, days=30):
    held = timezone.now() - timedelta(days=days)
    return make_meeting(circle, brief=brief, starts_at=held, started_at=held, ended_at=held)


def progress(client, person=None):
    if person:
        client.force_login(person)
    return client.get(URL).context["progress"]


def met(client, person):
    """The meetings shown, by brief."""
    return {
        entry.brief.slug: [str(meeting.circle) for meeting in entry.meetings]
        for entry in progress(client, person).entries
    }


def test_a_member_sees_what_the_circle_held_and_what_is_planned(
    client, circle, member, brief, roads
):
    hold(circle, brief)
    ahead = make_meeting(circle, brief=roads)
    client.force_login(member)

    page = " ".join(client.get(URL).content.decode().split())

    assert "Maple Street has discussed 1 of 2 briefs." in page
    assert "Maple Street discussed this on" in page
    assert "Maple Street will discuss this on" in page
    assert f'Coming up: <a href="{ahead.get_absolute_url()}">' in page


def test_where_nothing_is_planned_the_next_brief_is_named(client, circle, member, brief, roads):
    hold(circle, brief)

    (one,) = progress(client, member).circles

    assert (one.held, one.planned, one.next) == (1, None, roads)


def test_a_brief_that_was_talked_about_twice_counts_once(client, circle, member, brief, year):
    hold(circle, brief, days=60)
    hold(circle, brief, days=30)

    (one,) = progress(client, member).circles

    assert one.held == 1


def test_drafts_are_for_facilitators_and_what_was_called_off_for_nobody(
    client, circle, member, facilitator, brief, roads
):
    make_meeting(circle, brief=brief, scheduled_at=None)
    make_meeting(circle, brief=roads).cancel()

    assert met(client, member) == {"water": [], "roads": []}
    assert met(client, facilitator) == {"water": ["Maple Street"], "roads": []}
    assert progress(client, facilitator).circles[0].planned is None


def test_nobody_sees_the_meetings_of_a_circle_that_is_not_theirs(
    client, circle, outsider, admin, brief, year
):
    hold(circle, brief)
    gone = make_membership(circle, left_at=timezone.now()).user
    waiting = make_membership(circle, approved_at=None).user

    for person in (None, outsider, admin, gone, waiting):
        client.logout()
        assert not any(entry.meetings for entry in progress(client, person).entries)
        assert "Maple Street" not in client.get(URL).content.decode()


def test_each_circle_of_a_person_is_told_apart(client, circle, member, brief, roads):
    other = make_membership(make_circle(name="Harbor"), member).circle
    hold(circle, brief)
    hold(other, roads)

    circles = progress(client, member).circles

    assert [(str(one.circle), one.held, one.next.slug) for one in circles] == [
        ("Harbor", 1, "water"),
        ("Maple Street", 1, "roads"),
    ]


def test_who_is_in_no_circle_or_not_signed_in_is_told_what_to_do(client, admin, year):
    visitor = client.get(URL).content.decode()
    client.force_login(admin)
    alone = client.get(URL).content.decode()

    assert "to see your circle’s progress." in visitor
    assert "You’re not in a circle yet." in alone


def test_more_meetings_and_circles_cost_no_more_queries(client, circle, member, brief, roads):
    client.force_login(member)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    hold(circle, brief)
    few = queries()
    for _number in range(3):
        other = make_membership(make_circle(), member).circle
        hold(other, brief)
        make_meeting(other, brief=roads)

    assert queries() == few
