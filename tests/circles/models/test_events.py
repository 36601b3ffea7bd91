"""Who changed what in a circle: recorded with the change, and shown to its members."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from circles.models import Circle, CircleEvent, Invitation, Membership
from tests.factories import make_circle, make_meeting, make_membership, make_note, make_user

SAID = "What Mel said at the table"


@pytest.fixture
def fran(client, facilitator):
    client.force_login(facilitator)
    return client


def told(circle):
    """The sentences of a circle's list, newest first."""
    return [event.sentence for event in circle.events.with_people()]


def post(client, route, circle, *arguments, **fields):
    return client.post(reverse(f"circles:{route}", args=[circle.slug, *arguments]), fields)


def settings_of(client, circle, **changed):
    form = client.get(reverse("circles:circle_edit", args=[circle.slug])).context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in (fields | changed).items()}


def save_settings(client, circle, **changed):
    return post(client, "circle_edit", circle, **settings_of(client, circle, **changed))


def test_who_starts_a_circle_is_told_once(facilitator):
    circle = Circle(name="Elm Street").start(facilitator)

    assert told(circle) == ["Fran Facilitator started the circle."]


def test_a_change_of_role_is_told(fran, circle, member):
    membership = circle.memberships.get(user=member)

    post(fran, "member_role", circle, membership.pk, role="facilitator")
    post(fran, "member_role", circle, membership.pk, role="facilitator")
    post(fran, "member_role", circle, membership.pk, role="member")

    assert told(circle) == [
        "Fran Facilitator changed Mel Member from a facilitator back to a member.",
        "Fran Facilitator made Mel Member a facilitator.",
    ]


def test_handing_a_circle_over_is_told_step_by_step(fran, circle, facilitator, member):
    theirs = circle.memberships.get(user=member)
    own = circle.memberships.get(user=facilitator)

    post(fran, "member_role", circle, theirs.pk, role="facilitator", leaving="yes")
    post(fran, "member_role", circle, own.pk, role="member")
    post(fran, "circle_leave", circle)

    assert told(circle) == [
        "Fran Facilitator left the circle.",
        "Fran Facilitator stepped down as facilitator.",
        "Fran Facilitator made Mel Member a facilitator.",
    ]


def test_a_change_that_is_refused_is_not_told(fran, circle, facilitator, member):
    own = circle.memberships.get(user=facilitator)

    post(fran, "member_role", circle, own.pk, role="member")
    post(fran, "circle_leave", circle)

    assert Circle.objects.filter(pk=circle.pk, memberships__role=2).exists()
    assert told(circle) == []


def test_who_leaves_and_who_is_removed_is_told(client, fran, circle, member):
    nora = make_membership(circle, make_user("Nora Newcomer"))

    post(fran, "member_remove", circle, nora.pk)
    post(fran, "member_remove", circle, nora.pk)
    client.force_login(member)
    post(client, "circle_leave", circle)

    assert told(circle) == [
        "Mel Member left the circle.",
        "Fran Facilitator removed Nora Newcomer from the circle.",
    ]


def test_requests_to_join_are_told_without_the_name_of_who_is_declined(fran, circle):
    nora = circle.admit(make_user("Nora Newcomer"), needs_approval=True)
    bob = circle.admit(make_user("Bob Barker"), needs_approval=True)

    post(fran, "member_approve", circle, nora.pk)
    post(fran, "member_approve", circle, bob.pk, answer="no")
    post(fran, "member_approve", circle, bob.pk, answer="no")

    assert told(circle) == [
        "Fran Facilitator declined a request to join.",
        "Fran Facilitator approved a request to join from Nora Newcomer.",
    ]
    assert not CircleEvent.objects.filter(person=bob.user).exists()


def test_emailed_invitations_are_told_by_their_number_and_without_addresses(fran, circle):
    post(fran, "invitation_create", circle, emails="a@example.org, b@example.org")
    post(fran, "invitation_create", circle, emails="c@example.org", message=SAID)
    post(fran, "invitation_create", circle, emails="c@example.org")
    invitation = Invitation.objects.get(email="c@example.org")
    post(fran, "invitation_revoke", circle, invitation.pk)
    post(fran, "invitation_revoke", circle, invitation.pk)

    assert told(circle) == [
        "Fran Facilitator canceled an emailed invitation.",
        "Fran Facilitator invited 1 person by email.",
        "Fran Facilitator invited 2 people by email.",
    ]
    assert "@" not in json.dumps(list(CircleEvent.objects.values_list("details", flat=True)))


def test_a_link_that_is_made_replaced_and_turned_off_is_told(fran, circle):
    post(fran, "invitation_link_create", circle, days=30)
    post(fran, "invitation_replace", circle, Invitation.objects.get().pk)
    newest = Invitation.objects.links().open().get()
    post(fran, "invitation_revoke", circle, newest.pk)

    assert told(circle) == [
        "Fran Facilitator turned off an invite link.",
        "Fran Facilitator replaced an invite link with a new one.",
        "Fran Facilitator created an invite link.",
    ]


def test_an_invited_person_who_declines_is_not_told_to_the_circle(circle, facilitator):
    invitation, _token = Invitation.objects.issue(
        circle, invited_by=facilitator, email="ann@example.org"
    )

    invitation.revoke()

    assert told(circle) == []


@pytest.mark.parametrize("was", ["new", "left", "waiting"])
def test_who_comes_in_is_told_once(circle, facilitator, was):
    ann = make_user("Ann Arbor")
    if was == "left":
        make_membership(circle, ann).leave()
    if was == "waiting":
        circle.admit(ann, needs_approval=True)
    before = len(told(circle))
    invitation, _token = Invitation.objects.issue(circle, invited_by=facilitator, email=ann.email)

    invitation.accept(ann)
    circle.admit(ann)

    assert told(circle)[: -before or None] == ["Ann Arbor joined the circle."]


def test_a_change_of_privacy_and_name_is_told_with_both_values(fran, circle):
    save_settings(fran, circle, privacy="recorded", name="Elm Street")

    assert told(circle) == [
        "Fran Facilitator changed the circle’s name from “Maple Street” to “Elm Street.”",
        "Fran Facilitator changed the privacy setting from “Off the record” to “Notes with "
        "names.” Earlier notes aren’t affected.",
    ]


def test_other_settings_are_told_by_their_names_alone(fran, circle):
    save_settings(fran, circle, purpose=SAID, agreements=SAID, usual_place=SAID)

    assert told(circle) == [
        "Fran Facilitator changed these settings: purpose, agreements, usual place."
    ]
    assert SAID not in json.dumps(list(CircleEvent.objects.values_list("details", flat=True)))


def test_settings_that_stay_as_they_are_are_not_told(fran, circle):
    assert save_settings(fran, circle).status_code == 302

    assert told(circle) == []


def test_every_setting_has_a_name(circle):
    from circles.forms.circles import CircleForm

    known = set(CircleEvent.SETTING_NAMES) | set(CircleEvent.QUOTED)

    assert set(CircleForm.Meta.fields) <= known


def test_every_kind_has_a_sentence(circle, facilitator, member):
    values = {CircleEvent.Kind.RETENTION: {"before": 12, "after": None}}
    for kind in CircleEvent.Kind:
        details = {"number": 2, "before": "a", "after": "b"} | values.get(kind, {})
        event = CircleEvent.objects.record(circle, kind, by=facilitator, person=member, **details)
        assert "Fran Facilitator" in event.sentence
        assert event.sentence.endswith((".", ".”"))
        assert "%" not in event.sentence


@pytest.mark.django_db(transaction=True)
def test_a_change_and_its_entry_are_saved_together_or_not_at_all(
    circle, facilitator, member, monkeypatch
):
    def refuse(*_arguments, **_fields):
        raise IntegrityError

    monkeypatch.setattr(CircleEvent, "save", refuse)
    membership = circle.memberships.get(user=member)
    ann = make_user()
    asking = circle.memberships.create(user=make_user(), approved_at=None)
    link, _token = Invitation.objects.issue(circle, invited_by=facilitator)
    renamed = Circle.objects.get(pk=circle.pk)
    renamed.name = "Elm"
    changes = [
        lambda: membership.make_facilitator(by=facilitator),
        lambda: membership.leave(by=facilitator),
        lambda: asking.approve(by=facilitator),
        lambda: asking.decline(by=facilitator),
        lambda: circle.admit(ann),
        lambda: link.revoke(by=facilitator),
        lambda: Invitation.objects.issue_link(circle, invited_by=facilitator),
        lambda: renamed.keep(["name"], by=facilitator),
        lambda: Circle(name="New").start(facilitator),
    ]
    for change in changes:
        with pytest.raises(IntegrityError):
            change()

    assert list(Circle.objects.values_list("name", flat=True)) == ["Maple Street"]
    assert set(circle.memberships.values_list("user", "role", "left_at")) == {
        (facilitator.pk, Membership.Role.FACILITATOR, None),
        (member.pk, Membership.Role.MEMBER, None),
        (asking.user_id, Membership.Role.MEMBER, None),
    }
    assert not Membership.objects.filter(pk=asking.pk).exclude(approved_at=None).exists()
    assert Invitation.objects.open().count() == 1


def test_who_has_no_account_anymore_is_not_named(circle, facilitator):
    ann, bob = make_user("Ann Arbor"), make_user("Bob Barker")
    CircleEvent.objects.record(circle, CircleEvent.Kind.LEFT, by=ann)
    CircleEvent.objects.record(circle, CircleEvent.Kind.REMOVED, by=facilitator, person=bob)

    ann.delete()
    bob.delete()

    assert told(circle) == [
        "Fran Facilitator removed someone who deleted their account from the circle.",
        "Someone left the circle.",
    ]


# --- The page ---


def test_every_member_sees_the_list_and_finds_it(client, circle, facilitator, member):
    circle.memberships.get(user=member).make_facilitator(by=facilitator)
    circle.memberships.get(user=member).make_member(by=facilitator)
    client.force_login(member)
    url = reverse("circles:event_list", args=[circle.slug])

    assert url in client.get(reverse("circles:member_list", args=[circle.slug])).text
    page = client.get(url).text
    first = page.index("from a facilitator back to a member")
    assert first < page.index("made Mel Member a facilitator")


def test_who_has_left_sees_the_list_no_more(client, circle, facilitator, member):
    client.force_login(member)
    circle.memberships.get(user=member).leave()

    assert client.get(reverse("circles:event_list", args=[circle.slug])).status_code == 404


def test_a_long_list_comes_in_pages(client, circle, facilitator):
    for _number in range(60):
        CircleEvent.objects.record(circle, CircleEvent.Kind.LINK_MADE, by=facilitator)
    client.force_login(facilitator)
    url = reverse("circles:event_list", args=[circle.slug])

    first, second = client.get(url), client.get(url, {"page": 2})

    assert first.text.count("created an invite link") == 50
    assert second.text.count("created an invite link") == 10
    for odd in ("x", "0", "-1", "9" * 5000, "1.5"):
        assert client.get(url, {"page": odd}).status_code == 200


def test_the_list_of_another_circle_is_its_own(client, circle, facilitator):
    other = make_circle()
    CircleEvent.objects.record(other, CircleEvent.Kind.LINK_MADE, by=make_user())
    client.force_login(facilitator)

    page = client.get(reverse("circles:event_list", args=[circle.slug])).text

    assert "No changes yet." in page


def test_nothing_that_is_said_is_in_the_list(fran, circle, facilitator, member):
    meeting = make_meeting(circle, title=SAID)
    note = make_note(meeting, facilitator, text=SAID)
    post(fran, "note_delete", circle, meeting.number, note.pk)
    post(fran, "meeting_cancel", circle, meeting.number)
    post(fran, "action_create", circle, meeting.number, text=SAID)

    assert not circle.events.exists()


def test_a_deleted_circle_takes_its_list_along(facilitator):
    circle = Circle(name="Elm Street").start(facilitator)

    circle.discard()

    assert not CircleEvent.objects.exists()


def test_a_member_who_steps_back_again_is_not_told(circle, facilitator, member):
    membership = circle.memberships.get(user=member)

    membership.make_member()

    assert told(circle) == []
    with pytest.raises(ValidationError), transaction.atomic():
        circle.memberships.get(user=facilitator).make_member()
