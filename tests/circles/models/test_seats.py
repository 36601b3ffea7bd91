"""Who has a spot, who is on the waitlist, and who moves up."""

from urllib.parse import urlsplit

import pytest

from circles import signed_links
from circles.models import Meeting
from circles.models.mail import Topic
from tests.factories import make_meeting, make_membership, make_user

from .test_rsvps import MAYBE, NO, WAITING, YES, answers


@pytest.fixture
def six(circle):
    return [make_membership(circle, make_user()) for _number in range(6)]


def test_a_member_answers_with_guests_and_a_word_and_changes_it(client, member, meeting):
    client.force_login(member)
    url = f"{meeting.get_absolute_url()}rsvp/"

    client.post(url, {"answer": "yes", "guests": 2, "comment": "Bringing soup.", "online": "on"})
    rsvp = meeting.rsvps.get()
    first = (rsvp.answer, rsvp.guests, rsvp.comment, rsvp.online)
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
    # The last in line got the second's spot; the one with a guest keeps their turn.
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


def test_who_waits_sees_the_place_in_the_line(client, member, circle, six):
    meeting = make_meeting(circle, capacity=1)
    meeting.answer(six[0], YES)
    meeting.answer(six[1], YES)
    client.force_login(member)

    client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes"})

    for page in ("/", circle.get_absolute_url(), meeting.get_absolute_url()):
        assert "You’re #2 on the waitlist" in client.get(page).content.decode()


def test_who_has_a_place_keeps_it_when_only_the_words_change(circle, six):
    meeting = make_meeting(circle, capacity=1)
    meeting.answer(six[0], YES)
    meeting.answer(six[1], YES)

    meeting.answer(six[0], YES, comment="Late by ten minutes.")

    assert answers(meeting, six[:2]) == [YES, WAITING]


def test_who_waits_keeps_the_turn_when_asking_again(circle, six):
    meeting = make_meeting(circle, capacity=1)
    for person in six[:3]:
        meeting.answer(person, YES)

    meeting.answer(six[1], YES, comment="Still hoping.")
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
    meeting.answer(six[1], NO, comment="Away that week.")

    assert answers(meeting, six[:2]) == [MAYBE, NO]
    assert meeting.rsvps.heads() == 0


def test_a_word_typed_beside_too_many_guests_comes_back(client, member, meeting):
    client.force_login(member)

    page = client.post(
        f"{meeting.get_absolute_url()}rsvp/",
        {"answer": "yes", "guests": 9, "comment": "Bringing soup."},
    )

    assert not meeting.rsvps.exists()
    assert "Bringing soup." in page.content.decode()


def test_who_waits_is_told_so_and_what_happens_next(client, member, circle, six):
    meeting = make_meeting(circle, capacity=1)
    meeting.answer(six[0], YES)
    client.force_login(member)

    page = client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes"}, follow=True).text

    assert "You’re on the waitlist. We’ll email you if a spot opens up." in page


def test_who_gets_no_email_about_a_spot_is_told_to_check_back(client, member, circle, six):
    meeting = make_meeting(circle, capacity=1)
    meeting.answer(six[0], YES)
    member.mails_off = [Topic.MEETINGS]
    member.save()
    client.force_login(member)

    said = client.post(f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes"}, follow=True).text
    link = signed_links.answer_url(circle.memberships.get(user=member).pk, meeting.pk)
    pages = [said, client.get(urlsplit(link).path).text, client.get("/").text]

    for page in pages:
        assert "You won’t get an email if a spot opens up, so check back." in page
        assert "We’ll email you if a spot opens up." not in page


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
    assert "There’s no room for guests, so we didn’t save any." in page
