"""The web server is killed at random moments while people write: nothing acknowledged is lost.

Seven people write at once, each their own kind of thing, and send it again until it is
acknowledged, as the pages do. To repeat a failure, set KILL_SEED to the seed that it names.
"""

import os
import random
import re
import secrets
import uuid
from http.client import HTTPConnection, HTTPException
from threading import Condition, Event, Thread
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from circles.live import agenda
from circles.live.moves import begin, find_open_item
from circles.models import Membership
from tests.factories import make_circle, make_meeting, make_membership, make_note, make_user
from tests.processes import WebServer

SEED = int(os.environ.get("KILL_SEED", "1789"))
TOKEN = "x" * 32
NUMBER = re.compile(r"\d+$")
PATIENCE = 60  # seconds in which the server must answer again


class Writer:
    """One person who writes 1, 2, 3, …, each until it is acknowledged.

    Args:
        name: the name of what they write; `what` says which request that is.
        user: who they are.
        ledger: told of each acknowledged write.
        what: gives for a number (method, path, fields).
        saved: SQL for the texts in the database that this writer wrote.
        is_list: whether each write stays; otherwise it replaces the one before.
    """

    def __init__(self, name, user, ledger, what, saved, *, is_list=False):
        self.name, self.user, self.ledger = name, user, ledger
        self.what, self.saved, self.is_list = what, saved, is_list
        self.acknowledged = self.tried = 0
        client = Client()
        client.force_login(user)
        self.headers = {
            "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "X-Person": str(user.pk),
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def run(self, port):
        while not self.ledger.is_over.is_set():
            self.tried = self.acknowledged + 1
            method, path, fields = self.what(self.tried)
            status, said = self.send(port, method, path, urlencode(fields))
            if status in (200, 201, 302):
                self.acknowledged = self.tried
                self.ledger.note()
            elif status is None:
                self.ledger.is_over.wait(0.02)
            else:
                self.ledger.refusals.append(f"{self.name} {self.tried}: {status} {said[:300]}")
                return

    def send(self, port, method, path, body):
        """(status, text) of the answer; a status of None if there was no whole one."""
        line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            line.request(method, path, body, self.headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException):
            return None, b""
        finally:
            line.close()

    def missing(self, server, acknowledged):
        """What was acknowledged and is not there, and what is there and was never sent."""
        there = sorted(int(NUMBER.search(text)[0]) for (text,) in server.rows(self.saved))
        if not self.is_list:
            is_right = there and acknowledged <= there[-1] <= self.tried
            return "" if is_right or not acknowledged else f"{self.name}: {there}, {acknowledged}"
        wanted = list(range(1, acknowledged + 1))
        if there in (wanted, [*wanted, acknowledged + 1]):
            return ""
        return f"{self.name}: {len(there)} saved, {acknowledged} acknowledged"


class Ledger:
    """All that was acknowledged."""

    def __init__(self):
        self.writers, self.refusals, self.is_over = [], [], Event()
        self.news, self.count = Condition(), 0

    def note(self):
        with self.news:
            self.count += 1
            self.news.notify_all()

    def wait_for(self, more, server):
        """Wait until the server has acknowledged so many more writes."""
        with self.news:
            goal, answers = self.count + more, True
            while answers and self.count < goal and not self.refusals:
                answers = self.news.wait(timeout=PATIENCE)
        assert self.refusals == []
        state, said = server.process.poll(), server.log.read_text()[-2000:]
        assert answers, f"The server ({state}) acknowledges nothing more: {said}"

    def check(self, server):
        """The server is down: all that was acknowledged is in the database, and it is whole."""
        lost = [writer.missing(server, writer.acknowledged) for writer in self.writers]
        assert [one for one in lost if one] == []
        revisions = [number for (number,) in server.rows("SELECT revision FROM circles_note")]
        ((newest,),) = server.rows("SELECT revision FROM circles_meeting")
        assert len(set(revisions)) == len(revisions) and max(revisions) <= newest
        if connection.vendor == "sqlite":
            assert server.rows("PRAGMA integrity_check") == [("ok",)]
            assert server.rows("PRAGMA foreign_key_check") == []


@pytest.fixture
def meeting(transactional_db, settings, brief, section):
    """A meeting that has begun, at its first item."""
    settings.SECRET_KEY = secrets.token_urlsafe(50)
    meeting = make_meeting(
        make_circle(slug="maple-street"), brief=brief, starts_at=timezone.now(), place="The library"
    )
    agenda.keep(meeting, agenda.propose(meeting, [section]), started_from=0)
    begin(meeting, meeting.starts_at)
    return meeting


@pytest.fixture
def ledger(meeting):
    """Three take notes, one of them by changing the same one; the others do all the rest."""
    ledger, page = Ledger(), meeting.get_absolute_url()
    item, edited, names = find_open_item(list(meeting.agenda_items.all())), make_note(meeting), {}

    def person(name, role=Membership.Role.FACILITATOR):
        names[name] = make_user(name)
        make_membership(meeting.circle, names[name], role=role)
        return names[name]

    def note_of(name):
        ids = uuid.uuid4()
        return lambda number: (
            "PUT",
            f"{page}notes/{uuid.uuid5(ids, str(number))}/",
            {"text": f"{name} {number}", "kind": "point", "section": "history"},
        )

    def passage(number):
        return f"passage:p{number}"

    def add(name, what, saved, **more):
        user = names.get(name) or person(name)
        ledger.writers.append(Writer(name, user, ledger, what, saved, **more))

    for name in ("Ann", "Ben"):
        saved = f"SELECT text FROM circles_note WHERE text LIKE '{name} %'"
        add(name, note_of(name), saved, is_list=True)
    add(
        "Edith",
        lambda n: ("PUT", f"{page}notes/{edited.pk}/", {"text": f"Edited {n}", "version": n}),
        "SELECT text FROM circles_note WHERE text LIKE 'Edited %'",
    )
    add(
        "Rosa",
        lambda n: ("POST", f"{page}rsvp/", {"answer": "yes", "comment": f"Word {n}"}),
        "SELECT comment FROM circles_rsvp",
    )
    keys = uuid.uuid4()
    add(
        "Al",
        lambda n: ("PUT", f"{page}actions/{uuid.uuid5(keys, str(n))}/", {"text": f"Do {n}"}),
        "SELECT text FROM circles_actionitem",
        is_list=True,
    )
    add(
        "Mo",
        lambda n: ("POST", f"{page}run/", {"do": "show", "item": item.pk, "showing": passage(n)}),
        "SELECT showing FROM circles_meeting WHERE showing <> ''",
    )
    add(
        "Sue",
        lambda n: (
            "POST",
            f"{page}minutes/edit/",
            {"summary": f"Draft {n}", "started_from": f"Draft {n - 1}" if n > 1 else ""},
        ),
        "SELECT minutes_summary FROM circles_meeting WHERE minutes_summary <> ''",
    )
    return ledger


@pytest.fixture
def server(ledger, tmp_path):
    server = WebServer(tmp_path)
    server.start()
    yield server
    if server.process.poll() is None:
        server.kill()


@pytest.mark.slow
@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.long)])
def test_kills_lose_nothing_that_was_acknowledged(server, ledger, kills):
    print(f"KILL_SEED={SEED}")
    chance = random.Random(SEED)
    threads = [Thread(target=writer.run, args=[server.port]) for writer in ledger.writers]
    for thread in threads:
        thread.start()
    try:
        for number in range(kills):
            print(f"kill {number}, {ledger.count} acknowledged")
            ledger.wait_for(chance.randrange(1, 30), server)
            ledger.is_over.wait(chance.uniform(0, 0.02))  # some moment within a write
            if number % 2:
                server.kill_one_worker(chance)
                continue
            server.kill()
            ledger.check(server)
            server.start()
        ledger.wait_for(len(threads), server)
    finally:
        ledger.is_over.set()
        server.kill()
        for thread in threads:
            thread.join()
    ledger.check(server)
    assert all(writer.acknowledged for writer in ledger.writers)
