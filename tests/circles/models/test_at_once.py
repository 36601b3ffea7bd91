"""Many people act at the same moment: RSVP, withdraw, leave and join."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F
from django.utils import timezone

from circles.inviting.invite import invite_by_mail, remind
from circles.models import DatePoll, Invitation, Meeting, Rsvp
from circles.planning import rotation
from tests.factories import make_meeting, make_membership, make_poll, make_user, say_suits

YES, NO, WAITING = Rsvp.Answer.YES, Rsvp.Answer.NO, Rsvp.Answer.WAITING


# Takes seconds.
pytestmark = pytest.mark.slow


def at_once(people, do):
    """Let everyone do this at the same moment. Returns each one's result."""
    together = Barrier(len(people))

    def act(person):
        together.wait()
        try:
            return do(person)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(act, people))


@pytest.fixture
def fifty(transactional_db, circle):
    return [make_membership(circle, make_user()) for _number in range(50)]


@pytest.fixture
def full(circle, fifty):
    """A meeting with twelve spots, which all fifty want at the same moment."""
    meeting = make_meeting(circle, capacity=12)
    told = at_once(fifty, lambda person: Meeting.objects.get(pk=meeting.pk).answer(person, YES))
    assert [rsvp.answer for rsvp in told].count(YES) == 12
    return meeting


def in_order(meeting):
    """Every RSVP, in the order of answering."""
    return list(meeting.rsvps.order_by("turn").values_list("membership", "answer"))


def test_fifty_who_answer_at_once_share_twelve_places_in_order(full):
    turns = list(full.rsvps.order_by("turn").values_list("turn", flat=True))
    moments = list(full.rsvps.order_by("turn").values_list("answered_at", flat=True))

    assert [answer for _person, answer in in_order(full)] == [YES] * 12 + [WAITING] * 38
    assert turns == list(range(1, 51))
    assert moments == sorted(moments)


def test_each_withdrawal_moves_up_exactly_one(full, circle):
    before = in_order(full)

    for number, (person, _answer) in enumerate(before[:5], 1):
        full.answer(circle.memberships.get(pk=person), NO)
        given = dict(full.rsvps.values_list("membership", "answer"))
        assert [given[person] for person, _answer in before[number:]] == (
            [YES] * 12 + [WAITING] * (38 - number)
        )


def test_twelve_who_withdraw_at_once_move_up_the_next_twelve(full, circle):
    before = in_order(full)
    leaving = list(circle.memberships.filter(pk__in=[person for person, _answer in before[:12]]))

    at_once(leaving, lambda person: Meeting.objects.get(pk=full.pk).answer(person, NO))

    given = dict(full.rsvps.values_list("membership", "answer"))
    assert [given[person] for person, _answer in before] == [NO] * 12 + [YES] * 12 + [WAITING] * 26


def test_leaving_answering_and_more_places_at_once_never_seat_two_on_one_chair(full, circle):
    before = in_order(full)
    seated = [circle.memberships.get(pk=person) for person, _answer in before[:4]]
    meeting = Meeting.objects.get(pk=full.pk)
    meeting.capacity = 14

    at_once(
        [
            seated[0].leave,
            seated[1].leave,
            lambda: Meeting.objects.get(pk=full.pk).answer(seated[2], NO),
            lambda: Meeting.objects.get(pk=full.pk).answer(seated[3], NO),
            lambda: meeting.keep(["capacity"], calendars_hear=False),
        ],
        lambda act: act(),
    )

    given = dict(full.rsvps.values_list("membership", "answer"))
    assert full.rsvps.heads() == 14
    assert [given[person] for person, _answer in before[4:]] == [YES] * 14 + [WAITING] * 32


def test_two_who_follow_one_persons_invitation_at_once_do_not_both_come_in(
    transactional_db, circle, facilitator
):
    Invitation.objects.issue(circle, invited_by=facilitator, email="ann@example.org")

    def come_in(person):
        try:
            return circle.invitations.get().accept(person)
        except ValidationError:
            return None

    told = at_once([make_user(), make_user()], come_in)

    assert told.count(None) == 1
    assert circle.memberships.current().count() == 2


def test_a_button_pressed_twice_at_once_invites_once(
    transactional_db, circle, facilitator, mailoutbox
):
    sent = at_once(
        [facilitator] * 2, lambda user: invite_by_mail(circle, user, ["ann@example.org"])
    )

    assert sorted(sent) == [[], ["ann@example.org"]]
    assert circle.invitations.count() == 1


def test_reminding_twice_at_once_mails_once(transactional_db, circle, facilitator, mailoutbox):
    Invitation.objects.issue(circle, invited_by=facilitator, email="ann@example.org")
    circle.invitations.update(created_at=F("created_at") - timedelta(days=2))

    sent = at_once([None] * 2, lambda _nobody: remind(circle.invitations.due_a_reminder()))

    assert sorted(sent) == [[], ["ann@example.org"]]


def test_two_facilitators_who_pick_at_once_make_one_meeting(transactional_db, circle):
    poll = make_poll(circle, place="The library")
    people = [make_membership(circle) for _number in range(3)]
    for person in people:
        poll.answer(person, say_suits({option.pk: "yes" for option in poll.options.all()}))

    made = at_once(
        list(poll.options.all()),
        lambda option: DatePoll.objects.get(pk=poll.pk).pick(option, tell=True),
    )

    assert made[0] == made[1] == circle.meetings.get()
    assert made[0].rsvps.count() == 3


def test_all_who_say_at_once_what_suits_them_have_a_turn_each(transactional_db, circle):
    poll = make_poll(circle)
    people = [make_membership(circle) for _number in range(6)]
    option = poll.options.first()

    at_once(
        people,
        lambda who: DatePoll.objects.get(pk=poll.pk).answer(who, say_suits({option.pk: "yes"})),
    )

    turns = option.answers.order_by("turn").values_list("turn", flat=True)
    assert list(turns) == [1, 2, 3, 4, 5, 6]


def test_a_year_that_is_sent_twice_at_once_is_made_once(transactional_db, circle):
    now = timezone.now()
    starts = [now + timedelta(days=30 * number) for number in range(1, 7)]

    at_once(
        ["once", "twice"],
        lambda _time: Meeting.add_all(circle, [Meeting.plan(circle, starts_at=s) for s in starts]),
    )

    numbers = circle.meetings.order_by("starts_at").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5, 6]


def test_of_two_who_take_a_role_at_once_one_has_it(transactional_db, circle):
    meeting = make_meeting(circle)
    people = [make_membership(circle) for _number in range(4)]

    told = at_once(people, lambda person: rotation.take(meeting, person, "host"))

    meeting.refresh_from_db()
    assert told.count(True) == 1
    assert meeting.host == people[told.index(True)]
