"""RSVPs, the attendee limit and the waitlist."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from circles.models import Rsvp
from tests.factories import make_meeting, make_membership, make_user

YES, MAYBE, NO, WAITING = Rsvp.Answer.YES, Rsvp.Answer.MAYBE, Rsvp.Answer.NO, Rsvp.Answer.WAITING


@pytest.fixture
def six(circle):
    return [make_membership(circle, make_user()) for _number in range(6)]


def answers(meeting, people):
    given = dict(meeting.rsvps.values_list("membership", "answer"))
    return [given.get(person.pk) for person in people]


def test_the_order_is_that_of_answering_whatever_the_clocks_say(circle, six):
    meeting = make_meeting(circle, capacity=1)
    for person in six[:3]:
        meeting.answer(person, YES)
    meeting.rsvps.filter(membership=six[2]).update(answered_at=timezone.now() - timedelta(days=1))

    meeting.answer(six[0], NO)

    assert answers(meeting, six[:3]) == [NO, YES, WAITING]


def test_after_the_deadline_the_page_says_that_answers_are_closed(client, member, circle):
    meeting = make_meeting(circle, rsvp_deadline=timezone.now() - timedelta(hours=1))
    client.force_login(member)

    page = client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes"})

    assert not meeting.rsvps.exists()
    assert "RSVPs are closed" in page.content.decode()


def test_a_facilitator_notes_what_someone_told_who_sees_it_and_may_change_it(
    client, facilitator, member, meeting
):
    mine = meeting.circle.memberships.get(user=member)
    client.force_login(facilitator)
    client.post(
        f"{meeting.get_absolute_url()}rsvp/record/",
        {"membership": mine.pk, "answer": "yes", "guests": 2, "comment": "Bringing soup."},
    )
    told = meeting.rsvps.get()
    client.force_login(member)
    page = client.get(meeting.get_absolute_url()).content.decode()
    client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "no"})
    own = meeting.rsvps.get()

    assert (told.membership, told.answer, told.guests) == (mine, YES, 2)
    assert told.answered_by.user == facilitator
    assert "Fran Facilitator entered this for you." in page
    assert (own.answer, own.answered_by) == (NO, None)


def test_nobody_answers_for_another_on_the_page_for_the_own_answer(client, member, circle, meeting):
    other = make_membership(circle, make_user("Tess Telephone"))
    client.force_login(member)

    client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "no", "membership": other.pk})

    assert meeting.rsvps.get().membership.user == member


def test_past_the_deadline_a_facilitator_may_still_note_an_answer(
    client, facilitator, member, circle
):
    meeting = make_meeting(circle, rsvp_deadline=timezone.now() - timedelta(hours=1))
    mine = circle.memberships.get(user=member)
    client.force_login(facilitator)

    client.post(
        f"{meeting.get_absolute_url()}rsvp/record/", {"membership": mine.pk, "answer": "no"}
    )

    assert meeting.rsvps.get().answer == NO


def test_a_facilitator_finds_the_answer_that_stands_in_the_form(
    client, facilitator, member, circle
):
    meeting = make_meeting(circle, capacity=1)
    mine = circle.memberships.get(user=member)
    meeting.answer(circle.memberships.get(user=facilitator), YES)
    meeting.answer(mine, YES, comment="Late.")
    client.force_login(facilitator)

    form = client.get(f"{meeting.get_absolute_url()}rsvp/record/?membership={mine.pk}").context[
        "form"
    ]

    assert (form["membership"].value(), form["answer"].value()) == (mine.pk, YES)
    assert form["comment"].value() == "Late."


def test_without_one_of_the_three_answers_nothing_is_taken(client, member, meeting):
    client.force_login(member)

    page = client.post(f"{meeting.get_absolute_url()}rsvp/", {"guests": 1})

    assert not meeting.rsvps.exists()
    assert "Choose yes, maybe, or no." in page.content.decode()


def test_after_answering_one_is_led_to_pages_of_this_site_only(client, member, meeting):
    client.force_login(member)
    url = f"{meeting.get_absolute_url()}rsvp/"

    ours = client.post(url, {"answer": "yes", "next": "/"})
    theirs = client.post(url, {"answer": "yes", "next": "https://evil.example/"})

    assert ours.url == "/"
    assert theirs.url == meeting.get_absolute_url()


def test_opening_the_page_answers_nothing(client, member, meeting):
    client.force_login(member)

    client.get(f"{meeting.get_absolute_url()}rsvp/?answer=yes")

    assert not meeting.rsvps.exists()


def test_a_member_has_one_answer_to_a_meeting(meeting, circle):
    person = make_membership(circle, make_user())
    Rsvp.objects.create(meeting=meeting, membership=person, answer=YES)

    with pytest.raises(IntegrityError), transaction.atomic():
        Rsvp.objects.create(meeting=meeting, membership=person, answer=NO)


@pytest.mark.parametrize("end", ["cancel", "finish"])
def test_a_meeting_that_is_over_or_called_off_takes_no_answer(client, member, meeting, end):
    if end == "cancel":
        meeting.cancel()
    else:
        meeting.start()
        meeting.end()
    client.force_login(member)

    page = client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes"})

    assert not meeting.rsvps.exists()
    assert "It’s too late to RSVP here." in page.content.decode()


def test_a_draft_is_not_there_to_be_answered(client, member, circle):
    draft = make_meeting(circle, scheduled_at=None)
    client.force_login(member)

    response = client.post(f"{draft.get_absolute_url()}rsvp/", {"answer": "yes"})

    assert response.status_code == 404
    assert not draft.rsvps.exists()


def test_nobody_is_answered_for_who_is_not_in_the_circle(client, facilitator, meeting):
    stranger = make_membership()
    client.force_login(facilitator)

    page = client.post(
        f"{meeting.get_absolute_url()}rsvp/record/", {"answer": "yes", "membership": stranger.pk}
    )

    assert page.context["form"].errors["membership"]
    assert not meeting.rsvps.exists()
