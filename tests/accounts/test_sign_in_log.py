"""Sign-ins are logged, good and bad, and no line says whose address or which code."""

import logging
import re

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.sign_in_log import account_hash
from tests.factories import make_user

CODE = "account_confirm_login_code"
PASSWORD = "three old wells"


@pytest.fixture
def lines(caplog):
    """What the log of sign-ins says so far."""
    caplog.set_level(logging.INFO, "accounts.sign_in")
    return lambda: [r.getMessage() for r in caplog.records if r.name == "accounts.sign_in"]


@pytest.fixture
def ann(db):
    return make_user("Ann Arbor", email="ann@example.org", password=PASSWORD)


def test_a_sign_in_by_code_is_logged(client, ann, lines, code_from):
    client.post(reverse("account_login"), {"login": ann.email})
    assert lines() == []

    client.post(reverse(CODE), {"code": code_from()})

    account = account_hash(ann.email)
    assert lines() == [f"Signed in: user {ann.pk}, account {account}, by code."]


def test_a_sign_in_by_password_is_logged(client, ann, lines):
    client.post(reverse("account_login"), {"login": ann.email, "password": PASSWORD})

    account = account_hash(ann.email)
    assert lines() == [f"Signed in: user {ann.pk}, account {account}, by password."]


def test_a_wrong_code_is_logged(client, ann, lines, code_from):
    client.post(reverse("account_login"), {"login": ann.email})
    wrong = "000000" if code_from() != "000000" else "111111"

    client.post(reverse(CODE), {"code": wrong})

    account = account_hash(ann.email)
    assert lines() == [f"Not signed in: user {ann.pk}, account {account}, wrong code."]


@pytest.mark.parametrize("email", ["ann@example.org", "Ann@Example.org", "none@example.org"])
def test_a_wrong_password_is_logged_whether_there_is_an_account_or_not(client, ann, lines, email):
    client.post(reverse("account_login"), {"login": email, "password": "wrong"})

    assert set(lines()) == {f"Not signed in: account {account_hash(email)}, wrong password."}


def test_no_line_has_an_address_a_code_or_a_password(client, ann, lines, code_from):
    client.post(reverse("account_login"), {"login": ann.email, "password": "wrong-password"})
    client.post(reverse("account_login"), {"login": ann.email})
    code = code_from()
    client.post(reverse(CODE), {"code": "x" + code[1:]})
    client.post(reverse(CODE), {"code": code})

    said = " ".join(lines())
    assert "Signed in" in said
    assert "Not signed in" in said
    for secret in (ann.email, "ann", "@", code, PASSWORD, "wrong-password", "127.0.0.1"):
        assert secret not in re.sub(r"account \w+", "", said)


def test_the_log_of_sign_ins_is_written_without_being_asked_for():
    assert settings.LOGGING["loggers"]["accounts"]["level"] == "INFO"


def test_the_hash_of_an_account_needs_the_key_of_the_site(settings):
    before = account_hash("ann@example.org")

    settings.SECRET_KEY = "another key of the site, as long as it has to be, and longer"

    assert before == before.lower()
    assert account_hash("ann@example.org") != before
