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

    # The second with a guest does not fit; the third does.
    assert answers(meeting, six[:3]) == [YES, WAITING, YES]


def test_a_place_goes_to_the_first_in_line_whose_guests_fit_too(circle, six):
    meeting = make_meeting(circle, capacity=2)
    meeting.answer(six[0], YES)
    meeting.answer(six[1], YES)
    meeting.answer(six[2], YES, guests=1)
    meeting.answer(six[3], YES)
    meeting.answer(six[4], YES)

    meeting.answer(six[0], NO)
    after_one = answers(meeting, six[:5])
    meeting.answer(six[1], NO)
    meeting.answer(six[3], NO)

    assert after_one == [NO, YES, WAITING, YES, WAITING]
    # The place of the second went to the last in line; who waits with a guest kept the turn.
    assert answers(meeting, six[:5]) == [NO, NO, WAITING, NO, YES]


def test_two_places_that_fall_free_at_once_go_to_two_alone_or_to_one_with_a_guest(circle, six):
    meeting = make_meeting(circle, capacity=2)
    meeting.answer(six[0], YES, guests=1)
    meeting.answer(six[1], YES)
    meeting.answer(six[2], YES, guests=1)
    meeting.answer(six[3], YES)

    meeting.answer(six[0], NO)

    assert answers(meeting, six[:4]) == [NO, YES, WAITING, YES]


def test_more_guests_than_there_are_places_are_not_waited_for(circle, six):
    meeting = make_meeting(circle, capacity=3)

    assert meeting.answer(six[0], YES, guests=5).guests == 2


def test_guests_are_added_where_there_is_room_and_nobody_waits(circle, six):
    meeting = make_meeting(circle, capacity=4)
    meeting.answer(six[0], YES)
    meeting.answer(six[1], YES)

    assert meeting.answer(six[0], YES, guests=3).guests == 2


def test_the_order_is_that_of_answering_whatever_the_clocks_say(circle, six):
    meeting = make_meeting(circle, capacity=1)
    for person in six[:3]:
        meeting.answer(person, YES)
    meeting.rsvps.filter(membership=six[2]).update(answered_at=timezone.now() - timedelta(days=1))

    meeting.answer(six[0], NO)

    assert answers(meeting, six[:3]) == [NO, YES, WAITING]


def test_who_waits_sees_the_place_in_the_line(client, member, circle, six):
    meeting = make_meeting(circle, capacity=1)
    meeting.answer(six[0], YES)
    meeting.answer(six[1], YES)
    client.force_login(member)

    client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes"})

    for page in ("/", circle.get_absolute_url(), meeting.get_absolute_url()):
        assert "You are number 2 on the waiting list" in client.get(page).content.decode()


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

    fresh.keep(["capacity"], calendars_hear=False)

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


def test_a_facilitator_notes_what_someone_told_who_sees_it_and_may_change_it(
    client, facilitator, member, meeting
):
    mine = meeting.circle.memberships.get(user=member)
    client.force_login(facilitator)
    client.post(
        f"{meeting.get_absolute_url()}rsvp/record/",
        {"membership": mine.pk, "answer": "yes", "guests": 2, "word": "Bringing soup."},
    )
    told = meeting.rsvps.get()
    client.force_login(member)
    page = client.get(meeting.get_absolute_url()).content.decode()
    client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "no"})
    own = meeting.rsvps.get()

    assert (told.membership, told.answer, told.guests) == (mine, YES, 2)
    assert told.answered_by.user == facilitator
    assert "Fran Facilitator noted it for you." in page
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
    meeting.answer(mine, YES, word="Late.")
    client.force_login(facilitator)

    form = client.get(f"{meeting.get_absolute_url()}rsvp/record/?membership={mine.pk}").context[
        "form"
    ]

    assert (form["membership"].value(), form["answer"].value()) == (mine.pk, YES)
    assert form["word"].value() == "Late."


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


def test_raising_the_places_on_the_page_moves_up_who_waits(client, facilitator, circle, six):
    meeting = make_meeting(circle, capacity=1, place="Here")
    for person in six[:3]:
        meeting.answer(person, YES)
    client.force_login(facilitator)
    form = client.get(f"{meeting.get_absolute_url()}edit/").context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}

    client.post(f"{meeting.get_absolute_url()}edit/", fields | {"capacity": 2})

    assert answers(meeting, six[:3]) == [YES, YES, WAITING]


def test_fewer_places_turn_nobody_away_and_let_nobody_in(circle, six):
    meeting = make_meeting(circle, capacity=3)
    for person in six[:4]:
        meeting.answer(person, YES)
    meeting.capacity = 1
    meeting.keep(["capacity"], calendars_hear=False)

    meeting.answer(six[0], NO)

    assert answers(meeting, six[:4]) == [NO, YES, YES, WAITING]


def test_who_waits_with_a_guest_moves_up_when_the_guest_stays_home(circle, six):
    meeting = make_meeting(circle, capacity=2)
    meeting.answer(six[0], YES)
    meeting.answer(six[1], YES, guests=1)

    meeting.answer(six[1], YES)

    assert answers(meeting, six[:2]) == [YES, YES]


def test_only_a_yes_takes_a_place(circle, six):
    meeting = make_meeting(circle)

    meeting.answer(six[0], MAYBE, online=True)
    meeting.answer(six[1], NO, word="Away that week.")

    assert answers(meeting, six[:2]) == [MAYBE, NO]
    assert meeting.rsvps.heads() == 0


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
    assert "It is too late to answer here." in page.content.decode()


def test_a_draft_is_not_there_to_be_answered(client, member, circle):
    draft = make_meeting(circle, scheduled_at=None)
    client.force_login(member)

    response = client.post(f"{draft.get_absolute_url()}rsvp/", {"answer": "yes"})

    assert response.status_code == 404
    assert not draft.rsvps.exists()


def test_a_word_typed_beside_too_many_guests_comes_back(client, member, meeting):
    client.force_login(member)

    page = client.post(
        f"{meeting.get_absolute_url()}rsvp/",
        {"answer": "yes", "guests": 9, "word": "Bringing soup."},
    )

    assert not meeting.rsvps.exists()
    assert "Bringing soup." in page.content.decode()


def test_who_waits_is_told_so_and_what_happens_next(client, member, circle, six):
    meeting = make_meeting(circle, capacity=1)
    meeting.answer(six[0], YES)
    client.force_login(member)

    page = client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes"}, follow=True)

    assert "You are on the waiting list and move up by yourself." in page.content.decode()


def test_nobody_is_answered_for_who_is_not_in_the_circle(client, facilitator, meeting):
    stranger = make_membership()
    client.force_login(facilitator)

    page = client.post(
        f"{meeting.get_absolute_url()}rsvp/record/", {"answer": "yes", "membership": stranger.pk}
    )

    assert page.context["form"].errors["membership"]
    assert not meeting.rsvps.exists()


def test_guests_that_do_not_fit_do_not_cost_one_the_place(client, member, circle, six):
    meeting = make_meeting(circle, capacity=2)
    for person in six[:1]:
        meeting.answer(person, YES)
    client.force_login(member)
    url = f"{meeting.get_absolute_url()}rsvp/"
    client.post(url, {"answer": "yes"})
    meeting.answer(six[1], YES)

    page = client.post(url, {"answer": "yes", "guests": 2}, follow=True).content.decode()

    mine = meeting.rsvps.get(membership__user=member)
    assert (mine.answer, mine.guests) == (YES, 0)
    assert "There is no room for that many guests: 0 fit." in page
