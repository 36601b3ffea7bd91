"""A backup is made while the site goes on; or a sentence says why not, and nothing is left."""

import errno
import fcntl
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from circles.models import Note
from config.online_migrations import STEP
from operations.backups import archive, making, workplace
from operations.backups.making import BackupFailed, make

from ...factories import make_note

pytestmark = pytest.mark.django_db(transaction=True)


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_holds_what_is_there_and_is_closed_to_others(backups, data_dir):
    make_note(text="What we heard about the river.")
    before = timezone.now()

    manifest = make(backups / "circles.age")

    assert manifest.rows["circles_note"] == Note.objects.count() == 1
    assert manifest.made_at >= before and "circles.0001_first" in manifest.migrations
    assert (backups / "circles.age").stat().st_mode & 0o777 == 0o600
    assert left_in(backups) == ["circles.age"] and left_in(data_dir / "backup-work") == []
    assert archive.read(backups / "circles.age", data_dir / "opened") == manifest


def test_the_command_says_what_is_in_it(backups, capsys):
    make_note()

    call_command("backup", str(backups / "circles.tar.gz"), plain=True)

    said = capsys.readouterr().out
    assert "1 circle, 0 people, 1 note" in said and "It isn’t encrypted" in said


def test_the_steps_of_a_migration_are_no_migrations(backups):
    """Else a restore would take the backup for one of a newer version."""
    MigrationRecorder(connection).record_applied("circles", f"0043_reading_kits{STEP}2")

    assert not any(STEP in name for name in make(backups / "circles.age").migrations)


def test_the_command_makes_a_key(settings, capsys):
    call_command("backup", new_key=True)

    told = capsys.readouterr()
    settings.BACKUP_KEY = told.out
    assert archive.key() and "keep a copy" in told.err


@pytest.mark.parametrize(
    ("name", "set_key", "sentence"),
    [
        ("circles.age", "", "BACKUP_KEY isn’t set"),
        ("circles.age", "secret", "BACKUP_KEY isn’t a key"),
        ("here.age", None, "exists. Choose another name"),
        ("", None, "is a folder"),
        ("nowhere/circles.age", None, "There’s no folder"),
        (None, None, "Name the file to make"),
    ],
)
def test_a_backup_that_cannot_be_made_is_told(backups, settings, name, set_key, sentence):
    (backups / "here.age").write_text("An older backup.")
    settings.BACKUP_KEY = settings.BACKUP_KEY if set_key is None else set_key

    with pytest.raises(CommandError, match=sentence):
        call_command("backup", *([] if name is None else [str(backups / name)]))

    assert left_in(backups) == ["here.age"]
    assert (backups / "here.age").read_text() == "An older backup."


def test_another_file_is_replaced_only_by_force(backups):
    (backups / "circles.age").write_text("An older backup.")

    make(backups / "circles.age", force=True)

    assert (backups / "circles.age").read_bytes().startswith(archive.AGE)


def refuse(number):
    def refused(*_arguments):
        raise OSError(number, os.strerror(number))

    return refused


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "may not read or write"),
        (errno.EROFS, "can only be read"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_disk_refuses_leaves_nothing_behind(
    backups, data_dir, monkeypatch, number, sentence
):
    (backups / "circles.age").write_text("An older backup.")
    monkeypatch.setattr(archive, "_pack", refuse(number))

    with pytest.raises(BackupFailed, match=sentence):
        make(backups / "circles.age", force=True)

    assert left_in(backups) == ["circles.age"] and left_in(data_dir / "backup-work") == []
    assert (backups / "circles.age").read_text() == "An older backup."


def test_a_backup_leaves_room_for_the_site(backups, monkeypatch):
    monkeypatch.setattr(workplace, "RESERVE", 1 << 60)

    with pytest.raises(BackupFailed, match="isn’t enough room"):
        make(backups / "circles.age")

    assert left_in(backups) == []


def test_a_backup_that_holds_something_else_is_not_kept(backups, monkeypatch):
    native = making.KINDS[making.connection.vendor]
    monkeypatch.setattr(native, "check", lambda _file: {"circles_note": 7})

    with pytest.raises(BackupFailed, match="doesn’t hold what the database does"):
        make(backups / "circles.age")

    assert left_in(backups) == []


def test_one_backup_is_made_at_a_time(backups):
    with workplace.workplace(), pytest.raises(BackupFailed, match="under way"):
        make(backups / "circles.age")


def test_what_a_killed_backup_left_is_deleted_and_one_that_runs_goes_on(backups, data_dir):
    killed, running = (backups / f".{name}{making.PART}" for name in ("killed", "running"))
    for path in (killed, running):
        path.write_bytes(archive.AGE)
    (data_dir / "backup-work").mkdir(parents=True)
    (data_dir / "backup-work" / "dump").write_text("A copy.")
    with running.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        make(backups / "circles.age")

    assert left_in(backups) == [running.name, "circles.age"]
    assert left_in(data_dir / "backup-work") == []


def test_a_database_that_is_gone_is_told(backups, monkeypatch):
    def gone():
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr(making.KINDS[making.connection.vendor], "size", gone)

    with pytest.raises(BackupFailed, match="can’t be asked: connection refused. Check"):
        make(backups / "circles.age")


def test_root_makes_no_files_that_the_site_cannot_write(backups, data_dir, monkeypatch):
    data_dir.mkdir()
    monkeypatch.setattr(workplace.os, "geteuid", lambda: 0)
    monkeypatch.setattr(workplace.pwd, "getpwuid", lambda _id: SimpleNamespace(pw_name="circles"))
    monkeypatch.setattr(Path, "stat", lambda _path, **_how: SimpleNamespace(st_uid=1000, st_mode=0))

    with pytest.raises(BackupFailed, match="belongs to circles. Run it as that user"):
        make(backups / "circles.age")


def test_a_name_without_a_folder_is_in_this_one(backups, monkeypatch):
    monkeypatch.chdir(backups)

    make(Path("circles.age"))

    assert left_in(backups) == ["circles.age"]
