"""What each page and each write costs the server, beside four yardsticks in the same run."""

import os
import statistics
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from urllib.parse import urlencode

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from briefs.models import Section
from circles.models import Meeting, Note, SentInvitation

from . import report
from .load import Ask, ask_all, headers_of
from .people import Cast
from .server import Gunicorn
from .urls import BRIEF, MADE_HERE

ROUNDS = 5  # of all rows, so that what else the machine does hits them alike
SECONDS = float(os.environ.get("SECONDS") or 1)  # of each row in each round
MOST = 5000
MOST_WRITES = 150  # Each is taken back after a round, so that none makes the next one slower.
WARM_UP = 24
SCRIPT = {"Accept": "application/json", "Sec-Fetch-Dest": "empty"}
FORM = {"Accept": "text/html"}
SAID = "Said while someone measured."


@dataclass
class Row:
    """One page or write.

    Args:
        name: its key in the JSON, and in the table.
        status: what it answers.
        asks: gives requests without end; called again for each round.
        most: how many in one round.
    """

    name: str
    status: int
    asks: Callable[[], Iterator[Ask]]
    most: int = MOST
    milliseconds: list[float] = field(default_factory=list)  # of the processor, by round
    seconds: list[float] = field(default_factory=list)
    took: float = 0
    bytes: int = 0
    queries: int = 0

    def measure(self, server):
        """One round."""
        asks = self.asks()
        before = server.processor_seconds()
        heard = ask_all(server.port, asks, seconds=SECONDS, most=self.most)
        used = server.processor_seconds() - before
        if heard.statuses != {self.status}:
            print(f"  {self.name}: answered {sorted(heard.statuses)}, not {self.status}")
        self.milliseconds.append(used / len(heard.seconds) * 1000)
        self.seconds += heard.seconds
        self.took += heard.took
        self.bytes += heard.bytes

    @property
    def figures(self):
        times = sorted(self.seconds)
        return {
            "cpu_ms": statistics.median(self.milliseconds),
            "per_second": len(times) / self.took,
            **{f"p{n}_ms": times[len(times) * n // 100] * 1000 for n in (50, 95, 99)},
            "queries": self.queries,
            "bytes": self.bytes // len(times),
        }


def each_in_turn(people, path, **more):
    """Requests of these people; `path` gives the address of one's page."""
    asks = [Ask(path(person), session=person.session, **more) for person in people]
    return lambda: cycle(asks)


def changes(people, headers_of, *, with_ticket):
    """Requests for what is new, of pages that have seen it all."""

    def asks():
        newest = dict(
            Meeting.objects.values_list("pk", "revision").filter(
                pk__in={person.meeting.pk for person in people}
            )
        )
        found = []
        for person in people:
            address = f"{person.path}changes/?since={newest[person.meeting.pk]}"
            headers = SCRIPT | {"X-Person": str(person.user)}
            found.append(Ask(address, session=person.session, headers=headers))
        if with_ticket:
            for ask, headers in zip(found, headers_of(found), strict=True):
                ask.path += "&" + urlencode({"ticket": headers["x-ticket"]})
        return cycle(found)

    return asks


def new_notes(people):
    body = urlencode({"text": SAID, "kind": "point", "section": ""})
    for person in cycle(people):
        yield Ask(
            f"{person.path}notes/{uuid.uuid4()}/",
            "PUT",
            person.session,
            body,
            SCRIPT | {"X-Person": str(person.user)},
        )


def rsvps(people):
    """Each says yes, then each says no."""
    for answer in cycle(["yes", "no"]):
        for person in people:
            body = urlencode({"answer": answer})
            yield Ask(f"{person.path}rsvp/", "POST", person.session, body, FORM)


def rows(cast, headers_of):
    """All rows; first the yardsticks. `headers_of` gives the headers of the answers to some."""
    brief = f"/briefs/{BRIEF}/"
    section = Section.objects.in_edition().filter(brief__slug=BRIEF).exclude(body="").first()
    [headers] = headers_of([Ask(f"{brief}all/")])
    known = {"If-None-Match": headers["etag"]}
    live, waiting, new = cast.live, cast.waiting, cast.new_waiting
    return [
        Row("E  empty view", 200, lambda: cycle([Ask("/bench/empty/")])),
        Row("B  brief from memory", 200, lambda: cycle([Ask("/bench/memory/")])),
        Row("S  empty, signed in", 200, each_in_turn(waiting, lambda _: "/bench/member/")),
        Row("W  inserts a row", 200, each_in_turn(waiting, lambda _: "/bench/write/"), MOST_WRITES),
        Row("public brief, 200", 200, lambda: cycle([Ask(f"{brief}all/")])),
        Row("public brief, 304", 304, lambda: cycle([Ask(f"{brief}all/", headers=known)])),
        Row("cover", 200, lambda: cycle([Ask(brief)])),
        Row("section", 200, lambda: cycle([Ask(section.get_absolute_url())])),
        Row("personal fragment", 200, each_in_turn(waiting, lambda _: f"{brief}mine/")),
        Row("Home", 200, each_in_turn(waiting, lambda _: "/")),
        Row("circle", 200, each_in_turn(waiting, lambda one: one.circle.get_absolute_url())),
        Row("meeting", 200, each_in_turn(waiting, lambda one: one.path)),
        Row("live meeting", 200, each_in_turn(live, lambda one: f"{one.path}run/")),
        Row("Home, new circle", 200, each_in_turn(new, lambda _: "/")),
        Row("circle, new", 200, each_in_turn(new, lambda one: one.circle.get_absolute_url())),
        Row("meeting, new circle", 200, each_in_turn(new, lambda one: one.path)),
        Row("live, new circle", 200, each_in_turn(cast.new_live, lambda one: f"{one.path}run/")),
        Row("changes, on a ticket", 204, changes(live, headers_of, with_ticket=True)),
        Row("changes, no ticket", 204, changes(live, headers_of, with_ticket=False)),
        # A person may search sixty times a minute.
        Row("search", 200, each_in_turn([*live, *waiting], lambda _: "/briefs/?q=labor"), 300),
        Row("a note, PUT", 201, lambda: new_notes(live), MOST_WRITES),
        Row("an RSVP", 302, lambda: rsvps(waiting), MOST_WRITES),
    ]


def answer_here(ask):
    """What this process answers."""
    client, headers = Client(SERVER_NAME="localhost"), {**ask.all_headers}
    headers.pop("Content-Length", None)
    client.cookies.load(headers.pop("Cookie", ""))
    kind = headers.pop("Content-Type", "application/octet-stream")
    return client.generic(ask.method, ask.path, ask.body, content_type=kind, headers=headers)


def count_queries(row):
    """How many statements a request takes; counted in this process, on its second time."""
    asks, count = row.asks(), 0

    def note(execute, *arguments):
        nonlocal count
        count += 1
        return execute(*arguments)

    for _time in range(2):
        count, ask = 0, next(asks)
        with connection.execute_wrapper(note):
            answer_here(ask)
    return count


def take_back(cast):
    # By their meetings: the texts of all notes are gigabytes.
    written_in = {person.meeting.pk for person in cast.live}
    Note.objects.filter(meeting__in=written_in, text=SAID).delete()
    SentInvitation.objects.filter(address_hash=MADE_HERE).delete()


def main():
    cast = Cast.gather()
    try:
        with Gunicorn() as server:
            found = rows(cast, partial(headers_of, server.port))
            for row in found:
                row.queries = count_queries(row)
                # Each process renders a brief once, and opens its connections.
                ask_all(server.port, row.asks(), seconds=10, most=WARM_UP)
                take_back(cast)
            for _round in range(ROUNDS):
                for row in found:
                    row.measure(server)
                    take_back(cast)
            memory = server.memory()
    finally:
        Session.objects.filter(pk__in=cast.sessions).delete()
    figures = report.with_ratios({row.name: row.figures for row in found})
    report.print_table(figures)
    print(f"  memory of each worker: {', '.join(f'{each} MB' for each in memory)}")
    return {"pages": figures, "memory_mb": memory}
