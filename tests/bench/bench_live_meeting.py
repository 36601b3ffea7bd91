"""How many evenings one server carries: pages that ask what changed, and entries among them.

One gunicorn with two workers, a database of its own, and the load from this same machine:
every follower asks every two seconds, as the page does, and every meeting has an entry a
minute. Then more followers join until the 95th percentile passes a second.
"""

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
import uuid
from importlib import import_module
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

MEETINGS, FOLLOWERS = 100, 10
PAUSE = 2.0  # seconds between two questions of a page
SECONDS = 30  # of each measurement, after as long as it takes to begin
STEPS = [1500, 2000, 2500, 3000, 4000, 6000, 8000]  # followers in all
TOKEN = "a" * 32


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def populate():
    """Circles with an evening under way; gives [(path of the meeting, session keys), …]."""
    from accounts.models import User
    from circles.models import Circle, Meeting, Membership

    backend = settings.AUTHENTICATION_BACKENDS[0]
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    most = STEPS[-1] // MEETINGS
    people = User.objects.bulk_create(
        User(email=f"{number}@bench.example", display_name=f"Person {number}", password="!")
        for number in range(most)
    )
    circles = Circle.objects.bulk_create(
        Circle(slug=f"circle-{number}", name=f"Circle {number}") for number in range(MEETINGS)
    )
    now = timezone.now()
    Meeting.objects.bulk_create(
        Meeting.plan(circle, number=1, starts_at=now, scheduled_at=now, started_at=now)
        for circle in circles
    )
    Membership.objects.bulk_create(
        Membership(circle=circle, user=person) for circle in circles for person in people
    )
    keys = []
    for person in people:
        session = sessions()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), backend
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        keys.append((person.pk, session.session_key))
    return [(f"/circles/{circle.slug}/meetings/1/", keys) for circle in circles]


class Follower:
    """One page: a connection that is kept, and what it has heard so far."""

    def __init__(self, port, path, person, session, writes):
        self.port, self.path, self.writes = port, path, writes
        self.head = (
            f"Host: localhost:{port}\r\nAccept: application/json\r\nX-Person: {person}\r\n"
            f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\n"
        )
        self.revision, self.ticket, self.streams = 0, "", None
        self.refused = 0

    async def ask(self, method, address, body=""):
        sent = f"{method} {address} HTTP/1.1\r\n{self.head}"
        if body:
            sent += "Content-Type: application/x-www-form-urlencoded\r\n"
            sent += f"Content-Length: {len(body)}\r\n"
        try:
            return await self._exchange(f"{sent}\r\n{body}".encode())
        except (OSError, asyncio.IncompleteReadError):
            # The server closed the idle connection: a browser opens another.
            self.streams = None
            return await self._exchange(f"{sent}\r\n{body}".encode())

    async def _exchange(self, sent):
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        signed = next((line[10:] for line in head if line.startswith("X-Ticket: ")), "")
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            writer.close()
            self.streams = None
        return int(head[0].split()[1]), signed, content

    async def follow(self, until, heard):
        await asyncio.sleep(random.uniform(0, PAUSE))
        next_entry = time.monotonic() + random.uniform(0, 60)
        while time.monotonic() < until:
            begun = time.perf_counter()
            asked = {"since": self.revision} | ({"ticket": self.ticket} if self.ticket else {})
            status, ticket, content = await self.ask(
                "GET", f"{self.path}changes/?{urlencode(asked)}"
            )
            heard.append((time.perf_counter() - begun, status))
            self.ticket = ticket or self.ticket
            if status == 200:
                self.revision = json.loads(content)["revision"]
            if self.writes and time.monotonic() > next_entry:
                entry = urlencode({"text": "What was said.", "kind": "point", "section": ""})
                status, *_answer = await self.ask("PUT", f"{self.path}notes/{uuid.uuid4()}/", entry)
                self.refused += status != 201
                next_entry += 60
            await asyncio.sleep(max(0, PAUSE - (time.perf_counter() - begun)))
        if self.streams:
            self.streams[1].close()


async def measure(port, meetings, each):
    """Follow so many to a meeting; gives (seconds at p50, at p95, answers, errors)."""
    followers = [
        Follower(port, path, *key, writes=number == 0)
        for path, keys in meetings
        for number, key in enumerate(keys[:each])
    ]
    # What the pages are opened with is not measured.
    await asyncio.gather(*(one.follow(time.monotonic() + 2 * PAUSE, []) for one in followers))
    for one in followers:
        one.streams = None
    heard = []
    until = time.monotonic() + SECONDS
    await asyncio.gather(*(one.follow(until, heard) for one in followers))
    times = sorted(seconds for seconds, _status in heard)
    errors = sum(status not in (200, 204) for _seconds, status in heard)
    errors += sum(one.refused for one in followers)
    return times[len(times) // 2], times[len(times) * 95 // 100], len(times), errors


def main():
    meetings, port = populate(), free_port()
    gunicorn = Path(sys.executable).parent / "gunicorn"
    server = subprocess.Popen(
        [gunicorn, "--bind", f"127.0.0.1:{port}", "--log-level", "error"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"WEB_CONCURRENCY": "2", "SITE_URL": f"http://localhost:{port}"},
    )
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        before = 0
        for total in [MEETINGS * FOLLOWERS, *STEPS]:
            found = asyncio.run(measure(port, meetings, total // MEETINGS))
            p50, p95, answers, errors = found
            print(
                f"  {total:5} followers: p50 {p50 * 1000:6.0f} ms, p95 {p95 * 1000:6.0f} ms, "
                f"{answers / SECONDS:5.0f} answers a second, {errors} errors"
            )
            if p95 > 1:
                print(f"  p95 passes one second between {before} and {total} followers")
                break
            before = total
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
