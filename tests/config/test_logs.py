"""Log lines have a time, a level, a logger and a request's id, and carry nobody's words."""

import io
import logging
import re
import sys
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from circles.models import Note
from config import logs
from config.gunicorn_log import MaskedLogger
from tests.factories import make_note
from tests.routes import secret_paths

CARD, DERIVED = "abcd-efgh-jkmn-pqrs", "Qpis7z5N1EqwWpBuwhFptEVjkMeJAPPp"
SIGNED = "12-34.Qpis7z5N1EqwWpBuwhFptEVjkMeJAPPpDGwHibfLzKA"
HEAD = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 (\w+) ([\w.]+) \[([\w.-]+)\] (.*)"


@pytest.fixture
def written():
    """Everything that is logged in the test, as the settings' handler writes it."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Masked())
    handler.addFilter(logs.RequestId())
    root.addHandler(handler)
    yield stream.getvalue
    root.removeHandler(handler)


def parts(text):
    """(level, logger, id, message) of each line. Fails if one has another form."""
    found = [re.fullmatch(HEAD, line) for line in text.splitlines()]
    assert found and None not in found, text
    return [match.groups() for match in found]


# --- Tokens ---


def test_no_path_with_a_secret_is_logged_as_it_is():
    secrets = (SIGNED, CARD, DERIVED)
    paths = [path for secret in secrets for path in secret_paths(secret)]

    assert len(paths) > 15
    for path in paths:
        for line in (path, f'"GET {path} HTTP/1.1" 404', f"/accounts/login/?next={path}"):
            masked = logs.mask(line)
            assert not any(secret in masked for secret in secrets), line


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Not Found: /join/abcd-efgh-jkmn-pqrs/", "Not Found: /join/…/"),
        ("next=%2Fjoin%2Fabcd%2F", "next=%2Fjoin%2F…%2F"),
        ('"GET /calendar/xyz.ics HTTP/1.1" 200', '"GET /calendar/… HTTP/1.1" 200'),
        ("/search/?q=what+I+fear HTTP", "/search/?… HTTP"),
        (f"ticket {SIGNED}.", "ticket …."),
        ("card abcd-efgh-jkmn-pqrs", "card …"),
        ("550 <ann@example.org>: who?", "550 <address>: who?"),
        ("Ann.O'Nym+x@müller.example, bob%40b.org", "Ann.O'<address>, <address>"),
        ("postgres://u:pass@db:5432/x", "postgres://…@db:5432/x"),
        ("taken\nDETAIL:  Key (email)=(a\nb) exists.", "taken"),
        # What isn't secret stays.
        ("/circles/oak/meetings/3/rsvp/record/", "/circles/oak/meetings/3/rsvp/record/"),
        ("/calendar/new/", "/calendar/new/"),
    ],
)
def test_a_text_is_masked(said, written):
    assert logs.mask(said) == written


def test_a_page_that_is_not_found_is_logged_without_its_token(client, db, written):
    client.get(f"/calendar/{CARD}.ics")
    client.get(f"/rsvp/{SIGNED}/nothing/")

    assert written().count("…") == 2
    assert CARD not in written() and SIGNED not in written()


# --- The form of a line ---


def test_each_line_has_a_time_a_level_a_logger_and_the_id_of_its_request(client, db, written):
    answer = client.get("/nothing-here/")

    ((level, logger, number, message),) = parts(written())
    assert (level, logger, message) == ("WARNING", "django.request", "Not Found: /nothing-here/")
    assert number == answer["X-Request-ID"]


def test_no_value_can_pass_for_a_line_of_its_own(written):
    logging.getLogger("circles").warning("said %s", "this\n2026-01-01 CRITICAL root [x] that")

    assert [logger for _level, logger, *_rest in parts(written())] == ["circles", "circles"]


# --- Exceptions ---


@pytest.fixture
def broken(monkeypatch):
    """Have each note that is written fail with an error that quotes its text."""

    def fail(self, author):
        words, address = self.text, author.email
        try:
            raise ValueError(f"new row violates it\nDETAIL:  Failing row contains (1, {words}).")
        except ValueError as error:
            raise RuntimeError(f"no place for '{words}' of {address}") from error

    monkeypatch.setattr(Note, "write", fail)


def test_an_error_is_logged_without_the_words_of_a_note(
    client, member, meeting, broken, written, settings
):
    settings.ADMINS = [("Ada", "ada@example.org")]
    meeting.start()
    client.force_login(member)
    client.raise_request_exception = False
    path = reverse("circles:note_list", args=[meeting.circle.slug, meeting.number])

    answer = client.post(path, {"text": "What nobody else may hear", "kind": "point"})

    assert answer.status_code == 500
    messages = [message for *_head, message in parts(written())]
    assert any("RuntimeError: no place for “…” of <address>" in line for line in messages)
    assert any("ValueError: new row violates it" in line for line in messages)
    assert any("in fail" in line for line in messages)
    assert "nobody else" not in written() and member.email not in written()
    of_site = [part for part in parts(written()) if part[1] != "accounts.sign_in"]
    numbers = {number for _level, _logger, number, _text in of_site}
    assert numbers == {answer["X-Request-ID"]}
    assert mail.outbox == []


def test_the_database_s_word_for_a_row_is_not_logged(db, meeting, written):
    note = make_note(meeting, text="What nobody else may hear")
    try:
        Note.objects.bulk_create([note])
    except Exception:
        logging.getLogger("circles").exception("It failed")

    assert "IntegrityError" in written()
    assert "nobody else" not in written()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("my words"), "KeyError: “…”"),
        (ValueError("Field 'id' expected a number but got 'it\\'s me'."), "Field 'id' expected"),
        (ValueError('relation "circles_note" is gone'), 'relation "circles_note" is gone'),
        (AttributeError("'Note' object has no attribute 'x'"), "has no attribute 'x'"),
        (ImproperlyConfigured("run python3 -c 'import secrets'"), "'import secrets'"),
        (ValueError(), "ValueError"),
        (ValueError("“my words” are no date"), "“…” are no date"),
    ],
)
def test_an_error_tells_its_kind_and_no_words_of_people(error, told):
    assert told in logs.tell(error)
    assert "words" not in logs.tell(error) and "me'" not in logs.tell(error)


def test_a_command_that_fails_prints_a_masked_line(capsys):
    try:
        raise ValueError("it was ann@example.org")
    except ValueError:
        logs.print_masked(*sys.exc_info())

    assert "ValueError: it was <address>" in capsys.readouterr().err


# --- gunicorn ---


class Config:
    """What gunicorn's logger asks its configuration for."""

    loglevel, accesslog, errorlog, syslog = "info", "-", "-", False
    logconfig = logconfig_dict = logconfig_json = None
    capture_output = False
    access_log_format = '%(h)s "%(r)s" %(s)s "%(f)s" %({cookie}i)s %(q)s'


class Told:
    status, sent, headers = "404 Not Found", 12, []


def test_the_access_log_of_gunicorn_is_masked_whatever_its_format(capsys):
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"/join/{CARD}/?next=/mail/{SIGNED}/",
        "PATH_INFO": f"/join/{CARD}/",
        "QUERY_STRING": f"next=/mail/{SIGNED}/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://circles.example.org/rsvp/{SIGNED}/",
    }
    logger = MaskedLogger(Config())

    logger.access(Told(), [("COOKIE", "sessionid=secret")], environ, timedelta(seconds=1))
    logger.error("Error handling request %s", environ["RAW_URI"])

    told = capsys.readouterr()
    ((_level, name, _number, message),) = parts(told.out)
    assert name == "gunicorn.access"
    assert '"GET /join/…/?… HTTP/1.1" 404' in message
    assert not any(secret in told.out for secret in (CARD, SIGNED, "secret"))
    assert "/join/…/" in told.err and CARD not in told.err
