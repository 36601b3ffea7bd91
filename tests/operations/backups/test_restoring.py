"""A backup is put back in one piece or not at all, and nothing of the past is sent again."""

import io
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from circles.models import Heartbeat, Mail, Note, SentQuestion
from operations.backups import making, restoring
from operations.backups.making import make

from ...factories import make_circle, make_membership, make_note, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def native():
    return making.KINDS[connection.vendor]


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch, native, request):
    """The connections of the tests themselves don't count."""
    monkeypatch.setattr(native, "is_in_use", lambda: False)


@pytest.fixture
def backup(backups):
    """A backup with one note, and a site that has gone on since."""
    make_note(text="Before the backup.")
    make(backups / "circles.age")
    make_note(text="After the backup.")
    return backups / "circles.age"


def restore(path, *, typed=None, monkeypatch=None, **options):
    """Run the command. Returns what it says."""
    said = io.StringIO()
    if typed is None:
        options.setdefault("yes", True)
    else:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda prompt: said.write(prompt) and typed)
    call_command("restore", str(path), stdout=said, **options)
    return said.getvalue()


def texts():
    return sorted(Note.objects.values_list("text", flat=True))


def saved_first(backups):
    return sorted(path.name for path in backups.glob("before-restore-*"))


def test_what_was_there_is_there_again_and_what_came_after_is_kept(backup, backups):
    said = restore(backup)

    assert texts() == ["Before the backup."]
    assert "is whole. It holds 1 circle, 0 people, 1 note" in said
    [before] = saved_first(backups)
    assert before in said
    restore(backups / before)
    assert texts() == ["After the backup.", "Before the backup."]


def test_new_rows_get_numbers_of_their_own_afterward(backup):
    restore(backup)

    make_note(text="And on it goes.")

    assert texts() == ["And on it goes.", "Before the backup."]


def test_an_unencrypted_backup_keeps_what_was_there_unencrypted(backups, settings):
    settings.BACKUP_KEY = ""
    make_note(text="Said.")
    make(backups / "circles.tar.gz", plain=True)

    restore(backups / "circles.tar.gz")

    assert texts() == ["Said."] and saved_first(backups)[0].endswith(".tar.gz")


def test_an_empty_installation_is_filled_without_a_question(backup, backups):
    call_command("flush", interactive=False)
    Heartbeat.beat()

    said = restore(backup, yes=False)

    assert texts() == ["Before the backup."] and saved_first(backups) == []
    assert "Type" not in said


def test_a_full_one_asks_for_the_name_of_the_site(backup, settings, monkeypatch):
    settings.SITE_HOST = "circles.example.org"

    with pytest.raises(CommandError, match="Nothing was changed"):
        restore(backup, typed="yes", monkeypatch=monkeypatch)

    assert len(texts()) == 2
    restore(backup, typed="circles.example.org", monkeypatch=monkeypatch)
    assert texts() == ["Before the backup."]


def test_without_anyone_to_ask_nothing_happens(backup):
    with pytest.raises(CommandError, match="no one to ask"):
        restore(backup, yes=False)

    assert len(texts()) == 2


def test_a_dry_run_only_looks(backup, backups):
    said = restore(backup, dry_run=True)

    assert "Here are 2 circles, 0 people, 2 notes. The last note is of 20" in said
    assert said.endswith("Nothing was changed.\n")
    assert len(texts()) == 2 and saved_first(backups) == []


def test_a_site_that_runs_is_left_alone(backup, native, monkeypatch):
    monkeypatch.setattr(native, "is_in_use", lambda: True)

    with pytest.raises(CommandError, match="The site is running"):
        restore(backup, yes=False)

    assert len(texts()) == 2
    restore(backup, yes=True)
    assert texts() == ["Before the backup."]


def test_no_old_email_is_sent_again(backups):
    now, circle = timezone.now(), make_circle()
    member = make_membership(circle, make_user("Mel Member"))
    for cause, due_at in (("due", now), ("to-come", now + timedelta(days=1))):
        Mail.objects.queue(Mail.Kind.PRIVACY, cause, to=[member], circle=circle, due_at=due_at)
    Heartbeat.objects.create(name="worker", beat_at=now, reminded_until=now - timedelta(days=9))
    make(backups / "circles.age")

    said = restore(backups / "circles.age")

    assert Mail.objects.waiting().get().cause == "to-come"
    held = Mail.objects.get(cause="due")
    assert held.failed_at > now and held.last_error == restoring.HELD
    assert "1 email that waited may have been sent" in said
    # So reminders that fell due since the backup aren't sent either.
    assert Heartbeat.objects.get().reminded_until > now


def test_nobody_is_signed_in_anymore(backups):
    user = make_user()
    client = Client()
    client.force_login(user)
    make(backups / "circles.age")

    restore(backups / "circles.age")

    assert not Session.objects.exists()
    assert client.get("/circles/").status_code == 302


def test_a_backup_of_a_newer_version_is_refused(backups, monkeypatch):
    make_note()
    applied = making.applied()
    monkeypatch.setattr(making, "applied", lambda: [*applied, "circles.9001_wings"])
    make(backups / "circles.age")

    with pytest.raises(CommandError, match="newer version.*circles.9001_wings"):
        restore(backups / "circles.age")

    assert len(texts()) == 1 and saved_first(backups) == []


def test_if_it_cannot_be_brought_up_to_date_everything_is_as_it_was(backup, backups, monkeypatch):
    def migrate(*_arguments, **_options):
        assert texts() == ["Before the backup."]
        raise RuntimeError("two rows of one name")

    monkeypatch.setattr(restoring, "call_command", migrate)

    with pytest.raises(CommandError, match="two rows of one name. Everything is as it was"):
        restore(backup)

    assert len(texts()) == 2 and saved_first(backups) == []


def test_a_damaged_database_is_in_its_place_again_if_someone_interrupts(
    backup, native, monkeypatch, tmp_path
):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    moves = []
    here = restoring.Here({}, damage="It’s damaged.")
    monkeypatch.setattr(restoring, "look_around", lambda: here)
    monkeypatch.setattr(restoring.sqlite, "set_aside", lambda: moves.append("aside") or tmp_path)
    monkeypatch.setattr(restoring.sqlite, "put_aside_back", lambda _aside: moves.append("back"))
    monkeypatch.setattr(native, "put_in", interrupt)

    with pytest.raises(KeyboardInterrupt):
        restore(backup)

    assert moves == ["aside", "back"]


def test_if_it_cannot_be_put_in_everything_is_as_it_was(backup, backups, monkeypatch):
    monkeypatch.setattr(restoring, "_settle", lambda *_arguments: ["DELETE FROM no_such_table"])

    with pytest.raises(CommandError, match="no_such_table.*Nothing was changed.*saved in"):
        restore(backup)

    assert len(texts()) == 2 and len(saved_first(backups)) == 1


def test_if_what_is_here_cannot_be_saved_nothing_happens(backup, monkeypatch):
    def full(*_arguments, **_options):
        raise making.Fault("The disk is full.")

    monkeypatch.setattr(making, "make_in", full)

    with pytest.raises(CommandError, match="couldn’t be saved first. The disk is full"):
        restore(backup)

    assert len(texts()) == 2


@pytest.mark.parametrize("name", ["missing.age", ".", "letter.txt"])
def test_what_is_no_backup_is_told(backups, name):
    (backups / "letter.txt").write_text("Dear circle,")

    with pytest.raises(CommandError, match="“.*”"):
        restore(backups / name)


@pytest.mark.slow
def test_an_older_backup_is_brought_up_to_date(backups):
    call_command("migrate", "circles", "0043", verbosity=0)
    make_user("Ann Early")
    make(backups / "circles.age")
    call_command("migrate", verbosity=0)

    restore(backups / "circles.age")

    assert "circles.0044_questions_to_editors" in making.applied()
    assert User.objects.get().display_name == "Ann Early"
    assert not SentQuestion.objects.exists()
