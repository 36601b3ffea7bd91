"""The worker's rounds."""

import signal
import socket
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, connection

from operations import worker
from tests.factories import make_meeting


@pytest.fixture
def told(circle, facilitator, member):
    """A meeting that is announced to both people of the circle."""
    meeting = make_meeting(circle, place="The library")
    meeting.schedule()
    return meeting


def test_the_worker_does_one_round_and_ends(told, mailoutbox, capsys):
    call_command("worker", once=True)

    assert capsys.readouterr().out == "Emails sent: 2.\n"


def test_systemd_hears_that_the_worker_has_started(tmp_path, monkeypatch):
    """Else an update would end well with a worker that can't start."""
    path = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    monkeypatch.setattr(worker, "work", lambda *_stop, **_rest: None)
    monkeypatch.setattr(signal, "signal", lambda *_handler: None)

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        systemd.setblocking(False)
        call_command("worker")
        assert systemd.recv(100) == b"READY=1"
    call_command("worker")  # It goes on if no one listens anymore.


@pytest.mark.django_db(transaction=True)
def test_the_worker_goes_on_after_a_round_that_went_wrong(told, mailoutbox, settings):
    rounds = []

    def rest(_seconds):
        rounds.append(settings.EMAIL_BACKEND)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    settings.EMAIL_BACKEND = "nowhere.Backend"
    worker.work(lambda: len(rounds) == 2, rest)

    assert len(mailoutbox) == 2


@pytest.mark.django_db(transaction=True)
def test_the_worker_tells_of_an_outage_once_and_that_it_is_over(told, mailoutbox, caplog):
    def fail(execute, *arguments):
        raise OperationalError("the connection was refused")

    rounds = []
    with connection.execute_wrapper(fail):
        worker.work(lambda: len(rounds) == 3, rounds.append)
    worker.work(lambda: len(rounds) == 4, rounds.append)

    assert len(mailoutbox) == 2
    began, ended = (record.getMessage() for record in caplog.records)
    assert began.startswith("The database doesn't answer: ")
    assert ended.startswith("The database answers again, after ")
    assert ended.endswith("Errors: 3.")


@pytest.mark.django_db(transaction=True)
def test_the_log_says_why_no_email_leaves_and_when_it_does(told, mailoutbox, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    rounds = []

    def rest(_seconds):
        rounds.append(settings.EMAIL_BACKEND)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    worker.work(lambda: len(rounds) == 2, rest)

    began, ended = (record.getMessage() for record in caplog.records)
    assert began.startswith("The email server doesn't take our email: ")
    assert "ConnectionRefusedError" in began
    assert ended.startswith("The email server takes email again, after ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("once", [True, False])
def test_the_worker_deletes_sessions_that_have_ended(once):
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(timedelta(days=days))
        session.create()

    if once:
        call_command("worker", once=True)
    else:
        rests = []
        worker.work(lambda: bool(rests), rests.append)

    assert [row.session_key for row in Session.objects.all()] == [session.session_key]
