"""The worker is killed at random moments, or runs twice, while a real mail server listens.

To repeat a failure, set KILL_SEED to the seed that it names.
"""

import email
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from email import policy
from itertools import product

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings

from circles.inviting.invite import invite_by_mail
from tests.factories import make_circle, make_user
from tests.processes import database_url, free_port

SEED = int(os.environ.get("KILL_SEED", "1789"))
ADDRESSES = 100


class Server:
    """A mail server that accepts every email and kills its sender at a set moment."""

    def __init__(self):
        self.chance = random.Random(SEED)
        self.taken = []
        self.message_ids = {}
        self.victim, self.phase, self.countdown = None, None, 0

    def aim(self, pid, phase, countdown):
        self.victim, self.phase, self.countdown = pid, phase, countdown

    def kill_if(self, phase):
        if self.victim and phase == self.phase:
            self.countdown -= 1
            if self.countdown < 0:
                os.kill(self.victim, signal.SIGKILL)
                self.victim = None

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.kill_if("first words")
        envelope.mail_from = address
        return "250 go on"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.kill_if("recipient")
        envelope.rcpt_tos.append(address)
        return "250 go on"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        key = (envelope.rcpt_tos[0], mail["Subject"].rpartition(" to ")[2])
        self.taken.append(key)
        self.message_ids.setdefault(key, set()).add(mail["Message-ID"])
        self.kill_if("taken, and not yet said so")
        # At some moment after the answer: while the row is marked, or the next one claimed.
        server.loop.call_later(self.chance.uniform(0, 0.01), self.kill_if, "answered")
        return "250 taken"


PHASES = ["first words", "recipient", "taken, and not yet said so", "answered"]


@pytest.fixture
def server():
    handler = Server()
    handler.port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


def fill_outbox(*, circles):
    """Invite a hundred people to each of these circles. Returns who should get which email."""
    inviter = make_user("Ira")
    people = [f"person{number}@example.org" for number in range(ADDRESSES)]
    names = [f"Circle {number:02}" for number in range(circles)]
    for name in names:
        invite_by_mail(make_circle(name=name), inviter, people)
    return set(product(people, names))


@pytest.fixture
def nursery(transactional_db, server, tmp_path):
    """Start worker nurseries on the test's current database; SQLite's is copied to a file."""
    started = []

    def start():
        command = [sys.executable, "-m", "tests.circles.mail.worker_process"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "DATABASE_URL": database_url(tmp_path),
            "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        }
        process = subprocess.Popen(command, env=env, cwd=settings.BASE_DIR, bufsize=0, **pipes)
        started.append(process)
        return process.stdin.write, lambda: json.loads(process.stdout.readline())

    yield start
    for process in started:
        process.stdin.close()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("kills", [12, pytest.param(100, marks=pytest.mark.long)])
def test_kills_lose_no_mail_and_repeat_only_what_was_in_flight(server, nursery, kills):
    print(f"KILL_SEED={SEED}")
    chance = random.Random(SEED)
    wanted = fill_outbox(circles=kills // 10)
    ask, hear = nursery()
    in_flight = Counter()
    for number in range(kills):
        # Take the phases in turn, so that a few kills cover all of them.
        ask(b"w")
        server.aim(hear(), PHASES[number % len(PHASES)], chance.randrange(ADDRESSES // 12))
        ask(b".")
        assert hear() == -signal.SIGKILL, "All was sent before the kills were done."
        ask(b"c")
        in_flight.update(map(tuple, hear()))
    ask(b"w.")
    hear()
    assert hear() == 0

    ask(b"s")
    taken = Counter(server.taken)
    repeated = {key: times - 1 for key, times in taken.items() if times > 1}
    assert hear() == 0
    assert set(taken) == wanted
    assert all(times <= in_flight[key] for key, times in repeated.items()), repeated
    assert all(len(ids) == 1 for ids in server.message_ids.values())


def test_two_workers_at_once_share_the_work_and_send_nothing_twice(server, nursery):
    wanted = fill_outbox(circles=1)
    first, second = nursery(), nursery()
    for ask, _hear in (first, second):
        ask(b"w")
    for _ask, hear in (first, second):
        hear()
    for ask, _hear in (first, second):
        ask(b".")

    assert [hear() for _ask, hear in (first, second)] == [0, 0]
    assert Counter(server.taken) == Counter(wanted)
