"""While the database, the disk or the cache is out of order, people get a page and keep their
words."""

import logging
import re
import sqlite3
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import Error, OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse
from psycopg.errors import UndefinedTable
from redis.exceptions import ConnectionError as CacheGone

from accounts import adapter
from accounts.devices import STAMP
from config import outages
from config.limits import MINUTE, Limit
from tests.factories import make_brief, make_section

PROFILE = "/accounts/profile/"
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
TEXT = "Mel who reads about water"


@pytest.fixture(autouse=True)
def nothing_is_wrong_yet():
    yield
    for outage in (*outages.SEEN_BY_REQUESTS, outages.CACHE, outages.MAIL):
        outage.over()


@pytest.fixture
def browser(db):
    return Client(raise_request_exception=False, headers=FROM_HERE)


def failure(name="", message="the connection was refused"):
    """An error of the database as Django raises it; with SQLite's name for it, if one is given."""
    error = OperationalError(message)
    if name:
        error.__cause__ = sqlite3.OperationalError(message)
        error.__cause__.sqlite_errorname = name
    return error


@contextmanager
def database_fails(error=None, only=""):
    """Each statement that begins with `only` raises the error."""

    def fail(execute, sql, *arguments):
        if sql.lstrip().upper().startswith(only):
            raise error or failure()
        return execute(sql, *arguments)

    with connection.execute_wrapper(fail):
        yield


def told(caplog):
    return [
        f"{record.levelname} {record.getMessage()}"
        for record in caplog.records
        if record.name != "accounts.sign_in"
    ]


def test_a_page_that_needs_the_database_says_that_it_is_gone(browser, member):
    browser.force_login(member)

    with database_fails():
        page = browser.get("/circles/")

    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    assert "no-store" in page["Cache-Control"]
    assert "Please try again in a minute" in page.text
    assert 'href="/circles/"' in page.text
    assert page["X-Request-ID"] in page.text
    assert "data-visitor" not in page.text, "a script would delete what is kept of the person"


def test_what_was_typed_comes_back_and_is_sent_again(browser, member):
    browser.force_login(member)
    typed = profile(member) | {"display_name": TEXT, "save": "Save profile"}

    with database_fails():
        page = browser.post(f"{PROFILE}?next=/circles/", typed)

    assert page.status_code == 503
    assert f">\n{TEXT}</textarea>" in page.text
    assert f'action="{PROFILE}?next=/circles/"' in page.text
    assert 'name="time_zone" value="America/Denver"' in page.text
    assert f"<b>Save profile</b> ({PROFILE})" in page.text
    token = re.search(r'csrfmiddlewaretoken" value="(\w{64})"', page.text)[1]
    strict = Client(enforce_csrf_checks=True, headers=FROM_HERE)
    strict.cookies = page.client.cookies
    assert strict.post(PROFILE, typed | {"csrfmiddlewaretoken": token}).status_code == 302
    member.refresh_from_db()
    assert member.display_name == TEXT


def test_a_password_is_not_shown_again(browser):
    with database_fails():
        page = browser.post(
            reverse("account_login"), {"login": "ann@example.org", "password": "open sesame"}
        )

    assert page.status_code == 503
    assert "sesame" not in page.text
    assert "ann@" not in page.text


def test_a_form_of_another_site_can_only_be_copied(browser, member):
    browser.force_login(member)

    with database_fails():
        page = browser.post(PROFILE, {"display_name": TEXT}, headers={"Sec-Fetch-Site": "x"})

    assert "readonly" in page.text
    assert "Send again" not in page.text


@pytest.mark.parametrize("method", ["put", "delete"])
def test_a_script_gets_json(browser, member, meeting, method):
    browser.force_login(member)

    with database_fails():
        url = f"{meeting.get_absolute_url()}notes/0b6f1a34-7f1c-4b63-9a30-6b7f9f6a0000/"
        answer = getattr(browser, method)(url, "text=Water")

    assert answer.status_code == 503
    assert "right now" in answer.json()["errors"]["__all__"]
    assert answer["Retry-After"]


@pytest.mark.parametrize(
    ("name", "outage", "words"),
    [
        ("SQLITE_BUSY", outages.LOCKED, "Nothing can be saved right now"),
        ("SQLITE_BUSY_SNAPSHOT", outages.LOCKED, "Nothing can be saved right now"),
        ("SQLITE_FULL", outages.FULL, "Nothing can be saved right now"),
        ("SQLITE_CANTOPEN", outages.DATABASE, "We can’t reach what’s saved"),
        ("SQLITE_NOTADB", outages.DATABASE, "We can’t reach what’s saved"),
        ("SQLITE_IOERR_READ", outages.DATABASE, "We can’t reach what’s saved"),
    ],
)
def test_each_fault_of_sqlite_has_its_sentence(browser, member, name, outage, words):
    browser.force_login(member)

    with database_fails(failure(name)):
        page = browser.get("/circles/")

    assert (page.status_code, outage.is_on) == (503, True)
    assert words in page.text


def test_a_mistake_of_ours_is_still_a_server_error(browser, member):
    browser.force_login(member)

    with database_fails(failure("SQLITE_ERROR", "no such table: circles_circle")):
        page = browser.get("/circles/")

    assert page.status_code == 500


def undefined_in_postgresql():
    error = ProgrammingError('relation "circles_circle" does not exist')
    error.__cause__ = UndefinedTable()
    return error


@pytest.mark.parametrize(
    "error",
    [
        failure("SQLITE_ERROR", "no such table: circles_circle"),
        failure("SQLITE_ERROR", "table circles_circle has no column named mood"),
        undefined_in_postgresql(),
    ],
)
def test_what_was_never_migrated_is_told_to_the_operator(browser, member, caplog, error):
    browser.force_login(member)
    last = MigrationRecorder.Migration.objects.filter(app="circles").last()
    last.delete()
    with database_fails(error, only="SELECT PERSON"):
        page = browser.get("/circles/")
    browser.get("/circles/")
    still = outages.UNMIGRATED.is_on
    last.save()
    browser.get("/circles/")

    assert (page.status_code, still) == (503, True)
    assert "We can’t reach what’s saved" in page.text
    began, ended = told(caplog)
    assert "so run “manage.py migrate”: django.db.utils" in began
    assert ended.startswith("WARNING The database has what this version needs again")


def test_missing_migrations_count_as_missing_while_the_database_is_gone(browser):
    MigrationRecorder.Migration.objects.filter(app="circles").last().delete()
    outages.UNMIGRATED.note(failure())

    with database_fails():
        browser.get("/healthz")

    assert outages.UNMIGRATED.is_on


def test_a_full_disk_has_its_page(browser, member, monkeypatch):
    def fail(_request):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("circles.views.circles.Circle.objects.joined_by", fail)
    browser.force_login(member)

    assert browser.get("/circles/").status_code == 503
    assert outages.FULL.is_on


def test_one_sentence_begins_an_outage_and_one_ends_it(browser, member, caplog):
    browser.force_login(member)
    caplog.set_level(logging.INFO)

    with database_fails():
        for _each in range(3):
            browser.get("/circles/")
    browser.get("/circles/")

    began, ended = told(caplog)
    assert began.startswith("ERROR The database doesn't answer: django.db")
    assert re.fullmatch(r"WARNING The database answers again, after 0 seconds. Errors: 3.", ended)
    assert not any(record.exc_info for record in caplog.records)


@pytest.fixture
def static_files_are_gone(settings, tmp_path):
    """As in a process that was started before the disk with DATA_DIR was there."""
    settings.STATIC_ROOT = tmp_path
    backend = {"BACKEND": "config.static.BundledFiles"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": backend}


def test_pages_without_their_static_files_say_so_until_they_are_back(
    browser, member, static_files_are_gone, tmp_path, caplog
):
    browser.force_login(member)
    page = browser.get("/circles/")
    typed = browser.post(PROFILE, profile(member) | {"display_name": "", "time_zone": TEXT})
    call_command("collectstatic", interactive=False, verbosity=0)
    after = browser.get("/circles/")

    assert [each.status_code for each in (page, typed, after)] == [503, 503, 200]
    assert "Please try again in a minute" in page.text
    assert TEXT in typed.text
    began, ended = told(caplog)
    assert "The static files are gone" in began
    assert ended.startswith("WARNING There are static files again")


def test_a_file_that_is_not_static_is_missing_by_a_mistake_of_ours():
    assert outages.outage_of(FileNotFoundError(2, "No such file", "/etc/nothing")) is None


@pytest.mark.django_db(transaction=True)
def test_only_something_saved_ends_a_lock(browser, member):
    browser.force_login(member)

    with database_fails(failure("SQLITE_BUSY"), only="UPDATE"):
        assert browser.post(PROFILE, profile(member)).status_code == 503
        assert browser.get("/circles/").status_code == 200
    assert outages.LOCKED.is_on
    assert browser.post(PROFILE, profile(member)).status_code == 302
    assert not outages.LOCKED.is_on


def profile(member):
    return {
        "display_name": member.display_name + "!",
        "time_zone": "America/Denver",
        "text_size": "large",
        "spacing": "wide",
        "paper": "sepia",
    }


def test_a_page_waits_for_no_writer_for_long_once_one_waited_in_vain(browser, member):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL makes no one wait for a writer of other rows.")
    browser.force_login(member)
    patience = connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]
    waits = []

    def note(execute, *arguments):
        waits.append(connection.connection.execute("PRAGMA busy_timeout").fetchone()[0])
        return execute(*arguments)

    outages.LOCKED.note(failure("SQLITE_BUSY"))
    with connection.execute_wrapper(note):
        browser.get("/circles/")

    assert set(waits) == {250}
    assert connection.connection.execute("PRAGMA busy_timeout").fetchone()[0] == patience > 250


# --- Sessions and devices ---


def test_a_session_that_cannot_be_saved_has_not_ended(browser, member):
    browser.force_login(member)
    session = browser.session
    session["seen"] = 1

    with database_fails(failure("SQLITE_BUSY"), only="UPDATE"), pytest.raises(OperationalError):
        session.save()


def test_a_page_is_shown_while_the_device_cannot_be_noted(browser, member):
    browser.force_login(member)
    session = browser.session
    session.pop(STAMP)
    session.save()

    with database_fails(failure("SQLITE_BUSY"), only="SAVEPOINT"):
        page = browser.get("/circles/")

    assert page.status_code == 200
    assert outages.LOCKED.is_on


# --- What can be read ---


@pytest.fixture
def public_brief(db):
    brief = make_brief(slug="rivers", title="Rivers")
    make_section(brief, slug="source", heading="Source", body="Where it begins.")
    return brief


@pytest.mark.parametrize("page", ["", "source/", "all/"])
def test_a_kept_page_is_read_while_the_database_is_gone(browser, public_brief, page):
    before = browser.get(f"/briefs/rivers/{page}")

    with database_fails():
        now = browser.get(f"/briefs/rivers/{page}")
        again = browser.get(f"/briefs/rivers/{page}", headers={"If-None-Match": before["ETag"]})

    assert now.status_code == 200
    assert now.content == before.content
    assert again.status_code == 304


def test_what_not_everyone_may_read_is_not_kept_for_an_outage(browser, public_brief):
    browser.get("/briefs/rivers/")
    type(public_brief).objects.update(audience="members")
    browser.get("/briefs/rivers/")

    with database_fails():
        assert browser.get("/briefs/rivers/").status_code == 503


def test_a_brief_that_is_gone_is_not_read(browser, public_brief):
    browser.get("/briefs/rivers/")
    type(public_brief).objects.update(slug="streams")
    browser.get("/briefs/rivers/")

    with database_fails():
        assert browser.get("/briefs/rivers/").status_code == 503


# --- Limits ---


@pytest.fixture
def cache_is_gone(monkeypatch):
    def fail(*_arguments, **_more):
        raise CacheGone("Connection refused.")

    gone = SimpleNamespace(get=fail, add=fail, incr=fail)
    monkeypatch.setattr("config.limits.cache", gone)


def test_what_cannot_be_counted_is_allowed(cache_is_gone):
    limit = Limit("reading", times=1, seconds=MINUTE)

    assert limit.take("someone")
    assert limit.take("someone")
    assert not limit.is_spent("someone")
    assert outages.CACHE.is_on


def test_no_guess_is_looked_at_that_cannot_be_counted(cache_is_gone, browser, member):
    page = browser.post(reverse("account_login"), {"login": member.email, "password": "guess-1234"})

    assert page.status_code == 503
    assert "We can’t check this right now" in page.text
    assert adapter.CODES_BY_VISITOR.is_strict


def test_search_goes_on_without_a_count(cache_is_gone, browser, public_brief):
    assert browser.get("/briefs/?q=rivers").status_code == 200


def test_a_mail_server_that_refuses_is_told_of_once(browser, member, caplog, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    caplog.set_level(logging.INFO)

    pages = [browser.post(reverse("account_login"), {"login": member.email}) for _each in range(2)]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answer = browser.post(reverse("account_login"), {"login": member.email})

    assert [page.status_code for page in pages] == [503, 503]
    assert "We couldn’t send the email" in pages[0].text
    assert answer.status_code == 302
    began, ended = told(caplog)
    assert began.startswith("ERROR The email server doesn't take our email: ConnectionRefusedError")
    assert ended.startswith("WARNING The email server takes email again")


def test_an_outage_is_found_behind_other_errors():
    try:
        try:
            raise failure()
        except Error as error:
            raise RuntimeError from error
    except RuntimeError as error:
        assert outages.outage_of(error) is outages.DATABASE
    assert outages.outage_of(ValueError()) is None
