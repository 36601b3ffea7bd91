"""Limits: what is counted, for whom, and that no count is lost between processes."""

import logging
from threading import Barrier, Thread

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import RequestFactory

from briefs.editions.admin_views import LOADS
from config import limits
from config.limits import MINUTE, Limit, too_many, visitor
from config.shared_cache import BETWEEN_LOOKS, DatabaseCache

THREE = Limit("tested", times=3, seconds=MINUTE)
PUBLIC = "93.184.216.34"


@pytest.fixture
def in_database(settings):
    """Counts are in the database, as in production."""
    backend = "config.shared_cache.DatabaseCache"
    settings.CACHES = {
        "default": {"BACKEND": backend, "LOCATION": "shared_cache"},
        "pages": settings.CACHES["pages"],
    }
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture(autouse=True)
def nothing_said_yet():
    limits._warn_once.cache_clear()


@pytest.fixture
def at_nine(monkeypatch):
    """It is always the same second, so that no period ends within a test."""
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000)


def asked(peer="127.0.0.1", **headers):
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


def test_what_is_over_the_limit_is_refused_and_the_next_one_is_not_affected(at_nine):
    assert [THREE.take("ann") for _time in range(5)] == [True, True, True, False, False]
    assert THREE.is_spent("ann")
    assert THREE.take("bob")
    assert Limit("other", times=3, seconds=MINUTE).take("ann")


def test_looking_does_not_count(at_nine):
    assert not any(THREE.is_spent("ann") for _time in range(5))
    assert THREE.take("ann")


def test_a_new_period_begins_at_nothing(monkeypatch):
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000)
    assert [THREE.take("ann") for _time in range(4)][-1] is False

    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000 + MINUTE)

    assert THREE.take("ann")


def test_nobody_is_counted_where_it_cannot_be_told_who_asks(at_nine):
    assert all(THREE.take("") for _time in range(5))
    assert not THREE.is_spent("")


def test_counts_in_the_database_outlast_a_restart(db, in_database, at_nine):
    assert [THREE.take("ann") for _time in range(3)] == [True, True, True]

    # Another process has objects of its own and shares only the table.
    settings_of_another = {"OPTIONS": {"MAX_ENTRIES": 50_000}}
    another = DatabaseCache("shared_cache", settings_of_another)

    assert another.get(THREE._key("ann")) == 3
    assert another.incr(THREE._key("ann")) == 4
    assert THREE.is_spent("ann")


def test_a_count_in_the_database_ends_when_it_would_have(db, in_database):
    cache = caches["default"]
    cache.add("count", 0, timeout=30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires FROM shared_cache")
        before = cursor.fetchone()

    cache.incr("count")

    with connection.cursor() as cursor:
        cursor.execute("SELECT expires FROM shared_cache")
        assert cursor.fetchone() == before
    with pytest.raises(ValueError, match="not found"):
        cache.incr("another")


def test_a_value_is_added_only_where_there_is_none_or_it_has_ended(db, in_database):
    cache = caches["default"]

    assert cache.add("word", "first", timeout=30)
    assert not cache.add("word", "second", timeout=30)
    assert cache.get("word") == "first"

    cache.add("gone", "first", timeout=-1)
    assert cache.add("gone", "second", timeout=30)
    assert cache.get("gone") == "second"


def test_a_full_cache_drops_what_has_ended(db, in_database):
    small = DatabaseCache("shared_cache", {"OPTIONS": {"MAX_ENTRIES": 20}})
    for number in range(2 * BETWEEN_LOOKS):
        small.add(f"key-{number}", 1, timeout=-1)

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM shared_cache")
        assert cursor.fetchone()[0] <= BETWEEN_LOOKS


def test_no_count_is_lost_when_many_count_at_once(transactional_db, in_database, at_nine):
    many = Limit("many", times=15, seconds=MINUTE)
    together, allowed = Barrier(4), []

    def worker():
        together.wait()
        allowed.extend(many.take("ann") for _time in range(5))
        connection.close()

    threads = [Thread(target=worker) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert allowed.count(True) == 15


def test_a_count_tells_nobody_whose_it_is(at_nine):
    assert "ann@example.org" not in THREE._key("ann@example.org")


# --- Visitors ---


@pytest.mark.parametrize(
    ("count", "peer", "forwarded", "told"),
    [
        # The operator has said nothing.
        (None, PUBLIC, None, PUBLIC),
        (None, "127.0.0.1", None, "127.0.0.1"),
        (None, "127.0.0.1", "8.8.8.8", ""),
        (None, PUBLIC, "8.8.8.8", ""),
        # No proxy, as the operator has said.
        (0, PUBLIC, None, PUBLIC),
        (0, PUBLIC, "8.8.8.8", PUBLIC),
        (0, "10.0.0.7", "8.8.8.8", ""),
        # One or two proxies.
        (1, "127.0.0.1", "8.8.8.8", "8.8.8.8"),
        (1, "127.0.0.1", "1.1.1.1, 8.8.8.8", "8.8.8.8"),
        (2, "127.0.0.1", "8.8.8.8, 10.0.0.9", "8.8.8.8"),
        (2, "127.0.0.1", "8.8.8.8", ""),
        (1, "127.0.0.1", None, ""),
        (1, PUBLIC, None, PUBLIC),
        # As some proxies and kinds of sockets write it.
        (1, "", "8.8.8.8:4711", "8.8.8.8"),
        (1, "", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::"),
        (1, "", "2001:db8:1:2:3::4", "2001:db8:1:2::"),
        (1, "", "::ffff:8.8.8.8", "8.8.8.8"),
        (1, "", "unknown", ""),
        (None, "", None, ""),
    ],
)
def test_a_visitor_is_told_by_an_address_that_no_one_else_has(
    settings, count, peer, forwarded, told
):
    settings.TRUSTED_PROXY_COUNT = count
    headers = {"x-forwarded-for": forwarded} if forwarded else {}

    assert visitor(asked(peer, **headers)) == told


def test_a_proxy_that_says_only_how_people_came_is_noticed_too(settings):
    settings.TRUSTED_PROXY_COUNT = None

    assert visitor(asked("10.0.0.7", **{"x-forwarded-proto": "https"})) == ""


def test_an_uncounted_proxy_is_reported_once(settings, caplog):
    settings.TRUSTED_PROXY_COUNT = 0
    with caplog.at_level(logging.WARNING):
        for number in range(3):
            visitor(asked("127.0.0.1", **{"x-forwarded-for": f"8.8.8.{number}"}))

    [record] = caplog.records
    assert "TRUSTED_PROXY_COUNT" in record.message
    assert "8.8.8" not in record.message


def test_a_site_on_https_is_asked_to_say_how_many_proxies_it_has(settings):
    settings.IS_SECURE_SITE, settings.TRUSTED_PROXY_COUNT = True, None
    [warning] = limits.check_proxies()
    assert "TRUSTED_PROXY_COUNT" in warning.msg

    settings.TRUSTED_PROXY_COUNT = 0
    assert limits.check_proxies() == []
    settings.IS_SECURE_SITE, settings.TRUSTED_PROXY_COUNT = False, None
    assert limits.check_proxies() == []


# --- Where limits hold ---


@pytest.mark.django_db
def test_one_visitor_cannot_keep_the_search_busy(client, at_nine):
    answers = [client.get("/briefs/?q=water").status_code for _time in range(61)]
    assert set(answers[:60]) == {200}
    assert answers[60] == 429

    assert client.get("/briefs/").status_code == 200
    assert client.get("/briefs/?q=water", REMOTE_ADDR=PUBLIC).status_code == 200


def test_behind_a_proxy_no_visitor_uses_up_what_others_may_do(client, db, settings, at_nine):
    settings.TRUSTED_PROXY_COUNT = None
    through_proxy = {"x-forwarded-for": "8.8.8.8"}

    answers = {client.get("/briefs/?q=x", headers=through_proxy).status_code for _ in range(61)}

    assert answers == {200}


@pytest.mark.parametrize(
    "url",
    [
        "/join/{}/",
        "/rsvp/{}/",
        "/mail/{}/",
        "/calendar/{}.ics",
        "/accounts/address/{}/",
    ],
)
def test_a_visitor_who_tries_one_link_after_the_other_is_stopped(client, addresses, at_nine, url):
    answers = [client.get(url.format(f"guess{number}")).status_code for number in range(61)]
    assert not {429, 500} & set(answers[:60])
    assert answers[60] == 429

    real = f"/join/{addresses['token']}/"
    assert client.get(real).status_code == 429
    assert client.get(real, REMOTE_ADDR=PUBLIC).status_code == 200


def test_opening_a_link_that_is_there_counts_nothing(client, addresses, at_nine):
    real = f"/rsvp/{addresses['answer_token']}/"

    assert {client.get(real).status_code for _time in range(70)} == {200}


def test_an_editor_who_sends_many_files_waits_and_keeps_the_text(client, admin, at_nine):
    client.force_login(admin)
    sent = {"text": "- model: what I wrote"}
    for _time in range(60):
        LOADS.take(f"account {admin.pk}")

    page = client.post("/admin/briefs/brief/load/", sent)

    assert page.status_code == 429
    assert "what I wrote" in page.content.decode()


# --- The answer ---


@pytest.mark.django_db
def test_too_many_gets_a_page_and_a_script_gets_json(client, at_nine):
    request = client.get("/briefs/").wsgi_request
    page = too_many(request, THREE)
    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= MINUTE
    assert "Wait 5 minutes" in page.content.decode()

    tomorrow = too_many(request, Limit("day", times=1, seconds=limits.DAY))
    assert "Try again tomorrow" in tomorrow.content.decode()

    request.method = "PUT"
    assert too_many(request, THREE)["Content-Type"] == "application/json"
