"""A connection to PostgreSQL outlives a restart of the server, and one to SQLite ends with its
file."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, close_old_connections, connection, connections

from config.outages import DATABASE, outage_of
from config.sqlite.base import DatabaseWrapper

AT_ONCE, REQUESTS = 3, 30


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server")
@pytest.mark.django_db(transaction=True)
def test_no_request_fails_after_the_server_has_ended_all_connections(client):
    """Ending a connection from the server's side does to it what a restart does."""
    together = Barrier(AT_ONCE, timeout=60)

    def open_one(_number):
        connection.ensure_connection()
        together.wait()

    def ask(_number):
        close_old_connections()  # as each request does, but not the test's client
        return client.get("/healthz").status_code

    def end(_number):
        together.wait()
        connection.close()

    # Threads that live on with their connections, as those of gunicorn do.
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(open_one, range(AT_ONCE)))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= AT_ONCE
        statuses = list(threads.map(ask, range(REQUESTS)))
        list(threads.map(end, range(AT_ONCE)))

    assert statuses == [200] * REQUESTS


@pytest.fixture
def site(tmp_path, django_db_blocker):
    """A connection to a file in a folder of its own, with a row."""
    name = str(tmp_path / "data" / "db.sqlite3")
    database = {"ENGINE": "config.sqlite", "NAME": name, "CONN_MAX_AGE": None}
    database["OPTIONS"] = {"init_command": "PRAGMA journal_mode=WAL;"}
    site = DatabaseWrapper(connections.configure_settings({"default": database})["default"], "site")
    site.path.parent.mkdir()
    site.make_file()
    with django_db_blocker.unblock():
        site.cursor().execute("CREATE TABLE notes (text)")
        yield site
        site.close()


def write(site, text):
    """Save this as a request does."""
    site.close_if_unusable_or_obsolete()
    site.cursor().execute("INSERT INTO notes VALUES (%s)", [text])


def test_nothing_is_written_to_a_file_that_was_moved_away(site):
    write(site, "before")
    away = site.path.parent.rename(site.path.parent.with_name("away"))

    with pytest.raises(OperationalError) as caught:
        write(site, "lost")
    site.path.parent.mkdir()
    with pytest.raises(OperationalError):
        write(site, "lost")
    assert not site.path.exists(), "An empty database hides that it's gone."
    shutil.copytree(away, site.path.parent, dirs_exist_ok=True)
    write(site, "after")

    assert outage_of(caught.value) is DATABASE
    assert site.cursor().execute("SELECT text FROM notes").fetchall() == [("before",), ("after",)]


def test_what_is_written_goes_to_the_file_that_is_there_now(site):
    write(site, "before")
    shutil.copy(site.path, site.path.with_name("copy"))
    site.path.with_name("copy").rename(site.path)
    write(site, "after")
    site.close()

    assert site.cursor().execute("SELECT text FROM notes").fetchall() == [("before",), ("after",)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no file")
def test_migrate_makes_the_file(tmp_path, monkeypatch, django_db_blocker):
    path = tmp_path / "db.sqlite3"
    other = DatabaseWrapper(connection.settings_dict | {"NAME": str(path)}, "default")
    monkeypatch.setattr(connections._connections, "default", other)

    with django_db_blocker.unblock():
        call_command("migrate", "contenttypes", verbosity=0)
        other.close()

    assert path.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no file")
def test_migrate_says_where_no_file_can_be_made(tmp_path, monkeypatch):
    path = tmp_path / "gone" / "db.sqlite3"
    other = DatabaseWrapper(connection.settings_dict | {"NAME": str(path)}, "default")
    monkeypatch.setattr(connections._connections, "default", other)

    with pytest.raises(CommandError, match=f"“{path}” can’t be made .* Correct DATA_DIR"):
        call_command("migrate")
