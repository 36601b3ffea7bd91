"""A member who leads a meeting: what a facilitator may do for it, she finds on its pages."""

import re
from datetime import timedelta

import pytest
from django.urls import resolve, reverse
from django.utils import timezone

from circles.live import agenda
from tests.factories import make_meeting, make_membership, make_note

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
PAGES = ["meeting_detail", "agenda_detail", "meeting_run", "note_list", "minutes_detail"]
PAGES += ["wrap_up_detail", "note_sheet_transcribe"]


@pytest.fixture
def led(circle, brief, member):
    """A meeting that the member leads, with an agenda."""

    def led(starts_in, **fields):
        now = timezone.now()
        leader = circle.memberships.get(user=member)
        meeting = make_meeting(
            circle, brief=brief, starts_at=now + starts_in, leader=leader, **fields
        )
        agenda.keep(meeting, agenda.propose(meeting, []), started_from=0)
        make_membership(circle)
        return meeting

    return led


def ways_on(client, meeting):
    """Where the links and forms on the pages of a meeting lead, within it: {route: address}."""
    found = set()
    for name in PAGES:
        page = client.get(reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number]))
        found |= set(re.findall(r'(?:href|action)="([^"?#]+)', page.text))
    here = meeting.get_absolute_url()
    return {resolve(way).url_name: way for way in found if way.startswith(here)}


@pytest.mark.parametrize(
    ("starts_in", "moments", "offered"),
    [
        (WEEK, {}, ["agenda_edit"]),
        (HOUR, {}, ["agenda_edit", "meeting_start"]),
        (
            -HOUR,
            {"started_at": -HOUR},
            ["agenda_edit", "attendance_edit", "meeting_end", "meeting_unstart"],
        ),
        (
            -HOUR,
            {"started_at": -HOUR, "ended_at": timedelta(0)},
            ["attendance_edit", "meeting_resume", "minutes_edit", "minutes_pdf", "minutes_publish"],
        ),
    ],
)
def test_a_leader_finds_what_she_may_do_and_nothing_that_is_refused(
    client, member, led, starts_in, moments, offered
):
    now = timezone.now()
    meeting = led(starts_in, **{name: now + after for name, after in moments.items()})
    if meeting.ended_at:
        make_note(meeting)
    client.force_login(member)

    ways = ways_on(client, meeting)

    assert set(offered) <= ways.keys()
    assert {way for way in ways.values() if client.get(way).status_code in (403, 404)} == set()


def test_a_draft_is_for_facilitators_and_not_yet_for_its_leader(client, member, led):
    draft = led(WEEK, scheduled_at=None)
    client.force_login(member)

    assert client.get(draft.get_absolute_url()).status_code == 404
    roles = client.get(reverse("circles:role_list", args=[draft.circle.slug]))
    assert f"meeting-{draft.number}" not in roles.text


def test_moving_topics_on_tells_no_member_of_a_draft(client, member, led, circle):
    meeting = led(-HOUR, started_at=timezone.now() - HOUR)
    meeting.agenda_items.create(kind="other", title="The bus line", position=99)
    draft = make_meeting(circle, title="A secret plan", scheduled_at=None)
    client.force_login(member)
    carry = reverse("circles:wrap_up_carry", args=[circle.slug, meeting.number])

    page = client.post(carry, follow=True).text

    assert "A secret plan" not in page and "There’s no next meeting yet." in page
    assert not draft.agenda_items.exists()
