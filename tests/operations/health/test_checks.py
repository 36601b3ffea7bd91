"""Each check finds what's wrong and says what to do."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from circles.models import Heartbeat, Mail
from operations.health import checks
from operations.models import Outcome
from tests.factories import make_user


@pytest.fixture
def well(db, settings, tmp_path):
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path, tmp_path
    Heartbeat.beat()
    Outcome.objects.went_well("backup")


def faults():
    return {found.name: found.fault for found in checks.find() if found.fault}


def test_all_is_well(well):
    assert faults() == {}


def test_a_missing_migration(well):
    MigrationRecorder.Migration.objects.filter(app="operations").delete()

    assert faults() == {
        "migrations": "1 migration is missing in the database. Run “manage.py migrate”, then "
        "restart."
    }


def test_a_database_of_a_newer_version(well):
    """Such as after going back to an older version without its backup."""
    MigrationRecorder.Migration.objects.create(app="circles", name="9001_wings")
    MigrationRecorder.Migration.objects.create(app="an_app_that_is_gone", name="0001_initial")

    fault = faults()["migrations"]

    assert fault.startswith(
        "The database is of a newer version of Full Circle: it has “circles.9001_wings”."
    )
    with pytest.raises(SystemCheckError, match="circles.9001_wings"):
        call_command("check", databases=["default"])
    with pytest.raises(SystemCheckError, match="circles.9001_wings"):
        call_command("migrate", verbosity=0, skip_checks=False)


def test_a_database_that_was_never_migrated(well, monkeypatch):
    def fail(**_values):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM operations_outcomes")

    monkeypatch.setattr(Outcome.objects, "update_or_create", fail)
    MigrationRecorder.Migration.objects.filter(app="operations").delete()

    assert faults()["database"].startswith("1 migration is missing in the database.")


def test_a_worker_that_reports_from_the_future(well):
    Heartbeat.objects.update(beat_at=timezone.now() + timedelta(minutes=10))

    assert list(faults()) == ["clock"]


@pytest.mark.parametrize(
    ("total", "free", "is_full"),
    [(20, 1.1, False), (20, 0.9, True), (4, 0.4, True), (1000, 6, False), (1000, 4, True)],
)
def test_a_disk_that_is_nearly_full(well, have_room, total, free, is_full):
    have_room(total, free)

    assert ("disk" in faults()) == is_full


def test_a_mail_server_that_could_not_be_reached(well):
    Outcome.objects.failed("mail", "The mail server can’t be reached: Connection refused.")

    assert "Connection refused. Check EMAIL_URL" in faults()["mail"]


def test_emails_that_wait_too_long(well):
    user = make_user()
    Mail.objects.queue("scheduled", "a", to=[user], due_at=timezone.now() - timedelta(minutes=29))
    assert faults() == {}

    Mail.objects.queue("scheduled", "b", to=[user], due_at=timezone.now() - timedelta(minutes=31))
    assert faults()["mail"].startswith("1 email has waited for more than half an hour.")


def test_more_emails_fail_than_are_sent(well):
    for cause in ("a", "b", "c"):
        Mail.objects.queue("scheduled", cause, to=[make_user()])
    now = timezone.now()
    a, b, c = Mail.objects.all()
    Mail.objects.filter(pk=a.pk).update(failed_at=now, is_bounce=True)
    Mail.objects.filter(pk=b.pk).update(failed_at=now)
    Mail.objects.filter(pk=c.pk).update(sent_at=now)
    assert faults() == {}

    Mail.objects.filter(pk=c.pk).update(sent_at=now - timedelta(days=2))
    assert faults()["mail"].startswith("1 email failed within a day")


@pytest.mark.parametrize(
    ("every", "hours", "is_old"), [(24, 47, False), (24, 49, True), (6, 13, True)]
)
def test_a_backup_that_is_too_old(well, settings, every, hours, is_old):
    settings.BACKUP_EVERY = every
    Outcome.objects.went_well("backup", timezone.now() - timedelta(hours=hours))

    assert ("backup" in faults()) == is_old


def test_a_backup_that_failed_after_a_good_one(well):
    Outcome.objects.failed("backup", "The disk is full.")

    assert faults() == {"backup": "The scheduled backup failed. The disk is full."}


def test_no_backup_yet(well, settings):
    Outcome.objects.all().delete()
    assert "There’s no scheduled backup yet." in faults()["backup"]

    settings.BACKUP_DIR = None
    assert faults() == {}


def test_a_check_that_fails_itself_stops_no_other(well, monkeypatch):
    def fail(folder):
        raise PermissionError("no entry")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    found = {finding.name: finding.fault for finding in checks.find()}

    assert found["disk"] == "This couldn’t be checked: PermissionError: no entry."
    assert found["backup"] == ""


def test_no_fault_has_an_address(well):
    Outcome.objects.failed("mail", "rejected: ann@example.org")

    assert "ann@" not in faults()["mail"]


def test_the_command_tells_cron_and_systemd(well, capsys):
    call_command("check_health")
    assert "database: ok\n" in capsys.readouterr().out

    Heartbeat.objects.all().delete()
    with pytest.raises(SystemExit, match="1"):
        call_command("check_health", verbosity=0)
    out = capsys.readouterr().out
    assert out.startswith("worker: The worker has never run") and out.count("\n") == 1


def test_the_admin_tells_superusers_each_fault_and_the_age_of_the_backup(well, client, admin):
    Outcome.objects.went_well("backup", timezone.now() - timedelta(hours=5))
    Outcome.objects.failed("mail", "No one answers.")
    Heartbeat.objects.all().delete()
    client.force_login(admin)

    page = client.get("/admin/").text

    assert "The worker has never run" in page and "No one answers." in page
    assert "The newest scheduled backup is from" in page and "5 hours ago." in page
    Outcome.objects.went_well("backup")
    assert "less than an hour ago." in client.get("/admin/").text


def test_the_admin_tells_editors_nothing_of_that(well, client):
    Heartbeat.objects.all().delete()
    client.force_login(make_user(is_staff=True))

    page = client.get("/admin/").text

    assert "The worker has never run" not in page and "backup" not in page


def test_the_admin_says_that_backups_are_off(well, client, admin, settings):
    settings.BACKUP_DIR, settings.IS_LOCAL_SITE = None, False
    client.force_login(admin)

    assert "There are no scheduled backups." in client.get("/admin/").text


def test_the_moment_of_the_newest_backup_has_its_zone(well):
    Outcome.objects.went_well("backup", datetime(2026, 1, 2, 3, 4, tzinfo=UTC))

    assert "It’s from 2026-01-02 03:04 UTC." in faults()["backup"]
