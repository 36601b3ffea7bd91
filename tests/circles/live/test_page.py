"""What the page of a live meeting shows of each item."""

import pytest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from circles.live.agenda import Row
from circles.live.moves import begin
from circles.live.page import Stage
from circles.live.person_keys import read_key
from circles.models import AgendaItem, Meeting
from tests.factories import make_meeting

Kind = AgendaItem.Kind


def stage_of(**fields):
    return Stage(Row(item=AgendaItem(**fields), starts_at=timezone.now(), people=1))


@pytest.mark.parametrize("kind", Kind.values)
def test_each_kind_of_item_but_two_has_a_part_of_the_page(kind):
    name = stage_of(kind=kind).template

    if kind in (Kind.SECTION, Kind.OTHER):
        assert name == ""
    else:
        assert name == f"circles/live/stage/_{kind}.html"
        assert get_template(name)


@pytest.mark.parametrize(
    ("moments", "progress"),
    [
        ((), "12 min"),
        (("opened_at",), "now"),
        (("opened_at", "closed_at"), "done"),
        (("deferred_at",), "left for next time"),
        (("opened_at", "closed_at", "deferred_at"), "left for next time"),
    ],
)
def test_an_item_says_how_far_it_is(moments, progress):
    stage = stage_of(minutes=10, extra_minutes=2, **dict.fromkeys(moments, timezone.now()))

    assert stage.progress == progress


def test_only_two_kinds_list_what_stands_elsewhere():
    agreements = [kind for kind in Kind if AgendaItem(kind=kind).lists_agreements]
    loose_ends = [kind for kind in Kind if AgendaItem(kind=kind).lists_loose_ends]

    assert (agreements, loose_ends) == ([Kind.AGREEMENTS], [Kind.CARRIED])


@pytest.mark.parametrize(
    ("moments", "stands_out"),
    [
        ((), True),
        (("scheduled_at",), False),
        (("scheduled_at", "started_at"), True),
        (("scheduled_at", "started_at", "ended_at"), False),
        (("scheduled_at", "cancelled_at"), True),
    ],
)
def test_a_list_tells_the_state_that_the_day_does_not(moments, stands_out):
    meeting = Meeting(**dict.fromkeys(moments, timezone.now()))

    assert meeting.stands_out == stands_out


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("m12", (12, "")),
        ("v: Ann ", (None, "Ann")),
        ("v:" + "n" * 200, (None, "n" * 80)),
        *((odd, (None, "")) for odd in ("", "12", "m", "m-1", "m²", "m" + "9" * 5000)),
    ],
)
def test_a_key_names_a_member_or_a_visitor_or_no_one(key, found):
    assert read_key(key) == found


@pytest.mark.parametrize(
    ("role", "is_told"), [("leader", True), ("timekeeper", True), ("note_taker", False)]
)
def test_how_far_behind_the_meeting_is_only_who_keeps_its_time_is_told(
    client, circle, member, role, is_told
):
    me = circle.memberships.get(user=member)
    welcome = "The side door is open."
    meeting = make_meeting(circle, starts_at=timezone.now(), welcome=welcome, **{role: me})
    begin(meeting)
    client.force_login(member)

    page = client.get(reverse("circles:meeting_run", args=[circle.slug, meeting.number])).text

    assert ("data-pace" in page) == is_told
    assert f"<strong>Good to know:</strong> {welcome}" in page
