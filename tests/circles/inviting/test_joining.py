"""Joining a circle, by an invite link or by an email invitation."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from circles.models import Invitation
from tests.factories import make_membership, make_user


@pytest.fixture
def link(circle, facilitator):
    """Create an invitation and return the URL of its page."""

    def issue(**fields):
        _invitation, token = Invitation.objects.issue(circle, invited_by=facilitator, **fields)
        return f"/join/{token}/"

    return issue


def test_its_page_is_kept_in_no_cache_and_no_search_engine_and_told_to_no_other_site(client, link):
    for url in (link(), "/join/unknown/"):
        headers = client.get(url).headers

        assert "no-store" in headers["Cache-Control"]
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "same-origin"


def test_nobody_is_made_to_join_by_a_form_of_another_site(link, circle):
    forged = Client(enforce_csrf_checks=True)
    newcomer = make_user()
    forged.force_login(newcomer)

    forged.post(link())

    assert not circle.memberships.filter(user=newcomer).exists()


def test_who_comes_in_by_a_link_needs_the_mail_no_more(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    mailed = link(email=newcomer.email)
    client.force_login(newcomer)

    client.post(link())

    client.logout()
    assert client.get(mailed).status_code == 410


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
    assert "A facilitator reviews each request." in page


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

    assert "Join circle" in page
    assert circle.memberships.current().filter(user=newcomer).exists()


def test_who_was_removed_does_not_come_back_by_a_link_without_a_yes(client, link, circle, member):
    circle.memberships.get(user=member).leave()
    client.force_login(member)
    url = link()

    page = client.get(url).content.decode()
    client.post(url)

    assert "Request to join" in page
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

    url = link(email="someone.else@example.org")
    page = client.get(url).content.decode()
    out = client.post("/accounts/logout/", {"next": url})

    assert "This invitation was sent to someone.else@example.org" in page
    assert "Join as nora.newcomer@example.org" in " ".join(page.split())
    assert out.url == url
    assert "I have an account" in client.get(url).content.decode()


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
    assert "This link doesn’t work" in answer.content.decode()
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
