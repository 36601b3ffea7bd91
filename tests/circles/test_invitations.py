"""The ways into a circle."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from circles.invitations import mail_invitation
from circles.models import Invitation
from circles.outbox import deliver
from tests.factories import make_membership, make_user

FORM = "/circles/maple-street/invitations/new/"
LIST = "/circles/maple-street/members/"


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
    deliver()

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
    deliver()

    assert [mail.to for mail in mailoutbox] == [["ann@example.org"], ["new@example.org"]]
    assert "In the circle already: member@example.org." in page
    assert "Invited already, and not answered yet: ann@example.org." in page


def test_the_mail_says_who_asks_and_carries_one_link_and_no_other_address(
    client, facilitator, member, mailoutbox
):
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org"})
    deliver()

    mail = mailoutbox[0]
    html = mail.alternatives[0].content
    assert mail.subject == "Fran Facilitator invites you to Maple Street"
    assert len(re.findall(r"/join/\S+/", mail.body)) == 1
    assert re.search(r'href="[^"]*/join/[^"]+/"', html)
    assert "member@example.org" not in mail.body + html


def test_the_inviter_sees_which_mails_are_on_their_way_and_which_have_gone(client, facilitator):
    client.force_login(facilitator)

    before = client.post(FORM, {"emails": "ann@example.org"}, follow=True).content.decode()
    deliver()
    after = client.get(LIST).content.decode()

    assert "An invitation is on its way to ann@example.org." in before
    assert "the mail is on its way" in before
    assert "mailed on" in after


def test_a_mail_that_is_sent_again_opens_the_same_door(client, facilitator, circle, mailoutbox):
    client.force_login(facilitator)
    client.post(FORM, {"emails": "ann@example.org"})
    deliver()

    mail_invitation(circle.invitations.get(), again=1)
    deliver()

    links = {re.search(r"/join/\S+/", mail.body)[0] for mail in mailoutbox}
    client.logout()
    assert len(mailoutbox) == 2
    assert client.get(links.pop()).status_code == 200
    assert not links


def test_a_mail_has_a_subject_of_one_line_whatever_the_circle_is_called(
    client, facilitator, circle, mailoutbox
):
    circle.name = "Maple\nStreet"
    circle.save()
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org"})
    deliver()

    assert mailoutbox[0].subject == "Fran Facilitator invites you to Maple Street"


def test_the_last_day_is_that_of_the_circles_own_calendar(circle):
    circle.time_zone = "America/Chicago"
    evening = datetime(2026, 12, 23, 20, tzinfo=ZoneInfo("America/Chicago"))

    assert Invitation(circle=circle, expires_at=evening).good_until == evening.date()


@pytest.mark.parametrize("typed", ["", "   ", " , ;\n"])
def test_sending_without_an_address_says_what_is_missing(client, facilitator, mailoutbox, typed):
    client.force_login(facilitator)

    response = client.post(FORM, {"emails": typed})

    assert response.context["form"].errors["emails"]
    assert mailoutbox == []


def test_more_addresses_than_an_evening_could_hold_are_refused_whole(
    client, facilitator, mailoutbox
):
    client.force_login(facilitator)

    typed = " ".join(f"person{number}@example.org" for number in range(51))
    page = client.post(FORM, {"emails": typed}).content.decode()

    assert "These are more than 50 addresses." in page
    assert "person50@example.org" in page
    assert mailoutbox == []


def test_an_address_too_long_to_be_one_is_refused(client, facilitator, mailoutbox):
    client.force_login(facilitator)

    page = client.post(FORM, {"emails": f"ann@{'a.' * 130}org"}).content.decode()

    assert "This does not look like an e-mail address" in page
    assert mailoutbox == []


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
        page = client.post(url, follow=True).content.decode()

    assert circle.memberships.waiting().count() == 2
    assert "A facilitator looks at each request." in page


def test_pressing_twice_is_accepting_once(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    client.force_login(newcomer)
    url = link(email=newcomer.email)

    answers = [client.post(url).url for _press in range(2)]

    assert answers == ["/circles/maple-street/"] * 2
    assert circle.memberships.filter(user=newcomer).count() == 1


def test_two_presses_at_once_let_the_person_in_once(link, circle):
    newcomer = make_user("Nora Newcomer")
    link(email=newcomer.email)
    first, second = circle.invitations.get(), circle.invitations.get()

    assert first.accept(newcomer) == second.accept(newcomer)


def test_who_came_in_by_a_mail_may_follow_its_link_again(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    client.force_login(newcomer)
    url = link(email=newcomer.email)
    client.post(url)

    assert client.get(url).url == "/circles/maple-street/"


def test_a_mailed_invitation_lets_in_who_asked_and_still_waits(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    circle.admit(newcomer, needs_approval=True)
    client.force_login(newcomer)
    url = link(email=newcomer.email)

    page = client.get(url).content.decode()
    client.post(url)

    assert "I agree; join the circle" in page
    assert circle.memberships.current().filter(user=newcomer).exists()


def test_who_was_removed_does_not_come_back_by_a_link_without_a_yes(client, link, circle, member):
    circle.memberships.get(user=member).leave()
    client.force_login(member)
    url = link()

    page = client.get(url).content.decode()
    client.post(url)

    assert "I agree; ask to join" in page
    assert circle.memberships.waiting().get().user == member


def test_who_was_removed_comes_back_by_an_invitation_of_their_own(client, link, circle, member):
    circle.memberships.get(user=member).leave()
    client.force_login(member)

    client.post(link(email=member.email))

    assert circle.memberships.current().filter(user=member).exists()


def test_a_visitor_cannot_accept(client, link, circle):
    make_membership(circle)
    url = link()

    answer = client.post(url)

    assert answer.url == f"/accounts/login/?next={url}"
    assert circle.memberships.count() == 2


def test_opening_an_invitation_changes_no_row_of_it(client, link, circle):
    url = link(email="ann@example.org")
    before = circle.invitations.values().get()

    client.get(url)

    assert circle.invitations.values().get() == before


def test_who_is_signed_in_with_another_address_is_told(client, link):
    client.force_login(make_user("Nora Newcomer"))

    page = client.get(link(email="someone.else@example.org")).content.decode()

    assert "The invitation went to someone.else@example.org" in page
    assert "/accounts/logout/?next=/join/" in page


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


@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_a_closed_link_tells_a_stranger_who_is_signed_in_nothing_either(
    client, link, outsider, state
):
    url = link()
    now = timezone.now()
    changes = {
        "revoked": {"revoked_at": now},
        "expired": {"created_at": now - timedelta(days=9), "expires_at": now - timedelta(days=1)},
    }
    Invitation.objects.update(**changes[state])
    client.force_login(outsider)

    for answer in (client.get(url), client.post(url)):
        assert answer.status_code == 410
        assert "Maple Street" not in answer.content.decode()


def test_a_facilitator_takes_an_invitation_back(client, facilitator, link, circle):
    url = link()
    client.force_login(facilitator)

    client.post(f"/circles/maple-street/invitations/{circle.invitations.get().pk}/revoke/")

    client.logout()
    assert client.get(url).status_code == 410
