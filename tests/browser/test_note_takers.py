"""Three note takers, unstable networks, and a server that gets killed: nothing is lost.

The failures are drawn from a seed, KILL_SEED, which each test prints. The long run writes as
many notes as a whole meeting.
"""

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import Error, expect

from accounts.models import User
from tests.processes import database_url, free_port

from .conftest import DESKTOP, PASSWORD, Person

pytestmark = pytest.mark.service_worker

RUN = "/circles/maple-street/meetings/2/run/"
SEED = int(os.environ.get("KILL_SEED", "1789"))
PATIENCE = 60_000  # milliseconds to wait until everything has been sent
EMAILS = ["facilitator@example.org", "member@example.org", "ida@example.org"]


class Server:
    """The server of `make run` with its own database, which can be killed and restarted.

    Args:
        folder: the folder of its data.
    """

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        self.base = f"http://localhost:{self.port}"

    def start(self):
        clean = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("DJANGO_", "DEBUG", "DATABASE_URL"))
        }
        environment = clean | {"DATA_DIR": str(self.folder), "PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, settings.BASE_DIR / "bin" / "serve"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self):
        """Kill all its processes at once, as when the power fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def said(self):
        """The texts in the database by writer, in the order in which they were saved."""
        asked = """SELECT accounts_user.email, circles_note.text FROM circles_note
            JOIN accounts_user ON accounts_user.id = author_id
            WHERE deleted_at IS NULL AND text LIKE '%of the evening'
            ORDER BY circles_note.created_at, circles_note.rowid"""
        found = {}
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as database:
            for email, text in database.execute(asked):
                found.setdefault(email, []).append(text)
        return found


@contextmanager
def running(folder):
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Recorder:
    """A note taker, whose page is sometimes reloaded, closed or signed out."""

    def __init__(self, context, server, email):
        self.context, self.server, self.email = context, server, email
        self.person = Person(context, server.base)
        self.written = []

    @property
    def page(self):
        return self.person.page

    def open(self):
        self.page.goto(self.server.base + RUN)
        expect(self.page.locator("[data-live]")).to_have_attribute("data-waiting", "0")

    def write(self):
        text = f"Entry {len(self.written) + 1} of the evening"
        field = self.page.get_by_label("What was said", exact=True)
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_value("")
        self.written.append(text)

    def close_and_open(self):
        """Close the page and open it again, also offline, from what is on the device."""
        self.page.close()
        self.person = Person(self.context, self.server.base)
        self.page.goto(self.server.base + RUN)
        expect(self.page.get_by_label("What was said", exact=True)).to_be_visible()

    def sign_in_again(self):
        # Its service worker hears a moment later that the network is back.
        self.page.goto(self.server.base + "/accounts/login/")
        until = time.monotonic() + PATIENCE / 1000
        while (again := self.page.get_by_role("link", name="Try again")).count():
            assert time.monotonic() < until, "The network doesn't come back."
            again.click()
            self.page.wait_for_load_state()
        self.person.sign_in(self.email)
        self.page.goto(self.server.base + RUN)

    def is_home(self):
        home = self.page.locator("[data-live][data-waiting='0']")
        expect(home).to_have_count(1, timeout=PATIENCE)


@pytest.fixture
def server(tmp_path, demo):
    """The server, on the demo as other tests have it: making another takes longer."""
    password = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-tests")
    User.objects.filter(email__in=EMAILS).update(password=password)
    database_url(tmp_path)
    files = (settings.BASE_DIR / "fixtures").glob("*.yaml")
    loaded = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    (tmp_path / "fixtures.json").write_text(json.dumps(loaded))
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def recorders(contexts, server):
    """Three members of the circle, each with a browser of their own."""
    browsers = [contexts(viewport=DESKTOP["viewport"]) for _email in EMAILS]
    wait_until_it_answers(browsers[0], server)
    found = []
    for context, email in zip(browsers, EMAILS, strict=True):
        recorder = Recorder(context, server, email)
        recorder.person.sign_in(email)
        recorder.open()
        wait_until_it_opens_without_a_network(recorder.page)
        found.append(recorder)
    return found


def wait_until_it_answers(context, server):
    page = context.new_page()
    until = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            page.goto(f"{server.base}/healthz")
            break
        except Error:
            assert time.monotonic() < until, "The server doesn't start."
            page.wait_for_timeout(200)  # each try keeps the starting server from its work
    page.close()


def wait_until_it_opens_without_a_network(page):
    while not page.evaluate("caches.match(location.href).then(Boolean)"):
        page.wait_for_load_state("networkidle")


@pytest.mark.long
@pytest.mark.parametrize(("entries", "deaths"), [(24, 1), (300, 3)])
def test_all_that_three_recorders_write_stands_once_in_the_order_of_each(
    server, recorders, entries, deaths
):
    print(f"KILL_SEED={SEED}")
    chance = random.Random(SEED)
    kills = {entries // 5 + 3 * entries // 10 * death for death in range(deaths)}
    restarts = {moment + entries // 10 for moment in kills}
    first, second, third = recorders

    for number in range(entries):
        if number in kills:
            server.kill()
        if number in restarts:
            server.start()
        if number == entries // 4:
            first.close_and_open()
        if number == entries // 3:
            second.context.clear_cookies(name="sessionid")
        if chance.random() < 0.2:
            chance.choice(recorders).context.set_offline(chance.random() < 0.6)
        recorders[number % 3].write()

    wait_until_it_answers(third.context, server)
    for recorder in recorders:
        recorder.context.set_offline(False)
    second.sign_in_again()
    for recorder in recorders:
        recorder.is_home()
    assert server.said() == {recorder.email: recorder.written for recorder in recorders}
