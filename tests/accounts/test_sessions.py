"""A session and its person come in one query, and end as Django's own do."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Device, User
from accounts.sessions import SessionStore

PAGE = "/accounts/profile/"


@pytest.fixture
def here(client, member):
    client.force_login(member)
    return client


def who(client):
    """The email address of the person whose page it is; None for a visitor."""
    answer = client.get(PAGE)
    return answer.wsgi_request.user.email if answer.status_code == 200 else None


def test_a_page_asks_once_for_session_and_person(here, member):
    with CaptureQueriesContext(connection) as captured:
        assert who(here) == member.email

    asked = [query["sql"] for query in captured if "django_session" in query["sql"]]
    assert len(asked) == 1
    assert len([query for query in captured if "accounts_user" in query["sql"]]) == 1


def test_a_session_without_a_device_has_its_person_too(here, member):
    Device.objects.all().delete()

    assert who(here) == member.email


def test_a_session_belongs_to_whom_it_names_whatever_its_device_says(here, member, outsider):
    Device.objects.update(user=outsider)

    assert who(here) == member.email


@pytest.mark.parametrize(
    "end",
    [
        lambda member: User.objects.filter(pk=member.pk).update(is_active=False),
        lambda member: User.objects.filter(pk=member.pk).update(session_round=1),
        lambda member: User.objects.filter(pk=member.pk).update(password="another"),
        lambda member: Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1)),
        lambda member: Session.objects.all().delete(),
    ],
    ids=["deactivated", "ended everywhere", "other password", "expired", "ended"],
)
def test_an_ended_session_opens_nothing(here, member, end):
    assert who(here) == member.email

    end(member)

    assert who(here) is None


def test_a_way_to_sign_in_that_is_gone_opens_nothing(here, settings):
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

    assert who(here) is None


def test_a_session_of_an_earlier_key_goes_on_under_a_new_name(here, member, settings):
    before = here.session.session_key
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5

    assert who(here) == member.email
    assert here.session.session_key != before
    assert who(here) == member.email


def test_a_browser_that_signs_in_as_someone_else_is_someone_else(here, member, outsider):
    assert who(here) == member.email

    here.force_login(outsider)

    assert who(here) == outsider.email


def test_sessions_of_the_store_of_django_are_read_and_the_other_way_round(member):
    old = db.SessionStore()
    old[SESSION_KEY] = str(member.pk)
    old.create()
    new = SessionStore()
    new["words"] = "kept"
    new.create()

    assert SessionStore(old.session_key)[SESSION_KEY] == str(member.pk)
    assert db.SessionStore(new.session_key)["words"] == "kept"


def test_a_key_that_is_not_there_makes_a_new_session_under_another_key(db):
    session = SessionStore("a" * 32)

    assert session.get("words") is None
    assert session.session_key is None
