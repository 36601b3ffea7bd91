"""The database goes away under a running server, and comes back. Nothing is restarted."""

import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing, suppress
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.factories import make_meeting, make_section
from tests.processes import WebServer

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
IS_SQLITE = connection.vendor == "sqlite"
on_sqlite = pytest.mark.skipif(not IS_SQLITE, reason="PostgreSQL has no file")
on_postgresql = pytest.mark.skipif(IS_SQLITE, reason="SQLite has no server")
PATIENCE = 15  # seconds that people would wait at most
TOKEN = "x" * 32
BRIEF = "/briefs/water/"


class Gate:
    """Stands between the app and PostgreSQL: a port that can be shut and opened again."""

    def __init__(self, address):
        self.address, self.port, self.lines = address, 0, []
        self.open()

    def open(self):
        self.door = socket.create_server(("127.0.0.1", self.port))
        self.port = self.door.getsockname()[1]
        Thread(target=self._let_in, args=[self.door], daemon=True).start()

    def shut(self):
        for line in [self.door, *self.lines]:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self.lines = []

    def _let_in(self, door):
        with suppress(OSError):
            while True:
                inside, _from = door.accept()
                outside = socket.create_connection(self.address)
                self.lines += [inside, outside]
                for pair in [(inside, outside), (outside, inside)]:
                    Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, giver, taker):
        with suppress(OSError):
            while said := giver.recv(65536):
                taker.sendall(said)
            taker.shutdown(socket.SHUT_WR)


class Site:
    """A server with one process, and a person who writes and reads."""

    def __init__(self, folder, meeting, person):
        self.notes = f"{meeting.get_absolute_url()}notes/"
        client = Client()
        client.force_login(person)
        # Last: it copies SQLite's file, with the session.
        self.server = WebServer(folder)
        self.server.environment["WEB_CONCURRENCY"] = "1"
        self.headers = {
            "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def start(self):
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(
            collect, cwd=django_settings.BASE_DIR, env=self.server.environment, check=True
        )
        self.server.start()
        for _try in range(600):
            with suppress(OSError):
                return self.ask("GET", "/robots.txt")
            time.sleep(0.1)
        raise AssertionError(self.server.log.read_text())

    def ask(self, method, path, **fields):
        """(status, text)"""
        with closing(HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)) as line:
            line.request(method, path, urlencode(fields) or None, self.headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace")

    def put(self, note):
        return self.ask("PUT", f"{self.notes}{note}/", text="We kept it.", kind="point")[0]

    def post(self):
        fields = {"id": uuid.uuid4(), "text": "We typed it.", "kind": "point"}
        return self.ask("POST", self.notes, **fields, csrfmiddlewaretoken=TOKEN)

    def read(self, path):
        return self.ask("GET", path)[0]

    def told(self, sentence):
        """How often the log says it. It has no traceback."""
        log = self.server.log.read_text()
        assert "Traceback" not in log
        return log.count(sentence)


@pytest.fixture
def site(settings, tmp_path, circle, member, brief):
    settings.SECRET_KEY = secrets.token_urlsafe(50)
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now(), place="The library")
    meeting.start()
    make_section(brief, slug="history", heading="History")
    site = Site(tmp_path, meeting, member)
    yield site
    if site.server.process and site.server.process.poll() is None:
        site.server.kill()


def check_kept_text(page):
    status, text = page
    assert status == 503
    assert "We typed it.</textarea>" in text
    assert "Send again" in text


@on_sqlite
def test_while_another_process_holds_the_file_all_is_read_and_writers_keep_their_words(site):
    note, other = uuid.uuid4(), uuid.uuid4()
    site.start()
    assert site.put(note) == 201

    with closing(sqlite3.connect(site.server.folder / "db.sqlite3", isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        assert site.put(other) == 503
        check_kept_text(site.post())
        assert [site.read(path) for path in ("/circles/", BRIEF, "/briefs/?q=water")] == [200] * 3
        held.execute("ROLLBACK")

    assert (site.put(other), site.post()[0]) == (201, 302)
    assert site.told("Another process holds the database") == 1
    assert site.told("The database can be written to again, after") == 1


@on_sqlite
def test_a_file_that_cannot_be_opened_is_no_end(site):
    file = site.server.folder / "db.sqlite3"
    shutil.move(file, site.server.folder / "away")
    file.mkdir()
    site.start()

    assert [site.read(path) for path in ("/circles/", BRIEF, "/")] == [503] * 3
    assert site.put(uuid.uuid4()) == 503
    assert site.read("/static/img/favicon.svg") == 200
    check_kept_text(site.post())
    file.rmdir()
    shutil.move(site.server.folder / "away", file)

    assert site.put(uuid.uuid4()) == 201
    assert site.told("The database doesn't answer") == 1
    assert site.told("The database answers again, after") == 1


@on_postgresql
def test_while_postgresql_is_gone_kept_pages_are_read_and_writers_keep_their_words(site):
    url = urlsplit(site.server.environment["DATABASE_URL"])
    gate = Gate((url.hostname, url.port))
    through = url._replace(netloc=url.netloc.replace(str(url.port), str(gate.port)))
    site.server.environment["DATABASE_URL"] = through.geturl()
    site.start()
    assert (site.put(uuid.uuid4()), site.read(BRIEF)) == (201, 200)

    gate.shut()
    note = uuid.uuid4()
    assert site.put(note) == 503
    check_kept_text(site.post())
    assert [site.read(path) for path in ("/circles/", "/")] == [503] * 2
    assert [site.read(path) for path in (BRIEF, "/static/img/favicon.svg")] == [200] * 2
    gate.open()

    assert (site.put(note), site.post()[0], site.read("/circles/")) == (201, 302, 200)
    assert site.told("The database doesn't answer") == 1
    assert site.told("The database answers again, after") == 1
    gate.shut()
