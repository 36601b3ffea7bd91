"""What an invitation opens for someone without an account: once, while it is open."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.models import User
from circles.models import Invitation
from tests.circles.models.test_at_once import at_once

SIGN_UP = "/accounts/signup/"


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    """Clear the counts of attempts, which are in the cache."""
    cache.clear()


@pytest.fixture
def link(circle, facilitator):
    def issue(**fields):
        _invitation, token = Invitation.objects.issue(circle, invited_by=facilitator, **fields)
        return f"/join/{token}/"

    return issue


def sign_up(client, email):
    return client.post(SIGN_UP, {"display_name": "Una", "email": email})


def made():
    """The addresses of all accounts but the facilitator's."""
    return sorted(
        User.objects.exclude(email="facilitator@example.org").values_list("email", flat=True)
    )


def is_signed_in(client):
    return "_auth_user_id" in client.session


def let_pass(monkeypatch, time):
    """The same moment for all that asks, this much later."""
    later = timezone.now() + time
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)


@pytest.mark.parametrize("email", ["una@example.org", ""])
def test_what_was_revoked_after_it_was_opened_makes_no_account(client, link, circle, email):
    client.get(link(email=email))
    circle.invitations.get().revoke()

    answers = [client.get(SIGN_UP), sign_up(client, "una@example.org")]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "This invitation was canceled." in answers[1].content.decode()
    assert made() == []
    assert not is_signed_in(client)


@pytest.mark.parametrize("email", ["una@example.org", ""])
def test_what_has_expired_since_makes_no_account(client, link, circle, email):
    client.get(link(email=email))
    circle.invitations.update(
        created_at=F("created_at") - timedelta(days=40),
        expires_at=F("expires_at") - timedelta(days=40),
    )

    assert sign_up(client, "una@example.org").status_code == 410
    assert made() == []


def test_what_someone_used_since_makes_no_account(client, link, circle, outsider):
    client.get(link(email="una@example.org"))
    circle.invitations.get().accept(outsider)

    assert sign_up(client, "una@example.org").status_code == 410
    assert made() == ["outsider@example.org"]


def test_three_browsers_with_one_persons_invitation_make_one_account(link):
    url = link(email="una@example.org")
    browsers = [Client() for _number in range(3)]
    for browser in browsers:
        browser.get(url)

    answers = [sign_up(browser, f"una{n}@example.org") for n, browser in enumerate(browsers)]

    assert [answer.status_code for answer in answers] == [302, 410, 410]
    assert "Someone already created an account with this invitation." in answers[1].content.decode()
    assert made() == ["una0@example.org"]
    assert "I’m new here" not in Client().get(url).content.decode()


@pytest.mark.slow
def test_of_two_who_sign_up_at_once_with_one_persons_invitation_one_does(
    transactional_db, link, mailoutbox
):
    url = link(email="una@example.org")
    browsers = [Client() for _number in range(2)]
    for browser in browsers:
        browser.get(url)

    told = at_once(
        [0, 1], lambda number: sign_up(browsers[number], f"una{number}@example.org").status_code
    )

    assert sorted(told) == [302, 410]
    assert len(made()) == 1


@pytest.mark.slow
def test_two_who_sign_up_at_once_with_one_address_make_one_account(
    transactional_db, link, mailoutbox
):
    url = link()
    browsers = [Client() for _number in range(2)]
    for browser in browsers:
        browser.get(url)

    told = at_once(browsers, lambda browser: sign_up(browser, "una@example.org").status_code)

    # The second code to one address has to wait a little.
    assert 302 in told and set(told) <= {302, 429}
    assert made() == ["una@example.org"]


def test_a_link_for_many_makes_an_account_for_each(link):
    url = link()
    for number in range(3):
        browser = Client()
        browser.get(url)
        sign_up(browser, f"una{number}@example.org")

    assert len(made()) == 3


def test_a_slow_reader_gets_in_with_a_code(client, link, monkeypatch, mailoutbox):
    client.get(link(email="una@example.org"))
    let_pass(monkeypatch, timedelta(hours=2))

    answer = sign_up(client, "una@example.org")

    assert answer.url == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    assert mailoutbox[0].to == ["una@example.org"]
    assert made() == ["una@example.org"]


def test_within_the_hour_the_mail_is_proof_enough(client, link, monkeypatch, mailoutbox):
    client.get(link(email="una@example.org"))
    let_pass(monkeypatch, timedelta(minutes=50))

    sign_up(client, "una@example.org")

    assert is_signed_in(client)
    assert mailoutbox == []


def test_after_a_day_the_link_has_to_be_opened_again(client, link, monkeypatch):
    url = link(email="una@example.org")
    client.get(url)
    let_pass(monkeypatch, timedelta(days=2))

    assert "Full Circle is by invitation" in client.get(SIGN_UP).content.decode()
    client.get(url)
    assert sign_up(client, "una@example.org").status_code == 302


def test_an_account_that_nobody_claimed_makes_way_after_an_hour(client, link, monkeypatch):
    url = link(email="una@example.org")
    client.get(url)
    sign_up(client, "uan@example.org")
    let_pass(monkeypatch, timedelta(hours=2))
    later = Client()
    later.get(url)

    answer = sign_up(later, "una@example.org")

    assert answer.url == url
    assert made() == ["una@example.org"]


def test_an_account_that_was_claimed_never_makes_way(client, link, monkeypatch):
    url = link(email="una@example.org")
    client.get(url)
    sign_up(client, "una@example.org")
    let_pass(monkeypatch, timedelta(hours=2))
    later = Client()
    later.get(url)

    assert sign_up(later, "other@example.org").status_code == 410
    assert made() == ["una@example.org"]


def test_a_forged_cookie_opens_nothing(client, link):
    token = link(email="una@example.org").split("/")[2]
    client.cookies["invitation"] = token

    assert "Full Circle is by invitation" in client.get(SIGN_UP).content.decode()


def test_a_proof_in_a_session_of_an_earlier_version_counts_no_more(client, link):
    client.get(link())
    session = client.session
    session["account_verified_email"] = "una@example.org"
    session.save()

    sign_up(client, "una@example.org")

    assert not is_signed_in(client)


def test_the_form_knows_the_name_and_the_address_of_the_invitation(client, link):
    client.get(link(email="una@example.org", name="Una Day"))

    page = client.get(SIGN_UP).content.decode()

    assert 'value="Una Day"' in page
    assert 'value="una@example.org"' in page


def test_the_page_to_sign_in_knows_the_address_too(client, link):
    client.get(link(email="una@example.org"))

    assert 'value="una@example.org"' in client.get("/accounts/login/").text


def test_opening_an_invitation_makes_no_session(client, link):
    client.get(link(email="una@example.org"))
    client.get(link())

    assert not Session.objects.exists()
    assert client.cookies["invitation"]["httponly"]
