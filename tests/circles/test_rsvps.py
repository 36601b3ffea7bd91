"""Answers to an invitation to a meeting, places, and the waiting list."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from circles.models import Meeting, Rsvp
from tests.factories import make_meeting, make_membership, make_user

YES, MAYBE, NO, WAITING = Rsvp.Answer.YES, Rsvp.Answer.MAYBE, Rsvp.Answer.NO, Rsvp.Answer.WAITING


@pytest.fixture
def six(circle):
    return [make_membership(circle, make_user()) for _number in range(6)]


def answers(meeting, people):
    given = dict(meeting.rsvps.values_list("membership", "answer"))
    return [given.get(person.pk) for person in people]


def test_a_member_answers_with_guests_and_a_word_and_changes_it(client, member, meeting):
    client.force_login(member)
    url = f"{meeting.get_absolute_url()}rsvp/"

    client.post(url, {"answer": "yes", "guests": 2, "word": "Bringing soup.", "online": "on"})
    rsvp = meeting.rsvps.get()
    first = (rsvp.answer, rsvp.guests, rsvp.word, rsvp.online)
    client.post(url, {"answer": "no"})
    rsvp.refresh_from_db()

    assert first == (YES, 2, "Bringing soup.", True)
    assert (rsvp.answer, rsvp.guests) == (NO, 0)


def test_beyond_the_places_people_wait_in_order_of_answering(circle, six):
    meeting = make_meeting(circle, capacity=3)

    for person in six:
        meeting.answer(person, YES)

    assert answers(meeting, six) == [YES, YES, YES, WAITING, WAITING, WAITING]


def test_each_place_that_falls_free_moves_up_exactly_one(circle, six):
    meeting = make_meeting(circle, capacity=2)
    for person in six:
        meeting.answer(person, YES)

    meeting.answer(six[0], NO)
    after_one = answers(meeting, six)
    meeting.answer(six[1], MAYBE)

    assert after_one == [NO, YES, YES, WAITING, WAITING, WAITING]
    assert answers(meeting, six) == [NO, MAYBE, YES, YES, WAITING, WAITING]


def test_guests_take_places_too(circle, six):
    meeting = make_meeting(circle, capacity=3)

    meeting.answer(six[0], YES, guests=1)
    meeting.answer(six[1], YES, guests=1)
    meeting.answer(six[2], YES)

    # The second with a guest does not fit; the third does not overtake.
    assert answers(meeting, six[:3]) == [YES, WAITING, WAITING]


def test_who_has_a_place_keeps_it_when_only_the_words_change(circle, six):
    meeting = make_meeting(circle, capacity=1)
    meeting.answer(six[0], YES)
    meeting.answer(six[1], YES)

    meeting.answer(six[0], YES, word="Late by ten minutes.")

    assert answers(meeting, six[:2]) == [YES, WAITING]


def test_who_waits_keeps_the_turn_when_asking_again(circle, six):
    meeting = make_meeting(circle, capacity=1)
    for person in six[:3]:
        meeting.answer(person, YES)

    meeting.answer(six[1], YES, word="Still hoping.")
    meeting.answer(six[0], NO)

    assert answers(meeting, six[:3]) == [NO, YES, WAITING]


def test_more_places_let_people_in(client, facilitator, circle, six):
    meeting = make_meeting(circle, capacity=1, place="Here")
    for person in six[:4]:
        meeting.answer(person, YES)
    fresh = Meeting.objects.get(pk=meeting.pk)
    fresh.capacity = 3

    fresh.keep(calendars_hear=False)

    assert answers(meeting, six[:4]) == [YES, YES, YES, WAITING]


def test_a_member_who_leaves_frees_the_place(circle, six):
    meeting = make_meeting(circle, capacity=1)
    meeting.answer(six[0], YES)
    meeting.answer(six[1], YES)

    six[0].leave()

    assert answers(meeting, six[:2]) == [None, YES]


def test_after_the_deadline_the_page_says_that_answers_are_closed(client, member, circle):
    meeting = make_meeting(circle, rsvp_deadline=timezone.now() - timedelta(hours=1))
    client.force_login(member)

    page = client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes"})

    assert not meeting.rsvps.exists()
    assert "Answers are closed" in page.content.decode()


def test_a_facilitator_answers_for_who_telephoned_and_a_member_cannot(
    client, facilitator, member, circle, meeting
):
    other = make_membership(circle, make_user("Tess Telephone"))
    url = f"{meeting.get_absolute_url()}rsvp/"

    client.force_login(member)
    client.post(url, {"answer": "no", "membership": other.pk})
    own = meeting.rsvps.get().membership.user
    client.force_login(facilitator)
    client.post(url, {"answer": "yes", "membership": other.pk})

    assert own == member
    assert meeting.rsvps.get(membership=other).answer == YES


def test_without_one_of_the_three_answers_nothing_is_taken(client, member, meeting):
    client.force_login(member)

    page = client.post(f"{meeting.get_absolute_url()}rsvp/", {"guests": 1})

    assert not meeting.rsvps.exists()
    assert "Choose yes, maybe or no." in page.content.decode()


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
