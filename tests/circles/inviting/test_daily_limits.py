"""How many invitations go out in a day, and what their words may carry."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from circles.inviting.daily_limits import invite_within_limits
from circles.mail.delivery import deliver
from circles.models import Circle, Invitation, Mail, Membership, SentInvitation
from tests.circles.models.test_at_once import at_once
from tests.factories import make_circle, make_membership, make_user

FORM = "/circles/maple-street/invitations/new/"
REMIND = "/circles/maple-street/invitations/remind/"


def people(number, begin=0):
    return [f"person{each}@example.org" for each in range(begin, begin + number)]


def grow_old(user):
    user.date_joined = timezone.now() - timedelta(days=30)
    user.save()


def let_pass(time):
    for model in (SentInvitation, Mail):
        field = "sent_at" if model is SentInvitation else "created_at"
        model.objects.update(**{field: F(field) - time})
    Invitation.objects.update(created_at=F("created_at") - time)


@pytest.fixture
def fran(client, facilitator):
    client.force_login(facilitator)
    return facilitator


def test_a_new_account_invites_thirty_in_a_day(client, fran, mailoutbox):
    client.post(FORM, {"emails": " ".join(people(25)), "message": "Do come."})

    refused = client.post(FORM, {"emails": " ".join(people(6, 25)), "message": "Do come."})
    deliver()

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "In your first week, you can invite 30 people by email in 24 hours." in page
    assert re.search(r"You have 5 left. You can invite all of these people after \w+, ", page)
    assert "person30@example.org" in page and "Do come." in page
    assert len(mailoutbox) == 25
    assert client.post(FORM, {"emails": " ".join(people(5, 25))}).status_code == 302


def test_more_than_a_day_holds_is_never_promised(client, fran):
    refused = client.post(FORM, {"emails": " ".join(people(31))})

    assert refused.status_code == 422
    assert "You have 30 left. Invite the others on another day." in refused.content.decode()
    assert not Mail.objects.exists()


def test_an_older_account_invites_a_hundred(client, fran):
    grow_old(fran)
    statuses = [
        client.post(FORM, {"emails": " ".join(people(50, begin))}).status_code
        for begin in (0, 50, 100)
    ]

    assert statuses == [302, 302, 422]
    assert Mail.objects.count() == 100


def test_the_next_day_there_is_room_again(client, fran):
    client.post(FORM, {"emails": " ".join(people(30))})
    let_pass(timedelta(hours=25))

    assert client.post(FORM, {"emails": "ann@example.org"}).status_code == 302


def test_the_sum_is_over_all_circles_and_goes_on_when_a_circle_is_discarded(client, fran):
    other = make_circle().start(fran)
    invite_within_limits(other, fran, people(30))
    other.discard()

    assert client.post(FORM, {"emails": "ann@example.org"}).status_code == 422


def test_an_address_gets_three_a_day_whoever_invites(client, fran, mailoutbox):
    for _number in range(3):
        inviter = make_user()
        invite_within_limits(make_circle().start(inviter), inviter, ["ann@example.org"])

    refused = client.post(FORM, {"emails": "Ann@Example.org, bob@example.org"})
    deliver()

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "ann@example.org already got 3 invitations in the last 24 hours" in page
    assert "No invitations were sent." in page
    assert [mail.to for mail in mailoutbox] == [["ann@example.org"]] * 3


def test_taking_an_invitation_back_and_sending_it_again_counts(client, fran, circle):
    statuses = []
    for _number in range(4):
        statuses.append(client.post(FORM, {"emails": "ann@example.org"}).status_code)
        circle.invitations.latest("pk").revoke()

    assert statuses == [302, 302, 302, 422]


def test_reminders_count_too_and_go_out_all_or_none(client, fran, circle):
    client.post(FORM, {"emails": " ".join(people(20))})
    let_pass(timedelta(hours=30))
    client.post(FORM, {"emails": " ".join(people(15, 20))})

    refused = client.post(REMIND, follow=True).content.decode()

    assert "you can invite 30 people by email in 24 hours" in refused
    assert not circle.invitations.exclude(reminded_at=None).exists()


@pytest.mark.slow
def test_requests_at_once_share_what_is_left(transactional_db, circle, facilitator):
    def invite(begin):
        try:
            own = Circle.objects.get(pk=circle.pk)
            return len(invite_within_limits(own, facilitator, people(10, begin)))
        except ValidationError:
            return 0

    told = at_once([0, 10, 20, 30, 40], invite)

    assert sorted(told) == [0, 0, 10, 10, 10]
    assert Mail.objects.count() == 30


@pytest.mark.parametrize(
    "word",
    [
        "See https://example.com/x for more.",
        "HTTP://EXAMPLE.COM",
        "See www.example.com.",
        "Look at example.com/x",
        "Look at example.com",
        "bit.ly/3xyz",
        "evil.me",
        "Look at пример.рф/а",
        "Look at exam\u200bple.com",
        "ｅｘａｍｐｌｅ．ｃｏｍ",
        "10.0.0.1/x",
        "ftp://example.org",
    ],
)
def test_a_message_with_a_link_is_refused_and_stays(client, fran, word):
    refused = client.post(FORM, {"emails": "ann@example.org", "message": word})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Leave out the link" in page
    assert "ann@example.org" in page
    assert refused.context["form"]["message"].value() == word
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    "word",
    [
        "We begin at 7.30 p.m., e.g. with tea and/or cake.",
        "Write to me: fran@example.org.",
        "Dr. J. Smith comes too.Bring cake.It helps.",
        "Read the St. Louis report, pp. 3-5; it costs 2.50.",
    ],
)
def test_words_without_a_link_go_through(client, fran, word):
    assert client.post(FORM, {"emails": "ann@example.org", "message": word}).status_code == 302


def test_no_word_of_a_circle_brings_a_link_to_those_who_are_invited(client, fran, mailoutbox):
    client.post(FORM, {"emails": "ann@example.org", "message": "Do come."})
    Circle.objects.update(
        name="Go to evil.com/a", purpose="See https://evil.com/b", cadence="www.evil.com/c"
    )
    Invitation.objects.update(message="See evil.com/d")
    fran.display_name = "evil.com/e"
    fran.save()
    deliver()

    mail = mailoutbox[0]
    assert mail.subject == "You’re invited to a discussion circle"
    assert "evil" not in mail.subject + mail.body + mail.alternatives[0].content


@pytest.mark.parametrize("name", ["Visit www.example.com", "Visit example.com/now"])
def test_a_name_takes_no_link(client, fran, name):
    answers = [
        client.post("/circles/new/", {"name": name, "privacy": "recorded"}),
        client.post("/accounts/profile/", {"display_name": name}),
    ]

    for answer in answers:
        assert answer.status_code in (200, 422)
        assert "A name can’t include a link" in answer.content.decode()


def test_a_new_facilitators_reminder_of_one_is_free(client, fran, circle):
    make_membership(circle, role=Membership.Role.FACILITATOR)
    client.post(FORM, {"emails": "ann@example.org"})
    let_pass(timedelta(hours=30))

    client.post(REMIND)

    assert circle.invitations.get().reminded_at
