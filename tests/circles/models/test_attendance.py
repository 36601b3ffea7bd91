"""Attendance: who came, whatever their RSVP was."""

import pytest
from django.db import IntegrityError

from circles.models import Attendance
from tests.factories import make_membership, make_user


@pytest.fixture
def people(circle, member):
    return [circle.memberships.get(user=member), make_membership(circle, make_user("Pat Present"))]


@pytest.fixture
def page(client, facilitator, meeting):
    client.force_login(facilitator)
    return f"{meeting.get_absolute_url()}attendance/"


def test_the_first_time_those_are_ticked_who_said_yes(client, page, meeting, people):
    meeting.answer(people[0], "yes")
    meeting.answer(people[1], "no")

    form = client.get(page).context["form"]

    assert form["members"].value() == [str(people[0].pk)]


def test_saving_notes_members_and_visitors_and_saving_again_changes_nothing(
    client, page, meeting, people
):
    sent = {
        "members": [people[1].pk],
        "visitor_0": "Dolores Finch",
        "first_0": "on",
        "visitor_1": " ",
    }

    for _time in range(2):
        client.post(page, sent)

    came = [(str(a), a.is_first_visit) for a in meeting.attendances.all()]
    assert came == [("Pat Present", False), ("Dolores Finch", True)]


def test_who_is_unticked_is_taken_out(client, page, meeting, people):
    client.post(page, {"members": [person.pk for person in people]})
    client.post(page, {"members": [people[0].pk]})

    assert [a.membership for a in meeting.attendances.all()] == people[:1]


def test_who_has_left_the_circle_since_stays_in_the_list(client, page, meeting, people):
    client.post(page, {"members": [people[1].pk]})
    people[1].leave()

    form = client.get(page).context["form"]

    assert (str(people[1].pk), "Pat Present") in form.fields["members"].choices


def test_nobody_of_another_circle_can_be_noted(client, page, meeting):
    stranger = make_membership()

    client.post(page, {"members": [stranger.pk]})

    assert not meeting.attendances.exists()


def test_an_attendance_is_of_a_member_or_a_visitor_and_not_of_both(meeting, people):
    with pytest.raises(IntegrityError):
        Attendance.objects.create(meeting=meeting, membership=people[0], visitor_name="Both")


def test_who_said_yes_and_left_before_it_was_noted_can_still_be_noted(
    client, page, meeting, people
):
    meeting.answer(people[1], "yes")
    type(people[1]).objects.filter(pk=people[1].pk).update(left_at=meeting.ends_at)

    client.post(page, {"members": [people[1].pk]})

    assert [a.membership for a in meeting.attendances.all()] == [people[1]]


def test_no_visitor_is_lost_when_another_facilitator_took_lines_away(client, page, meeting):
    typed = {f"visitor_{number}": f"Visitor {number}" for number in range(5)}

    client.post(page, typed)

    assert [str(a) for a in meeting.attendances.all()] == list(typed.values())
