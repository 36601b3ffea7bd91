"""The parts of a meeting's page: which one is now, and what each person finds in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.meeting_overview import MeetingOverview
from circles.models import Membership
from tests.factories import make_meeting, make_membership, make_note

FACILITATOR, MEMBER = Membership.Role.FACILITATOR, Membership.Role.MEMBER
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


@pytest.fixture
def make_parts(circle, brief):
    """{part: its rows} of a meeting for one person, and which part is open."""

    def make(role=MEMBER, *, leads=False, **fields):
        meeting = make_meeting(circle, **({"brief": brief} | fields))
        membership = make_membership(circle, role=role)
        meeting.leader = membership if leads else None
        phases = MeetingOverview(meeting, membership).phases
        rows = {phase.name: [row.label for row in phase.rows] for phase in phases}
        return rows, [phase.name for phase in phases if phase.is_now]

    return make


@pytest.mark.parametrize(
    ("fields", "now"),
    [
        ({}, "Prepare"),
        ({"starts_at": timezone.now() + HOUR}, "Live"),
        ({"started_at": timezone.now()}, "Live"),
        ({"started_at": timezone.now() - HOUR, "ended_at": timezone.now()}, "Afterward"),
        ({"starts_at": timezone.now() - WEEK}, "Afterward"),
    ],
)
def test_the_part_that_is_now_is_open(make_parts, fields, now):
    _rows, is_open = make_parts(FACILITATOR, **fields)

    assert is_open == [now]


def test_a_member_finds_no_page_that_is_for_facilitators_or_empty(make_parts):
    rows, _now = make_parts()

    assert rows == {"Prepare": ["Roles"], "Live": ["Live meeting"]}


def test_the_leader_finds_the_agenda_and_nothing_that_is_for_facilitators_alone(make_parts):
    rows, _now = make_parts(leads=True)

    assert "Agenda" in rows["Prepare"]
    assert not {"Edit meeting", "Reading plan", "RSVPs"} & set(rows["Prepare"])


def test_it_can_be_put_back_only_while_nothing_was_written(circle):
    meeting = make_meeting(circle, starts_at=timezone.now(), started_at=timezone.now() - HOUR)
    leader = make_membership(circle, role=FACILITATOR)

    before = MeetingOverview(meeting, leader).phases
    make_note(meeting)
    after = MeetingOverview(meeting, leader).phases

    labels = [[row.label for phase in phases for row in phase.rows] for phases in (before, after)]
    assert ["Not started after all" in each for each in labels] == [True, False]


def test_a_past_meeting_does_not_say_what_is_left_to_read(client, circle, member, brief, section):
    past = make_meeting(circle, brief=brief, starts_at=timezone.now() - WEEK)
    past.readings.create(section=section)
    client.force_login(member)

    page = client.get(past.get_absolute_url()).content.decode()

    assert section.heading in page
    assert "part left" not in page
