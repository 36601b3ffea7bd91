"""Members of a circle: roles, handing over, leaving."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from circles.models import Circle, Membership
from tests.factories import make_meeting, make_membership, make_note, make_user

LIST = "/circles/maple-street/members/"


@pytest.fixture
def ours(circle, facilitator, member):
    return [circle.memberships.get(user=user) for user in (facilitator, member)]


def test_a_facilitator_hands_over_and_steps_back(client, facilitator, ours):
    client.force_login(facilitator)

    client.post(f"{LIST}{ours[1].pk}/role/", {"role": "facilitator"})
    client.post(f"{LIST}{ours[0].pk}/role/", {"role": "member"})

    roles = [Membership.objects.get(pk=m.pk).is_facilitator for m in ours]
    assert roles == [False, True]


@pytest.mark.parametrize(
    "path", ["members/{pk}/role/", "members/{pk}/remove/", "leave/"], ids=["back", "out", "leave"]
)
def test_the_only_facilitator_stays_and_is_told_what_to_do(client, facilitator, ours, path):
    client.force_login(facilitator)

    url = f"/circles/maple-street/{path.format(pk=ours[0].pk)}"
    page = client.post(url, {"role": "member"}, follow=True)

    ours[0].refresh_from_db()
    assert ours[0].is_facilitator
    assert ours[0].left_at is None
    assert "Make someone else a facilitator first." in page.content.decode()


def test_who_leaves_sees_nothing_more_and_leaves_promises_to_the_circle(
    client, member, ours, circle
):
    meeting = make_meeting(circle)
    action = meeting.action_items.create(text="Ask the library", owner=ours[1])
    client.force_login(member)

    client.post("/circles/maple-street/leave/")

    action.refresh_from_db()
    assert action.owner is None
    assert client.get("/circles/maple-street/").status_code == 404


def test_who_left_and_comes_back_is_the_same_member_again(circle, facilitator, member, ours):
    ours[1].leave()

    back = circle.admit(member)

    assert (back.pk, back.left_at) == (ours[1].pk, None)


def test_who_is_removed_is_out_and_what_they_wrote_stays(client, facilitator, ours, circle):
    note = make_note(make_meeting(circle), ours[1].user)
    client.force_login(facilitator)

    client.post(f"{LIST}{ours[1].pk}/remove/")

    note.refresh_from_db()
    assert note.deleted_at is None
    assert ours[1] not in circle.memberships.current()


def test_who_asks_to_come_in_sees_nothing_until_a_facilitator_says_yes(client, facilitator, circle):
    newcomer = make_user("Nora Newcomer")
    asking = circle.admit(newcomer, needs_approval=True)
    client.force_login(newcomer)
    before = client.get("/circles/maple-street/").status_code
    client.force_login(facilitator)
    client.post(f"{LIST}{asking.pk}/approve/", {"answer": "yes"})
    client.force_login(newcomer)

    assert (before, client.get("/circles/maple-street/").status_code) == (404, 200)


def test_who_is_not_let_in_stays_out(client, facilitator, circle):
    asking = circle.admit(make_user(), needs_approval=True)
    client.force_login(facilitator)

    client.post(f"{LIST}{asking.pk}/approve/", {"answer": "no"})

    assert asking not in circle.memberships.current()
    assert asking not in circle.memberships.waiting()


def test_only_facilitators_see_addresses(client, facilitator, member):
    pages = []
    for person in (facilitator, member):
        client.force_login(person)
        pages.append("member@example.org" in client.get(LIST).content.decode())

    assert pages == [True, False]


def test_nobody_is_twice_in_a_circle(circle, member):
    with pytest.raises(IntegrityError):
        make_membership(circle, member)


def test_the_rule_holds_for_the_verbs_themselves(ours):
    for verb in (ours[0].leave, ours[0].make_member):
        with pytest.raises(ValidationError):
            verb()


def test_who_was_made_facilitator_meanwhile_cannot_leave_as_the_only_one(circle, ours):
    """They opened the page as a member, but became the only facilitator before they left."""
    seen_before = circle.memberships.get(pk=ours[1].pk)
    ours[1].make_facilitator()
    ours[0].make_member()

    with pytest.raises(ValidationError):
        seen_before.leave()

    assert circle.memberships.facilitators().get() == ours[1]


def test_two_facilitators_who_remove_each_other_do_not_both_go(circle, ours):
    ours[1].make_facilitator()
    ours[1].leave()

    with pytest.raises(ValidationError):
        circle.memberships.get(pk=ours[0].pk).leave()


def test_who_has_left_meanwhile_is_made_nothing_any_more(circle, ours):
    seen_before = circle.memberships.get(pk=ours[1].pk)
    ours[1].leave()

    with pytest.raises(ValidationError):
        seen_before.make_facilitator()


def test_a_facilitator_whose_account_is_closed_does_not_count(circle, ours):
    ours[1].make_facilitator()
    ours[1].user.is_active = False
    ours[1].user.save()

    with pytest.raises(ValidationError):
        ours[0].make_member()


def test_the_only_facilitator_who_wants_to_leave_is_shown_whom_to_hand_over_to(
    client, facilitator, member, ours
):
    client.force_login(facilitator)

    page = client.get("/circles/maple-street/leave/").content.decode()
    handed_over = client.post(
        f"{LIST}{ours[1].pk}/role/", {"role": "facilitator", "leaving": "on"}, follow=True
    ).content.decode()

    assert "Who will take over for you?" in page
    assert "Mel Member" in page
    assert "Leave “Maple Street”?" in handed_over


def test_the_last_person_stays_with_what_the_circle_kept(client, facilitator, circle):
    make_meeting(circle)
    client.force_login(facilitator)

    page = client.get("/circles/maple-street/leave/").content.decode()
    client.post("/circles/maple-street/leave/")

    assert "You’re the last one here" in page
    assert circle.memberships.facilitators().get().user == facilitator


def test_the_one_person_in_a_circle_never_used_takes_it_along(client, facilitator, circle):
    client.force_login(facilitator)

    page = client.get("/circles/maple-street/leave/").content.decode()
    client.post("/circles/maple-street/leave/")

    assert "leaving deletes the circle." in page
    assert not Circle.objects.filter(pk=circle.pk).exists()


def test_a_circle_that_someone_asks_to_join_is_not_taken_along(facilitator, circle):
    circle.admit(make_user(), needs_approval=True)

    with pytest.raises(ValidationError):
        circle.discard()


def test_leaving_makes_room_at_a_coming_meeting(circle, ours):
    meeting = make_meeting(circle, capacity=1)
    for membership in (ours[1], ours[0]):
        meeting.answer(membership, "yes")

    ours[1].leave()

    assert meeting.rsvps.get().answer == "yes"


def test_the_second_of_two_answers_to_who_asks_changes_nothing(client, facilitator, circle):
    asking = circle.admit(make_user("Nora Newcomer"), needs_approval=True)
    client.force_login(facilitator)
    client.post(f"{LIST}{asking.pk}/approve/", {"answer": "yes"})

    page = client.post(f"{LIST}{asking.pk}/approve/", {"answer": "no"}, follow=True)

    assert "Nora Newcomer’s request was already answered." in page.content.decode()
    assert asking in circle.memberships.current()


def test_the_list_asks_as_many_questions_of_many_as_of_few(client, facilitator, circle):
    client.force_login(facilitator)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    few = queries()
    for _number in range(4):
        make_membership(circle, make_user())

    assert queries() == few
