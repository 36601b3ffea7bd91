"""PostgreSQL: what its tools lack is told, and a dump is put in its place in one transaction."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from circles.models import Note
from operations.backups import making, postgresql, sqlite
from operations.backups.making import BackupFailed, make
from operations.backups.workplace import Fault

from ...factories import make_note

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'"),
]


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("versions", "sentence"),
    [({}, "pg_dump isn’t installed here"), ({"9": 9}, "pg_dump is of version 9")],
)
def test_tools_that_cannot_do_it_are_told(backups, tmp_path, monkeypatch, versions, sentence):
    monkeypatch.setattr(postgresql, "VERSIONS", tmp_path)
    monkeypatch.setattr(postgresql.shutil, "which", lambda _name: None)
    monkeypatch.setattr(postgresql, "_version", lambda folder: versions[folder.parent.name])
    for name in versions:
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "pg_dump").touch()

    with pytest.raises(BackupFailed, match=f"{sentence}.*postgresql-client"):
        make(backups / "circles.age")

    assert list(backups.iterdir()) == []


def test_the_tools_are_the_oldest_that_know_the_server(tmp_path, monkeypatch):
    connection.ensure_connection()
    server = connection.pg_version // 10_000
    monkeypatch.setattr(postgresql, "VERSIONS", tmp_path)
    monkeypatch.setattr(postgresql, "_version", lambda folder: int(folder.parent.name))
    for version in (server - 1, server + 1, server + 2):
        (tmp_path / str(version) / "bin").mkdir(parents=True)
        (tmp_path / str(version) / "bin" / "pg_dump").touch()
    monkeypatch.setattr(postgresql.shutil, "which", lambda _name: None)

    assert postgresql._tools() == tmp_path / str(server + 1) / "bin"


def test_rows_and_dump_are_of_one_moment(tmp_path, monkeypatch):
    dumped = postgresql._dump

    def write_and_dump(*arguments):
        with postgresql._alone() as other:
            other.execute(
                "INSERT INTO circles_heartbeat (name, beat_at, reminded_until) "
                "VALUES ('late', now(), now())"
            )
        dumped(*arguments)

    monkeypatch.setattr(postgresql, "_dump", write_and_dump)
    _moment, rows = postgresql.dump(tmp_path / "dump")

    assert rows["circles_heartbeat"] == 0 and postgresql.check(tmp_path / "dump") == rows
    assert postgresql.rows()["circles_heartbeat"] == 1


def test_triggers_search_and_what_others_made_survive(tmp_path):
    counts = [
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT count(*) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace",
        "SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema()",
        "SELECT count(*) FROM pg_constraint",
        "SELECT count(*) FROM pg_ts_config",
    ]
    before = [asked(sql) for sql in counts]
    postgresql.dump(tmp_path / "dump")

    postgresql.put_in(tmp_path / "dump", [])

    assert [asked(sql) for sql in counts] == before


def test_a_damaged_dump_changes_nothing(tmp_path):
    make_note(text="Still here.")
    postgresql.dump(tmp_path / "dump")
    whole = (tmp_path / "dump").read_bytes()
    make_note(text="And this.")
    (tmp_path / "dump").write_bytes(whole[: len(whole) * 2 // 3])

    with pytest.raises(Fault, match="Nothing was changed"):
        postgresql.put_in(tmp_path / "dump", [])

    assert Note.objects.count() == 2
    with pytest.raises(Fault, match="is damaged"):
        postgresql.check(tmp_path / "dump")


def test_those_who_read_are_not_waited_for_without_end(tmp_path):
    postgresql.dump(tmp_path / "dump")
    with postgresql._alone() as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM circles_note")
        assert postgresql.is_in_use()
        with pytest.raises(Fault, match="lock timeout.*Nothing was changed"):
            postgresql.put_in(tmp_path / "dump", [])
    assert not postgresql.is_in_use()


@pytest.fixture
def of_sqlite(tmp_path, monkeypatch):
    """A backup as SQLite makes it: with no rows, but with all migrations."""
    path = tmp_path / "of-sqlite.age"
    applied, rows = making.applied(), {"rivers": 0}
    with sqlite.closing(sqlite._open(tmp_path / "db.sqlite3", "rwc")) as database:
        database.execute("CREATE TABLE rivers (id integer)")
    monkeypatch.setattr(sqlite, "location", lambda: tmp_path / "db.sqlite3")
    monkeypatch.setattr(making, "connection", SimpleNamespace(vendor="sqlite"))
    monkeypatch.setattr(making, "applied", lambda: applied)
    assert make(path).rows == rows
    monkeypatch.undo()
    return path


class NotTheSame(Exception):
    pass


def rows_module(monkeypatch, copy):
    module = SimpleNamespace(copy=copy, NotTheSame=NotTheSame)
    monkeypatch.setitem(sys.modules, "operations.backups.rows", module)


@pytest.mark.long
def test_rows_of_sqlite_go_into_empty_tables_of_its_migrations(of_sqlite, settings, monkeypatch):
    make_note()
    seen = {}

    def copy(source, target):
        assert sqlite.check(Path(connections[source].settings_dict["NAME"])) == {"rivers": 0}
        seen.update(postgresql.rows(), target=target)
        return {}

    rows_module(monkeypatch, copy)
    call_command("restore", str(of_sqlite), yes=True)

    assert seen.pop("target") == "default" and seen.pop("django_migrations") > 50
    assert "circles_note" in seen and set(seen.values()) == {0}


@pytest.mark.long
def test_rows_that_are_not_the_same_change_nothing(of_sqlite, monkeypatch):
    make_note(text="Still here.")

    def copy(source, target):
        raise NotTheSame("Three notes are missing.")

    rows_module(monkeypatch, copy)
    with pytest.raises(CommandError, match="Three notes are missing. Everything is as it was"):
        call_command("restore", str(of_sqlite), yes=True)

    assert Note.objects.get().text == "Still here."
