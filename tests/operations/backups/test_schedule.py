"""Backups on a schedule: when one is made, by whom, and what's told if it fails."""

import logging
import signal
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from circles.models import Mail
from operations import worker
from operations.backups import archive, making, rotation, schedule, workplace
from operations.models import Outcome
from tests.factories import make_user

FULL = "The disk is full, so “/backups” couldn’t be written. 12 MB are left."


@pytest.fixture
def folder(tmp_path, settings, db):
    settings.BACKUP_DIR, settings.DATA_DIR = tmp_path / "backups", tmp_path / "data"
    settings.BACKUP_DIR.mkdir()
    settings.BACKUP_KEY = archive.new_key()
    return settings.BACKUP_DIR


@pytest.fixture
def made(folder, monkeypatch):
    """The paths of backups that a stand-in made. It fails with what's in `made.fault`."""

    class Made(list):
        fault = None

    made = Made()

    def make_in(place, path, *, plain, force=False):
        if made.fault:
            raise workplace.Fault(made.fault)
        path.write_bytes(b"age")
        made.append(path)

    monkeypatch.setattr("operations.backups.making.make_in", make_in)
    return made


def at(monkeypatch, **later):
    """Set the clock forward, or back."""
    moment = datetime(2026, 11, 26, 2, 30, tzinfo=UTC) + timedelta(**later)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


def test_one_is_made_when_the_newest_is_a_day_old_and_it_is_noted(made, monkeypatch):
    first = at(monkeypatch)
    schedule.back_up()
    at(monkeypatch, hours=22)
    sentence = schedule.back_up()
    second = at(monkeypatch, hours=24, seconds=-20)
    schedule.back_up()

    assert "No backup is due." in sentence
    assert made == [rotation.path_of(first), rotation.path_of(second)]
    assert rotation.newest() == second.replace(microsecond=0)


def test_a_clock_that_was_ahead_for_a_while_holds_up_nothing(made, monkeypatch):
    at(monkeypatch, days=500)
    schedule.back_up()
    now = at(monkeypatch)
    schedule.back_up()

    assert len(made) == 2 and all(path.exists() for path in made)
    assert rotation.newest() == now


def test_a_clock_that_was_set_back_to_the_second_overwrites_nothing(made, monkeypatch):
    at(monkeypatch)
    schedule.back_up(now=True)
    schedule.back_up(now=True)

    assert len({*made}) == 2


def test_a_folder_that_lost_its_files_gets_a_new_one_right_away(made, folder):
    schedule.back_up()
    made[0].unlink()
    schedule.back_up()

    assert len(made) == 2


@pytest.mark.django_db(transaction=True)
def test_the_backup_that_is_made_is_a_whole_one_and_replaces_a_half_written_one(folder):
    (folder / f".circles.age{making.PART}").touch()

    path = schedule.back_up(now=True)

    assert [each.name for each in folder.iterdir()] == [path.name]
    assert archive.read(path, folder / "database").rows


def test_a_failure_is_logged_once_and_emailed_to_superusers_once_a_day(
    made, monkeypatch, caplog, mailoutbox, settings
):
    root = make_user("Root", is_superuser=True, is_staff=True)
    make_user("Ed Editor", is_staff=True)
    caplog.set_level(logging.INFO, "operations")
    made.fault = FULL

    for hours in (0, 1, 2):
        at(monkeypatch, hours=hours)
        made.fault = FULL.replace("12", str(hours))
        with pytest.raises(schedule.BackupFailed, match="The disk is full"):
            schedule.back_up()
    worker.send()
    made.fault = None
    at(monkeypatch, hours=3)
    schedule.back_up()

    said = [record.getMessage() for record in caplog.records if record.name.startswith("operat")]
    assert [line.split(".")[0] for line in said] == [
        "The scheduled backup failed",
        "Scheduled backups work again",
    ]
    (mail,) = mailoutbox
    assert mail.to == [root.email] and mail.subject == "A backup failed"
    assert "The disk is full" in mail.body and "There’s no backup yet." in mail.body
    assert Outcome.objects.of("backup").fault == ""


def test_cron_tries_again_an_hour_after_a_failure_and_a_worker_that_starts_at_once(
    made, monkeypatch
):
    at(monkeypatch)
    made.fault = FULL
    with pytest.raises(schedule.BackupFailed):
        schedule.back_up()
    made.fault = None
    at(monkeypatch, minutes=5)

    assert "tries again in an hour" in schedule.back_up(patient=True) and made == []
    assert schedule.back_up() == made[0]
    made[0].unlink()
    Outcome.objects.failed("backup", FULL)
    at(monkeypatch, minutes=66)
    assert schedule.back_up(patient=True) == made[1]


def test_an_email_is_dropped_if_a_backup_was_made_before_it_left(made, mailoutbox):
    make_user("Root", is_superuser=True)
    schedule.note_failure(FULL)
    schedule.back_up(now=True)
    worker.send()

    assert mailoutbox == []
    assert Mail.objects.get().last_error == "a backup was made since"


def test_what_goes_wrong_unforeseen_is_noted_with_its_traceback_in_the_log(
    folder, monkeypatch, caplog
):
    def make_in(*args, **options):
        raise RuntimeError("out of paper")

    monkeypatch.setattr("operations.backups.making.make_in", make_in)
    with pytest.raises(schedule.BackupFailed):
        schedule.back_up()

    assert "out of paper" in Outcome.objects.of("backup").fault
    assert caplog.records[-1].exc_info


def test_nothing_is_ever_saved_unencrypted(made, settings):
    settings.BACKUP_KEY = ""

    with pytest.raises(schedule.BackupFailed, match="BACKUP_KEY isn’t set"):
        schedule.back_up()
    assert made == []


def test_a_missing_folder_is_told_with_what_to_do(folder, capsys):
    folder.rmdir()

    with pytest.raises(CommandError, match="There’s no “.*backups”"):
        call_command("scheduled_backup")


def test_without_a_folder_the_command_says_how_to_turn_them_on(db, settings):
    settings.BACKUP_DIR = None

    with pytest.raises(CommandError, match="BACKUP_DIR isn’t set"):
        call_command("scheduled_backup")


def test_while_another_process_makes_one_none_is_made_and_nothing_failed(made):
    with workplace.workplace():
        sentence = schedule.back_up()

    assert "under way" in sentence and made == []
    assert not Outcome.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is on one machine")
@pytest.mark.django_db(transaction=True)
def test_workers_on_two_machines_make_one(made):
    other = connection.copy("other")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('scheduled backup'))")
        sentence = schedule.back_up()
        # The server takes a moment to notice that a connection is closed.
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()

    assert "Another process" in sentence and made == []
    assert schedule.back_up() == made[0]


def test_the_worker_that_runs_once_makes_it_too(made, capsys):
    call_command("worker", once=True)

    assert len(made) == 1


class Child:
    """Stands in for the process."""

    started: list["Child"] = []

    def __init__(self, command, **options):
        self.command, self.status, self.ended = command, None, False
        self.started.append(self)

    def poll(self):
        return self.status

    def terminate(self):
        self.ended = True

    def wait(self, seconds):
        return 0


@pytest.fixture
def children(folder, monkeypatch):
    monkeypatch.setattr(Child, "started", [])
    monkeypatch.setattr(subprocess, "Popen", Child)
    return Child.started


def test_the_worker_starts_one_process_an_hour_and_never_a_second_beside_it(children, monkeypatch):
    watch, clock = schedule.Watch(), [1000.0]
    monkeypatch.setattr("operations.backups.schedule.time.monotonic", lambda: clock[0])

    watch.look()
    clock[0] += 7200
    watch.look()
    assert len(children) == 1
    children[0].status = 0
    watch.look()
    clock[0] += 60
    children[1].status = 1
    watch.look()
    assert len(children) == 2
    assert not Outcome.objects.exists()


def test_a_process_that_was_killed_is_noted(children):
    watch = schedule.Watch()
    watch.look()
    children[0].status = -signal.SIGKILL
    watch.look()

    assert "was killed (status -9)" in Outcome.objects.of("backup").fault


@pytest.mark.django_db(transaction=True)
def test_the_process_ends_with_the_worker(children):
    rounds = []
    worker.work(lambda: bool(rounds), rounds.append)

    assert [child.ended for child in children] == [True]


def test_a_worker_without_a_folder_starts_none(children, settings):
    settings.BACKUP_DIR = None
    schedule.Watch().look()

    assert children == []
