"""Links in emails about accounts lead to the site, whatever host the request named."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_user

SITE, ELSEWHERE = "https://circles.example.org", "evil.example.net"


@pytest.fixture
def asked(db, settings, client, mailoutbox):
    """Post a form with a Host header of someone else's, and return the links in the emails."""
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = ["*"]

    def ask(name, **fields):
        answer = client.post(reverse(name), fields, headers={"host": ELSEWHERE})
        assert (answer.status_code, len(mailoutbox)) == (302, 1), answer.headers
        texts = [
            part
            for mail in mailoutbox
            for part in (
                mail.subject,
                mail.body,
                *(content for content, _type in mail.alternatives),
            )
        ]
        assert not any(ELSEWHERE in text for text in texts)
        return [link for text in texts for link in re.findall(r"https?://[^\s\"<]+", text)]

    return ask


def test_a_code_to_sign_in(asked):
    make_user("Ann", email="ann@example.org")

    links = asked("account_login", login="ann@example.org")

    assert links and all(link.startswith(SITE) for link in links)


def test_a_code_for_an_address_that_is_not_known(asked):
    links = asked("account_login", login="nobody@example.org")

    assert links and all(link.startswith(SITE) for link in links)


def test_a_forgotten_password(asked):
    make_user("Ann", email="ann@example.org", password="a-good-long-password")

    links = asked("account_reset_password", email="ann@example.org")

    assert links and all(link.startswith(SITE) for link in links)


def test_signing_up_with_an_address_that_is_known(asked, settings):
    settings.OPEN_SIGN_UP = True
    make_user("Ann", email="ann@example.org")

    links = asked(
        "account_signup", email="ann@example.org", display_name="Ann", time_zone="America/Chicago"
    )

    assert links and all(link.startswith(SITE) for link in links)


def test_a_notice_about_a_password(asked, client):
    client.force_login(make_user("Ann", email="ann@example.org", password="a-good-long-password"))

    links = asked(
        "account_change_password",
        oldpassword="a-good-long-password",
        password1="another-long-password",
        password2="another-long-password",
    )

    assert f"{SITE}{reverse('account_reset_password')}" in links
    assert all(link.startswith(SITE) for link in links)
