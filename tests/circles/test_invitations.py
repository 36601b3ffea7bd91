"""The ways into a circle."""

import re
from datetime import timedelta

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from circles.models import Invitation
from tests.factories import make_user

FORM = "/circles/maple-street/invitations/new/"
LIST = "/circles/maple-street/members/"


class DeadServer(BaseEmailBackend):
    def send_messages(self, messages):
        raise OSError("nobody there")


@pytest.fixture
def link(circle, facilitator):
    """Makes an invitation; gives the address of its page."""

    def issue(**fields):
        _invitation, token = Invitation.objects.issue(circle, invited_by=facilitator, **fields)
        return f"/join/{token}/"

    return issue


def test_many_addresses_are_taken_as_mail_programs_write_them(
    client, facilitator, mailoutbox, circle
):
    client.force_login(facilitator)

    client.post(
        FORM,
        {"emails": "Ann Lee <Ann@Example.org>, bob@example.org\ncy@example.org bob@example.org"},
    )

    assert [mail.to for mail in mailoutbox] == [
        *(["ann@example.org"], ["bob@example.org"], ["cy@example.org"])
    ]
    assert circle.invitations.open().count() == 3


def test_one_wrong_address_is_named_and_nothing_is_sent(client, facilitator, mailoutbox, circle):
    client.force_login(facilitator)

    page = client.post(FORM, {"emails": "ann@example.org, bob.example.org"}).content.decode()

    assert "This does not look like an e-mail address: bob.example.org." in page
    assert "ann@example.org" in page
    assert (mailoutbox, circle.invitations.count()) == ([], 0)


def test_members_and_those_already_invited_are_named_and_left_out(
    client, facilitator, member, mailoutbox
):
    client.force_login(facilitator)
    client.post(FORM, {"emails": "ann@example.org"})

    page = client.post(
        FORM, {"emails": "member@example.org ann@example.org new@example.org"}, follow=True
    ).content.decode()

    assert [mail.to for mail in mailoutbox] == [["ann@example.org"], ["new@example.org"]]
    assert "In the circle already: member@example.org." in page
    assert "Invited already, and not answered yet: ann@example.org." in page


def test_the_mail_says_who_asks_and_carries_one_link_and_no_other_address(
    client, facilitator, member, mailoutbox
):
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org"})

    mail = mailoutbox[0]
    html = mail.alternatives[0].content
    assert mail.subject == "Fran Facilitator invites you to Maple Street"
    assert len(re.findall(r"/join/\S+/", mail.body)) == 1
    assert re.search(r'href="[^"]*/join/[^"]+/"', html)
    assert "member@example.org" not in mail.body + html


def test_what_the_mail_server_refuses_is_said_and_can_be_sent_again(
    client, facilitator, circle, settings
):
    settings.EMAIL_BACKEND = "tests.circles.test_invitations.DeadServer"
    client.force_login(facilitator)

    page = client.post(FORM, {"emails": "ann@example.org"}, follow=True).content.decode()

    assert "The mail could not be sent to ann@example.org." in page
    assert not circle.invitations.open().exists()


def test_a_link_is_shown_once_and_only_its_hash_is_kept(client, facilitator):
    client.force_login(facilitator)

    first = client.post("/circles/maple-street/invitations/link/", follow=True).content.decode()
    second = client.get(LIST).content.decode()

    token = re.search(r"/join/([^/]+)/", first)[1]
    assert token not in second
    assert Invitation.objects.by_token(token).exists()
    assert token not in str(list(Invitation.objects.values()))


def test_a_signed_in_person_accepts_with_one_press(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    client.force_login(newcomer)
    url = link(email=newcomer.email)

    client.get(url)
    before = circle.memberships.filter(user=newcomer).exists()
    client.post(url)

    assert not before
    assert circle.memberships.current().filter(user=newcomer).exists()


def test_a_mailed_invitation_is_good_for_one_person_once(client, link, circle):
    url = link(email="ann@example.org")
    client.force_login(make_user())
    client.post(url)
    late = make_user("Lee Late")
    client.force_login(late)

    answer = client.post(url)

    assert answer.status_code == 410
    assert not circle.memberships.filter(user=late).exists()


def test_a_link_lets_in_many_and_makes_them_wait_if_it_is_so_meant(client, link, circle):
    url = link(needs_approval=True)
    for _number in range(2):
        client.force_login(make_user())
        page = client.post(url).content.decode()

    assert circle.memberships.waiting().count() == 2
    assert "A facilitator looks at each request." in page


def test_who_is_signed_in_with_another_address_is_told(client, link):
    client.force_login(make_user("Nora Newcomer"))

    page = client.get(link(email="someone.else@example.org")).content.decode()

    assert "The invitation went to someone.else@example.org" in page


def test_who_is_in_already_is_led_to_the_circle(client, link, member):
    client.force_login(member)

    assert client.get(link()).url == "/circles/maple-street/"


def test_a_visitor_is_shown_the_circle_and_two_ways_to_go_on(client, link):
    url = link(email="ann@example.org")

    page = client.get(url).content.decode()

    assert "Maple Street" in page
    assert f"/accounts/signup/?next={url}" in page
    assert f"/accounts/login/?next={url}" in page
    assert client.get("/accounts/signup/").status_code == 200


@pytest.mark.parametrize("state", ["unknown", "revoked", "used", "expired"])
def test_a_link_that_is_closed_says_so_and_tells_nothing_of_the_circle(client, link, state):
    url = link(email="ann@example.org")
    now = timezone.now()
    changes = {
        "unknown": {"token_hash": "0" * 64},
        "revoked": {"revoked_at": now},
        "used": {"accepted_at": now},
        "expired": {"created_at": now - timedelta(days=9), "expires_at": now - timedelta(days=1)},
    }
    Invitation.objects.update(**changes[state])

    answer = client.get(url)

    assert answer.status_code == 410
    assert "This link does not open any more" in answer.content.decode()
    assert "Maple Street" not in answer.content.decode()


def test_a_facilitator_takes_an_invitation_back(client, facilitator, link, circle):
    url = link()
    client.force_login(facilitator)

    client.post(f"/circles/maple-street/invitations/{circle.invitations.get().pk}/revoke/")

    client.logout()
    assert client.get(url).status_code == 410
