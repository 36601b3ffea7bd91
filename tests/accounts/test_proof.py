"""Who is signed in proves that it's them before they change who can get in."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from tests.signing_in import sign_in

PROOF = "/accounts/proof/"
EMAIL, PASSWORD = "/accounts/email/", "/accounts/password/set/"
WORDS = {"password1": "three loud red boats", "password2": "three loud red boats"}
CHANGES = [EMAIL, PASSWORD, "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"]


@pytest.mark.parametrize("page", CHANGES)
def test_a_session_that_was_left_open_changes_nothing_without_proof(client, member, page):
    sign_in(client, member, minutes_ago=11)

    answer = client.get(page)

    assert answer.url == f"{PROOF}?next={page.replace('/', '%2F')}"


@pytest.mark.parametrize("page", CHANGES)
def test_who_has_just_signed_in_is_not_asked_again(client, member, page):
    sign_in(client, member, minutes_ago=9)

    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", CHANGES)
def test_a_session_of_before_has_to_prove_itself_too(client, member, page):
    client.force_login(member)

    assert client.get(page).status_code == 302


def test_a_new_address_goes_on_by_itself_after_the_code(client, member, mailoutbox, code_from):
    client.force_login(member)

    answer = client.post(EMAIL, {"email": "new@example.org", "action_add": ""})
    page = client.get(answer.url)
    assert mailoutbox == []
    assert "member@example.org" in page.text
    page = client.post(PROOF, {"action": "send", "next": EMAIL}, follow=True)
    page = client.post(PROOF, {"action": "resend", "next": EMAIL}, follow=True)
    assert f'name="next" value="{EMAIL}"' in page.text
    assert [mail.to for mail in mailoutbox] == [["member@example.org"]] * 2
    client.post(PROOF, {"code": code_from(), "next": EMAIL})

    assert mailoutbox[2].to == ["new@example.org"]
    client.post(reverse("account_email_verification_sent"), {"code": code_from()})
    member.refresh_from_db()
    assert member.email == "new@example.org"


def test_a_new_password_never_waits_in_the_session(client, member, mailoutbox, code_from):
    client.force_login(member)

    answer = client.post(PASSWORD, WORDS)

    assert "boats" not in str(dict(client.session))
    client.post(answer.url, {"action": "send"})
    assert client.post(answer.url, {"code": code_from()}).url == PASSWORD
    member.refresh_from_db()
    assert not member.has_usable_password()


def test_a_code_of_another_session_proves_nothing(client, member, code_from):
    client.force_login(member)
    client.post(PROOF, {"action": "send"})
    other = Client()
    other.force_login(member)
    other.post(PROOF, {"action": "send"})

    assert client.post(PROOF, {"code": code_from()}).status_code == 422


def test_a_wrong_code_is_refused_and_the_third_ends_it(client, member, code_from):
    client.force_login(member)
    client.post(PROOF, {"action": "send"})
    wrong = "000000" if code_from() != "000000" else "111111"

    answers = [client.post(PROOF, {"code": wrong}).status_code for _ in range(3)]
    client.post(PROOF, {"code": code_from()})

    assert answers == [422, 422, 302]
    assert client.get(EMAIL).status_code == 302


def test_a_code_does_not_outlive_the_address_it_was_sent_to(client, member, code_from):
    client.force_login(member)
    client.post(PROOF, {"action": "send"})
    member.email = "new@example.org"
    member.save()

    client.post(PROOF, {"code": code_from()})

    assert client.get(EMAIL).status_code == 302


def test_looking_at_the_page_sends_no_code(client, member, mailoutbox):
    client.force_login(member)

    client.get(PROOF)

    assert mailoutbox == []


def test_codes_are_not_sent_without_end(client, member, mailoutbox):
    client.force_login(member)

    statuses = [client.post(PROOF, {"action": "send"}).status_code for _ in range(6)]

    assert len(mailoutbox) == 5
    assert statuses[-1] == 429


def test_who_has_a_password_may_use_it_or_a_code(client, db):
    user = make_user("Pat", password="a quiet green lamp")
    client.force_login(user)

    answer = client.get(EMAIL)

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert PROOF in client.get(answer.url).text
    client.post(answer.url, {"password": "a quiet green lamp"})
    assert client.get(EMAIL).status_code == 200


@pytest.mark.django_db
def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(PROOF).url.startswith(reverse("account_login"))
