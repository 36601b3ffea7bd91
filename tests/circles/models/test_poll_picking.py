"""Picking a date: the replies to it become RSVPs."""

import pytest
from django.core.exceptions import ValidationError

from circles.models import Mail, Meeting, Rsvp
from tests.factories import make_membership, make_poll, say_suits

from .test_polls import IF_NEED_BE, NO, YES, let_pass, page_of, pick


@pytest.fixture
def poll(circle):
    return make_poll(circle, title="Potluck", place="The library")


@pytest.fixture
def dates(poll):
    return list(poll.options.all())


def test_the_picked_date_becomes_the_meeting_and_answers_to_it_become_rsvps(
    client, facilitator, member, circle, poll, dates
):
    fran, mel = facilitator.memberships.get(), member.memberships.get()
    ida, joe = make_membership(circle), make_membership(circle)
    for person, suits in [(mel, IF_NEED_BE), (ida, NO), (fran, YES)]:
        poll.answer(person, say_suits({dates[1].pk: suits}))
    poll.answer(fran, say_suits({dates[1].pk: YES}), comment="I bring a chair.")
    poll.answer(joe, say_suits({dates[0].pk: YES}))
    client.force_login(facilitator)

    pick(client, poll, dates[1], tell="on")

    meeting = circle.meetings.get()
    assert meeting.rsvps.get(membership=fran).comment == "I bring a chair."
    assert (meeting.starts_at, meeting.place, str(meeting)) == (
        dates[1].starts_at,
        "The library",
        "Potluck",
    )
    assert meeting.state == Meeting.State.SCHEDULED
    assert dict(meeting.rsvps.values_list("membership", "answer")) == {
        mel.pk: Rsvp.Answer.MAYBE,
        ida.pk: Rsvp.Answer.NO,
        fran.pk: Rsvp.Answer.YES,
    }
    assert Mail.objects.filter(kind=Mail.Kind.SCHEDULED, meeting=meeting).count() == 4


def test_it_may_become_a_draft_which_members_are_not_led_to(
    client, facilitator, member, circle, poll, dates
):
    client.force_login(facilitator)
    pick(client, poll, dates[0])
    client.force_login(member)

    page = page_of(client, poll)

    assert circle.meetings.get().is_draft
    assert "Your facilitator is working on the details." in page
    assert "/meetings/1/" not in page


def test_places_go_in_the_order_of_answering_and_a_changed_mind_goes_to_the_end(circle):
    people = [make_membership(circle) for _number in range(4)]
    poll = make_poll(circle, place="The library", capacity=2)
    date, other = poll.options.all()
    for person in people:
        poll.answer(person, say_suits({date.pk: YES, other.pk: YES}))
    poll.answer(people[1], say_suits({date.pk: YES, other.pk: NO}))
    poll.answer(people[0], say_suits({date.pk: NO}))
    poll.answer(people[0], say_suits({date.pk: YES}))

    meeting = poll.pick(date, tell=True)

    answers = meeting.rsvps.order_by("turn").values_list("membership", "answer")
    assert list(answers) == [
        (people[1].pk, Rsvp.Answer.YES),
        (people[2].pk, Rsvp.Answer.YES),
        (people[3].pk, Rsvp.Answer.WAITING),
        (people[0].pk, Rsvp.Answer.WAITING),
    ]


def test_who_has_left_takes_no_place(circle, facilitator, poll, dates):
    gone = make_membership(circle)
    poll.answer(gone, say_suits({dates[0].pk: YES}))
    gone.leave()

    meeting = poll.pick(dates[0], tell=True)

    assert not meeting.rsvps.exists()


def test_without_a_place_it_is_not_told_and_nothing_is_made(client, facilitator, circle):
    poll = make_poll(circle)
    client.force_login(facilitator)

    page = pick(client, poll, poll.options.first(), tell="on").content.decode()

    assert "Add a place or a video link" in page
    assert not circle.meetings.exists()
    assert circle.polls.get().is_undecided


def test_picking_again_says_that_another_date_was_picked(client, facilitator, poll, dates):
    client.force_login(facilitator)
    pick(client, poll, dates[0], tell="on")

    again = pick(client, poll, dates[1], tell="on").content.decode()

    assert "Someone already picked another date." in again
    assert Meeting.objects.get().starts_at == dates[0].starts_at


def test_a_past_date_is_not_picked(poll, dates):
    let_pass(poll)

    with pytest.raises(ValidationError, match="That date has passed"):
        poll.pick(poll.options.first(), tell=True)

    assert not Meeting.objects.exists()
