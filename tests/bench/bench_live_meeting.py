"""How many live meetings one server carries: pages that ask what changed, and entries among them.

Every follower asks every two seconds, as the page does, and every meeting has an entry a minute.
At the same time, 200 people a minute open the same brief. With LONG=1 more followers join until
the 95th percentile passes a second.
"""

import asyncio
import json
import os
import random
import time
import uuid
from urllib.parse import urlencode

from django.utils import timezone

from .load import TOKEN, Ask, Connection
from .people import sign_in
from .server import Gunicorn
from .urls import BRIEF

MEETINGS, FOLLOWERS = 100, 10
READERS_A_MINUTE = 200
PAUSE = 2.0  # seconds between two questions of a page
SECONDS = 30  # of each measurement, after as long as it takes to begin
STEPS = [1500, 2000, 2500, 3000, 4000, 6000, 8000]  # followers in all
SLUG = "bench-meeting-{}"


def populate(most):
    """Circles with a meeting in progress; gives [(path of the meeting, session keys), …]."""
    from circles.models import Circle, Meeting, Membership

    now, numbers = timezone.now(), range(MEETINGS)
    Circle.objects.bulk_create(
        (Circle(slug=SLUG.format(number), name=f"Circle {number}") for number in numbers),
        ignore_conflicts=True,
    )
    circles = Circle.objects.filter(slug__in=map(SLUG.format, numbers))
    people = people_of_benches(most)
    Meeting.objects.bulk_create(
        (
            Meeting.plan(circle, number=1, starts_at=now, scheduled_at=now, started_at=now)
            for circle in circles
        ),
        ignore_conflicts=True,
    )
    Membership.objects.bulk_create(
        (Membership(circle=circle, user=person) for circle in circles for person in people),
        ignore_conflicts=True,
    )
    keys = list(sign_in(people).items())
    return [(f"/circles/{circle.slug}/meetings/1/", keys) for circle in circles]


def people_of_benches(most):
    """So many people; those that an earlier run left in the database are the same."""
    from accounts.models import User

    emails = [f"{number}@bench.example" for number in range(most)]
    User.objects.bulk_create(
        (User(email=email, display_name=f"Person {email}", password="!") for email in emails),
        ignore_conflicts=True,
    )
    return User.objects.filter(email__in=emails)


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


async def open_the_brief(port, until, heard):
    """People who open the same brief, each on a connection of their own."""
    asks = []

    async def open_once():
        connection, begun = Connection(port), time.perf_counter()
        status, *_rest = await connection.answer_to(Ask(f"/briefs/{BRIEF}/"))
        heard.append((time.perf_counter() - begun, status))
        connection.close()

    while time.monotonic() < until:
        asks.append(asyncio.create_task(open_once()))
        await asyncio.sleep(60 / READERS_A_MINUTE)
    await asyncio.gather(*asks)


async def measure(port, meetings, each):
    """Follow so many to a meeting, and open a brief at the same time. Gives the figures."""
    followers = [
        Follower(port, path, *key, writes=number == 0)
        for path, keys in meetings
        for number, key in enumerate(keys[:each])
    ]
    # What the pages are opened with is not measured.
    await asyncio.gather(*(one.follow(time.monotonic() + 2 * PAUSE, []) for one in followers))
    for one in followers:
        one.streams = None
    heard, read = [], []
    until = time.monotonic() + SECONDS
    readers = open_the_brief(port, until, read)
    await asyncio.gather(readers, *(one.follow(until, heard) for one in followers))
    errors = sum(status not in (200, 204) for _seconds, status in [*heard, *read])
    return {
        "followers": len(followers),
        **{f"p{n}_ms": percentile(heard, n) for n in (50, 95, 99)},
        **{f"brief_p{n}_ms": percentile(read, n) for n in (50, 95)},
        "per_second": len(heard) / SECONDS,
        "errors": errors + sum(one.refused for one in followers),
    }


def percentile(heard, n):
    """In milliseconds."""
    times = sorted(seconds for seconds, _status in heard)
    return times[len(times) * n // 100] * 1000


def main():
    steps = [MEETINGS * FOLLOWERS, *(STEPS if os.environ.get("LONG") else [])]
    meetings, found = populate(steps[-1] // MEETINGS), []
    with Gunicorn() as server:
        for total in steps:
            found.append(asyncio.run(measure(server.port, meetings, total // MEETINGS)))
            print(
                "  {followers:5} followers: p50 {p50_ms:.0f} ms, p95 {p95_ms:.0f} ms, p99 "
                "{p99_ms:.0f} ms, {per_second:.0f} answers a second, {errors} errors; the brief: "
                "p50 {brief_p50_ms:.0f} ms, p95 {brief_p95_ms:.0f} ms".format(**found[-1])
            )
            if found[-1]["p95_ms"] > 1000:
                break
    return {"live_meeting": found}
