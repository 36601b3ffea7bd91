"""Where people are signed in: listed, and ended."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import devices
from accounts.models import Device
from tests.factories import make_user
from tests.signing_in import sign_in

DEVICES = "/accounts/devices/"
HOME = "/accounts/profile/"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"


@pytest.fixture(autouse=True)
def device_is_noted():
    """Nothing is noted before the first page, unlike in other tests."""


def signed_in(user, agent=FIREFOX):
    client = Client(headers={"user-agent": agent})
    client.force_login(user)
    client.get(HOME)
    return client


def test_a_person_sees_where_they_are_signed_in(member):
    signed_in(member, IPHONE)
    here = signed_in(member)

    page = here.get(DEVICES).text

    assert "Safari on an iPhone" in page
    assert page.index("Firefox on a Windows computer") < page.index("This device")
    assert page.count("This device") == 1
    assert DEVICES in here.get(HOME).text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{FIREFOX} Edg/130.0", "Edge on a Windows computer"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/130.0 Safari/537.36", "Chrome on a Chromebook"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Safari/537.36", "Chrome on an Android"),
        ("Mozilla/5.0 (Linux x86_64)", "A browser on a Linux computer"),
        ("Firefox", "Firefox"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named_in_plain_words(member, agent, words):
    signed_in(member, agent)

    assert str(Device.objects.get()).startswith(words)


def test_one_other_device_is_signed_out(member):
    phone, here = signed_in(member, IPHONE), signed_in(member)
    theirs = Device.objects.get(system="iPhone")

    page = here.post(f"{DEVICES}{theirs.pk}/end/", follow=True).text

    assert "You’re signed out on that device." in page and "iPhone" not in page
    assert phone.get(HOME).status_code == 302
    assert here.get(HOME).status_code == 200


def test_nobody_signs_another_person_out(member, outsider):
    phone, other = signed_in(member, IPHONE), signed_in(outsider)

    other.post(f"{DEVICES}{Device.objects.get(system='iPhone').pk}/end/")

    assert phone.get(HOME).status_code == 200


def test_all_others_are_signed_out_even_those_that_are_not_listed(member):
    phone, here = signed_in(member, IPHONE), signed_in(member)
    unlisted = Client()
    unlisted.force_login(member)

    page = here.post(f"{DEVICES}end/", follow=True).text

    assert "You’re signed out everywhere else." in page and "iPhone" not in page
    assert [client.get(HOME).status_code for client in (phone, unlisted)] == [302, 302]
    assert here.get(HOME).status_code == 200


def test_signed_out_everywhere_means_here_too(member):
    phone, here = signed_in(member, IPHONE), signed_in(member)

    page = here.post(f"{DEVICES}end/", {"where": "everywhere"}, follow=True).text

    assert "You’re signed out everywhere." in page
    assert [client.get(HOME).status_code for client in (phone, here)] == [302, 302]
    assert not Device.objects.exists()


def test_who_signs_out_is_not_listed_any_more(member):
    here = signed_in(member)

    here.post(reverse("account_logout"))

    assert not Device.objects.exists()


def test_a_page_asks_nothing_more_of_the_database_until_an_hour_has_passed(member, monkeypatch):
    here = signed_in(member)
    before = Device.objects.get().seen_at
    with CaptureQueriesContext(connection) as captured:
        here.get(HOME)
    asked = [query["sql"] for query in captured if '"accounts_device"' in query["sql"]]
    now = devices.time.time() + devices.FRESH_FOR + 1
    monkeypatch.setattr(devices.time, "time", lambda: now)

    here.get(HOME)

    assert asked == []
    assert not any(query["sql"].startswith(("UPDATE", "INSERT")) for query in captured)
    assert Device.objects.get().seen_at > before


def test_a_session_ends_when_it_would_have_ended_anyway(member, monkeypatch):
    here = signed_in(member)
    before = Session.objects.get().expire_date
    now = devices.time.time() + devices.FRESH_FOR + 1
    monkeypatch.setattr(devices.time, "time", lambda: now)

    here.get(HOME)

    assert abs((Session.objects.get().expire_date - before).total_seconds()) < 5


def test_what_a_script_asks_for_is_not_noted(client, member, meeting):
    client.force_login(member)

    client.get(reverse("circles:change_list", args=[meeting.circle.slug, meeting.number]))

    assert not Device.objects.exists()


def test_a_new_password_ends_the_others_and_says_so(client, db):
    user = make_user("Pat", password="a quiet green lamp")
    phone, here = signed_in(user, IPHONE), signed_in(user)
    new = {"password1": "three loud red boats", "password2": "three loud red boats"}

    page = here.post(
        reverse("account_change_password"),
        {"oldpassword": "a quiet green lamp", **new},
        follow=True,
    ).text

    assert "You’re signed out everywhere else." in page
    assert phone.get(HOME).status_code == 302
    assert "iPhone" not in here.get(DEVICES).text


def test_a_new_address_ends_the_others_and_says_so(member, code_from):
    phone, here = signed_in(member, IPHONE), signed_in(member)
    sign_in(here, member)
    here.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})

    page = here.post(
        reverse("account_email_verification_sent"), {"code": code_from()}, follow=True
    ).text

    assert "You’re signed out everywhere else." in page
    assert phone.get(HOME).status_code == 302
    assert "iPhone" not in here.get(DEVICES).text


@pytest.mark.django_db(transaction=True)
def test_a_session_that_ends_while_it_is_noted_is_no_error(client, member, monkeypatch):
    client.force_login(member)

    class Request:
        session = client.session
        user = member
        headers = {}

    Request.session.load()
    Session.objects.all().delete()
    devices.note_device(Request)

    assert not Device.objects.exists()
