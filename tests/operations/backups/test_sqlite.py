"""SQLite is copied while others write, and a copy is put in its place in one piece."""

import sqlite3
from contextlib import closing

import pytest

from operations.backups import sqlite
from operations.backups.workplace import Damaged, Fault


def opened(path):
    return closing(sqlite3.connect(path, isolation_level=None, timeout=0))


def words(path):
    with opened(path) as database:
        return [word for (word,) in database.execute("SELECT word FROM said ORDER BY id")]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The database of a site, in a folder of its own."""
    (tmp_path / "here").mkdir()
    path = tmp_path / "here" / "db.sqlite3"
    monkeypatch.setattr(sqlite, "location", lambda: path)
    with opened(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE said (id integer PRIMARY KEY, word text NOT NULL)")
        database.execute("CREATE VIRTUAL TABLE found USING fts5(word)")
        database.execute("INSERT INTO said (word) VALUES ('river')")
    return path


@pytest.fixture
def copy(here, tmp_path):
    sqlite.dump(tmp_path / "copy")
    return tmp_path / "copy"


def test_a_copy_holds_one_moment_while_others_write(here, tmp_path, monkeypatch):
    counted = sqlite._counted

    def count_and_write(database):
        rows = counted(database)
        with opened(here) as other:
            other.execute("INSERT INTO said (word) VALUES ('too late')")
        return rows

    monkeypatch.setattr(sqlite, "_counted", count_and_write)
    _moment, rows = sqlite.dump(tmp_path / "copy")
    monkeypatch.undo()

    assert rows == {"said": 1} and words(tmp_path / "copy") == ["river"]
    assert words(here) == ["river", "too late"]


def test_a_copy_is_one_file_that_is_checked(here, copy):
    assert sqlite.check(copy) == {"said": 1}
    assert [path.name for path in copy.parent.iterdir() if path.is_file()] == ["copy"]


def test_a_copy_replaces_what_is_there_for_whoever_has_it_open(here, copy):
    with opened(here) as reader:
        reader.execute("INSERT INTO said (word) VALUES ('later')")

        sqlite.put_in(copy, ["INSERT INTO said (word) VALUES ('settled')"])

        said = [word for (word,) in reader.execute("SELECT word FROM said")]
        assert said == ["river", "settled"]
        assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_copy_makes_a_database_where_there_is_none(here, copy):
    for ending in sqlite.SIDE_FILES:
        here.with_name(f"{here.name}{ending}").unlink(missing_ok=True)

    sqlite.put_in(copy, [])

    assert words(here) == ["river"]


@pytest.mark.parametrize("statement", ["DELETE FROM nothing", "INSERT INTO said VALUES (2, NULL)"])
def test_what_fails_changes_nothing(here, copy, statement):
    with opened(here) as database:
        database.execute("INSERT INTO said (word) VALUES ('later')")

    with pytest.raises(Fault, match="Nothing was changed"):
        sqlite.put_in(copy, [statement])

    assert words(here) == ["river", "later"]


def test_one_who_writes_is_not_waited_for_without_end(here, copy):
    with opened(here) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(Fault, match="is in use"):
            sqlite.put_in(copy, [])


def test_whether_it_is_in_use_is_known(here):
    assert not sqlite.is_in_use()
    with opened(here) as reader:
        reader.execute("SELECT * FROM said").fetchall()
        assert sqlite.is_in_use()
    assert words(here) == ["river"]


@pytest.mark.parametrize("damage", ["begins", "inside"])
def test_a_damaged_database_is_told_and_makes_room(here, tmp_path, damage):
    copied = tmp_path / "copy"
    sqlite.dump(copied)
    whole = here.read_bytes()
    half = len(whole) // 2
    here.write_bytes(b"nothing" * 900 if damage == "begins" else whole[:half] + b"\xff" * half)

    for asked in (sqlite.rows, lambda: sqlite.dump(tmp_path / "next")):
        with pytest.raises(Damaged, match="db.sqlite3” is damaged"):
            asked()
    aside = sqlite.set_aside()
    sqlite.put_in(copied, [])

    assert words(here) == ["river"] and aside.exists()


def test_a_damaged_database_comes_back_if_a_restore_fails(here):
    here.write_bytes(b"nothing" * 900)

    sqlite.put_aside_back(sqlite.set_aside())

    assert here.read_bytes() == b"nothing" * 900


def test_a_database_that_is_not_there_is_told(here, tmp_path):
    here.unlink()

    with pytest.raises(Fault, match="no database at"):
        sqlite.dump(tmp_path / "copy")
    assert sqlite.rows() == {} and not here.exists()
