"""/healthz: for everyone in short, and in full for the operator only."""

import sqlite3
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from circles.models import Heartbeat
from operations.models import Outcome

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def site(db, settings):
    """A site with a proxy in front, and a worker."""
    settings.SITE_URL, settings.IS_LOCAL_SITE = "https://circles.example.org", False
    settings.TRUSTED_PROXY_COUNT, settings.HEALTH_TOKEN = 1, TOKEN
    Heartbeat.beat()


def test_health_is_well_when_the_database_is_and_the_worker_runs(client, db):
    Heartbeat.beat()

    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_health_says_when_the_worker_has_not_run(client, db):
    never = client.get("/healthz")
    Heartbeat.objects.create(name="worker", beat_at=timezone.now() - timedelta(minutes=12))
    long_ago = client.get("/healthz")

    assert never.text.startswith("ok\nThe worker has never run")
    assert long_ago.text.startswith("ok\nThe worker hasn’t run for 12 minutes")
    assert (never.status_code, long_ago.status_code) == (200, 200)


def test_health_is_ill_when_the_database_does_not_answer(client, db):
    def silence(*args):
        raise OperationalError("no answer")

    with connection.execute_wrapper(silence):
        response = client.get("/healthz")

    assert (response.status_code, response.text) == (503, "the database does not answer\n")


def test_health_says_if_the_database_lacks_migrations(client, db):
    MigrationRecorder.Migration.objects.filter(app="operations").delete()

    def find_no_heartbeats(execute, sql, *rest):
        if Heartbeat._meta.db_table in sql:
            raise OperationalError from sqlite3.OperationalError("no such table")
        return execute(sql, *rest)

    with connection.execute_wrapper(find_no_heartbeats):
        response = client.get("/healthz")

    assert (response.status_code, response.text) == (503, "the database lacks migrations\n")


def test_all_checks_are_told_to_this_machine(client, site):
    response = client.get("/healthz?deep")

    assert response.status_code == 200
    assert response.text.splitlines()[0] == "ok"
    names = [line.partition(":")[0] for line in response.text.splitlines()[1:]]
    assert names == ["database", "migrations", "worker", "clock", "mail", "disk", "backup"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "127.8.8.8"])
def test_one_bad_check_makes_it_503(client, site, host):
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=12))

    response = client.get("/healthz?deep", REMOTE_ADDR=host)

    assert response.status_code == 503
    assert response.text.startswith("not ok\n")
    assert "\nworker: The worker hasn’t run for 12 minutes" in response.text
    assert "\ndisk: ok\n" in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_FOR": ""},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 cache"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": f"Basic {TOKEN}"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer ünïcode"},
    ],
)
def test_a_stranger_and_a_wrong_token_get_what_everyone_gets(client, site, headers):
    response = client.get("/healthz?deep", **headers)
    plain = client.get("/healthz", **headers)

    assert (response.status_code, response.content) == (200, b"ok\n")
    differ = {"X-Request-ID"}
    assert {name: value for name, value in response.items() if name not in differ} == {
        name: value for name, value in plain.items() if name not in differ
    }


def test_where_no_one_counted_the_proxies_this_machine_may_be_one(client, site, settings):
    settings.TRUSTED_PROXY_COUNT = None

    assert client.get("/healthz?deep").text == "ok\n"
    settings.IS_LOCAL_SITE = True
    assert "database: ok" in client.get("/healthz?deep").text


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("deep", {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}),
        (f"deep&token={TOKEN}", {}),
    ],
)
def test_with_the_token_it_answers_from_anywhere(client, site, query, headers):
    away = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}

    assert "database: ok" in client.get(f"/healthz?{query}", **away, **headers).text


@pytest.mark.parametrize("query", ["deep&token=", "deep"])
def test_without_a_token_in_the_settings_none_is_right(client, site, settings, query):
    settings.HEALTH_TOKEN = ""
    away = {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "}

    assert client.get(f"/healthz?{query}", **away).text == "ok\n"


def test_without_a_database_the_other_checks_are_not_waited_for(client, site):
    asked = []

    def silence(execute, sql, *args):
        asked.append(sql)
        raise OperationalError("no answer")

    with connection.execute_wrapper(silence):
        response = client.get("/healthz?deep")

    assert response.status_code == 503
    lines = response.text.splitlines()
    assert lines[1].startswith("database: The database doesn’t answer or save:")
    assert lines[2:] == ["disk: ok"]
    assert len(asked) <= 2


def test_the_deep_check_saves_one_row_and_nothing_else(client, site):
    client.get("/healthz?deep")
    client.get("/healthz?deep")

    assert [row.task for row in Outcome.objects.all()] == ["check"]
