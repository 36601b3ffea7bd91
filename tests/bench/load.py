"""A client that asks as fast as it is answered, one connection for each thread of the server."""

import asyncio
import time
from dataclasses import dataclass, field

CONNECTIONS = 8
TOKEN = "a" * 32
NO_BODY = (204, 304)


@dataclass
class Ask:
    """One request.

    Args:
        session: the key of a signed-in person's session; empty for a stranger.
    """

    path: str
    method: str = "GET"
    session: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def all_headers(self):
        found = {"Accept-Encoding": "gzip"} | self.headers
        if self.session:
            found["Cookie"] = f"sessionid={self.session}; csrftoken={TOKEN}"
        if self.method != "GET":
            found["X-CSRFToken"] = TOKEN
        if self.body:
            found["Content-Type"] = "application/x-www-form-urlencoded"
            found["Content-Length"] = str(len(self.body))
        return found

    def as_bytes(self, port):
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: localhost:{port}"]
        lines += [f"{name}: {value}" for name, value in self.all_headers.items()]
        return "\r\n".join([*lines, "", self.body]).encode()


class Connection:
    """One that is kept for as long as the server keeps it."""

    def __init__(self, port):
        self.port, self.streams = port, None

    async def answer_to(self, ask):
        """Gives (status, headers in small letters, number of bytes)."""
        sent = ask.as_bytes(self.port)
        try:
            return await self._exchange(sent)
        except (OSError, asyncio.IncompleteReadError):
            self.streams = None  # It was idle for too long: a browser opens another.
            return await self._exchange(sent)

    async def _exchange(self, sent):
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if ": " in line)
        headers = {name.lower(): value for name, value in headers.items()}
        status, length = int(first.split()[1]), int(headers.get("content-length", 0))
        if length and status not in NO_BODY:
            await reader.readexactly(length)
        if headers.get("connection") == "close":
            self.close()
        return status, headers, len(head) + (0 if status in NO_BODY else length)

    def close(self):
        if self.streams:
            self.streams[1].close()
            self.streams = None


@dataclass
class Heard:
    """What came back in one go."""

    took: float
    seconds: list[float]
    statuses: set[int]
    bytes: int


def ask_all(port, asks, *, seconds, most):
    """Ask for at most so long, and so many; `asks` never ends."""
    return asyncio.run(_ask_all(port, asks, seconds, most))


async def _ask_all(port, asks, seconds, most):
    times, statuses, sizes, left = [], set(), [0], most
    begun = time.perf_counter()

    async def keep_asking():
        nonlocal left
        connection = Connection(port)
        while left > 0 and time.perf_counter() - begun < seconds:
            left -= 1
            ask, asked = next(asks), time.perf_counter()
            status, _headers, size = await connection.answer_to(ask)
            times.append(time.perf_counter() - asked)
            statuses.add(status)
            sizes[0] += size
        connection.close()

    await asyncio.gather(*(keep_asking() for _ in range(CONNECTIONS)))
    return Heard(time.perf_counter() - begun, times, statuses, sizes[0])


def headers_of(port, asks):
    """The headers of the answers to these, asked one after the other."""

    async def ask_each():
        connection = Connection(port)
        found = [(await connection.answer_to(ask))[1] for ask in asks]
        connection.close()
        return found

    return asyncio.run(ask_each())
