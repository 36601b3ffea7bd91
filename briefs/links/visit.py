"""Tests one address, or several: is there a page, has it moved, or can't that be told?

What's sent says nothing about readers: no cookie, no referrer, and only that a link is tested.
Nothing is fetched but the head of an answer. No private address is ever asked, whatever name or
redirect leads there: each name is looked up once, and the connection goes to what was found.
"""

import socket
import ssl
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import astuple, dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, quote, urldefrag, urljoin, urlsplit

from django.conf import settings

# Seconds for one link, with all its redirects.
PATIENCE = 10
MOST_REDIRECTS = 5
# Sites that are asked at the same time; of one site, one page after the other.
AT_ONCE = 4
# Other ports have services that aren't for readers.
PORTS = {80, 443, 8080, 8443}
LONGEST_ADDRESS = 2_000
# What may be in a path and a query besides letters and numbers; all else is encoded.
SIGNS = "/%:=&?~#+!$,;'@()*[]"
NAT64 = ip_network("64:ff9b::/96")

OK, MOVED, DEAD, UNKNOWN = "ok", "moved", "dead", "unknown"

Address = tuple[str, int]


@dataclass(frozen=True)
class Answer:
    """What was found at an address.

    Args:
        state: OK, MOVED, DEAD, or UNKNOWN if it couldn't be checked.
        why: “status”, “name”, “slow”, “refused”, “certificate”, “private”, “odd”, or “loop”.
        status: the status of the last answer; 0 if there was none.
        moved_to: the new address.
    """

    state: str
    why: str = ""
    status: int = 0
    moved_to: str = ""

    def as_list(self) -> list[Any]:
        """As it's kept in `LinkCheck.results`."""
        return list(astuple(self))


class NoAnswer(Exception):
    """There's no answer from this address."""

    def __init__(self, why: str, state: str = UNKNOWN) -> None:
        super().__init__(why)
        self.answer = Answer(state, why)


def visit_all(urls: Iterable[str], *, seconds: float) -> dict[str, Answer]:
    """Test these addresses, a few sites at a time. What isn't reached in time isn't in it."""
    ends, answers = monotonic() + seconds, dict[str, Answer]()
    sites: defaultdict[str, list[str]] = defaultdict(list)
    for url in urls:
        sites[url.split("/")[2].lower()].append(url)

    def visit_site(pages: list[str]) -> None:
        for page in pages:
            if monotonic() < ends:
                answers[page] = visit(page)

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        wait([pool.submit(visit_site, pages) for pages in sites.values()], timeout=seconds)
    finally:
        # Looking up a name can't be stopped, so we don't wait for its end.
        pool.shutdown(wait=False, cancel_futures=True)
    return dict(answers)


def visit(url: str) -> Answer:
    """Test one address, and where it redirects to."""
    ends = monotonic() + PATIENCE
    address, moved_to, is_for_good = url, "", True
    try:
        for _redirect in range(MOST_REDIRECTS + 1):
            status, location = _ask(address, ends)
            if not (300 <= status < 400 and location):
                return _judge(status, moved_to if moved_to != url else "")
            address = urldefrag(urljoin(address, location)).url
            is_for_good = is_for_good and status in (301, 308)
            if is_for_good:
                moved_to = address
    except NoAnswer as no_answer:
        return no_answer.answer
    return Answer(UNKNOWN, "loop")


def _judge(status: int, moved_to: str) -> Answer:
    if status in (404, 410):
        return Answer(DEAD, "status", status)
    if not 200 <= status < 300:
        return Answer(UNKNOWN, "status", status)
    return Answer(MOVED, "", status, moved_to) if moved_to else Answer(OK, "", status)


def _ask(url: str, ends: float) -> tuple[int, str]:
    """The status of an address, and where it redirects to. Some servers answer only GET.

    Raises:
        NoAnswer: there's none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        is_odd = parts.scheme not in ("http", "https") or len(url) > LONGEST_ADDRESS
        if is_odd or not parts.hostname or port not in PORTS:
            raise NoAnswer("odd")
        places = addresses_of(parts.hostname, port)
        try:
            found = _send("HEAD", parts, places, ends)
        except (ConnectionError, HTTPException):
            found = (500, "")
        return found if found[0] < 400 else _send("GET", parts, places, ends)
    except ssl.SSLError as error:
        raise NoAnswer("certificate") from error
    except TimeoutError as error:
        raise NoAnswer("slow") from error
    except (OSError, HTTPException) as error:
        raise NoAnswer("slow" if monotonic() >= ends else "refused") from error
    except ValueError as error:
        raise NoAnswer("odd") from error


def addresses_of(host: str, port: int) -> list[Address]:
    """The network addresses of a host, if all of them are public.

    Raises:
        NoAnswer: there are none, or one is in a private network.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        is_dead = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", -5))
        raise NoAnswer("name", DEAD if is_dead else UNKNOWN) from error
    hosts = [str(each[4][0]) for each in found]
    if not all(map(is_public, hosts)):
        raise NoAnswer("private")
    return [(each, port) for each in dict.fromkeys(hosts)]


def is_public(host: str) -> bool:
    """Whether a network address is on the open internet, as is any IPv4 address within it."""
    address = ip_address(host.partition("%")[0])
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return is_public(str(IPv4Address(int(address) & 0xFFFFFFFF)))
        within = address.ipv4_mapped or address.sixtofour
        if within or address.teredo:
            return bool(within and is_public(str(within)))
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


class _Connection(HTTPConnection):
    """A connection to one of the addresses that were looked up, whatever the name says by now."""

    def __init__(self, parts: SplitResult, places: list[Address], ends: float) -> None:
        super().__init__(parts.hostname or "", parts.port)
        self.places, self.ends = places, ends
        self.is_secure = parts.scheme == "https"
        self.default_port = 443 if self.is_secure else 80
        self.port = parts.port or self.default_port

    def connect(self) -> None:
        for number, place in enumerate(self.places, 1):
            try:
                self.sock = socket.create_connection(place, timeout=self.seconds_left())
                break
            except OSError:
                if number == len(self.places):
                    raise
        if self.is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def seconds_left(self) -> float:
        if (left := self.ends - monotonic()) <= 0:
            raise TimeoutError
        return left

    def hang_up(self) -> None:
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _send(method: str, parts: SplitResult, places: list[Address], ends: float) -> tuple[int, str]:
    connection = _Connection(parts, places, ends)
    # A timeout holds for each part that arrives, so a server could send a letter at a time.
    timer = Timer(connection.seconds_left(), connection.hang_up)
    timer.daemon = True
    timer.start()
    target = quote(parts.path or "/", safe=SIGNS)
    if parts.query:
        target += "?" + quote(parts.query, safe=SIGNS)
    headers = {
        "User-Agent": f"FullCircle-links/1 (+{settings.SITE_URL})",
        "Accept": "*/*",
        "Connection": "close",
    }
    try:
        connection.request(method, target, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        timer.cancel()
        connection.close()
