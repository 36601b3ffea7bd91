"""Limits: so many times in so many seconds, for each account or visitor.

    SEARCHES = Limit("search", times=60, seconds=MINUTE)

    if not SEARCHES.take(asker(request)):
        return too_many(request, SEARCHES)

The counts are in the shared cache (`CACHE_URL`): every process sees them, and a restart keeps
them. Guesses at codes and passwords are counted more strictly, in `accounts/guesses.py`.
"""

import logging
import time
from dataclasses import dataclass
from functools import cache as once
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from .outages import CACHE, noted, waiting_at_most
from .requests import View

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600

# Seconds that a page waits to count in the database while someone else writes there.
LONGEST_WAIT = 1

# A proxy adds at least one of these.
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """How often something may be done in a period, by each of those it's counted for.

    The name is part of the key of the counts, so no two limits share one.

    Attributes:
        is_strict: while nothing can be counted, nothing is allowed. Otherwise all is.
    """

    name: str
    times: int
    seconds: int
    is_strict: bool = False

    def take(self, who: str) -> bool:
        """Count one more for `who`, and say whether that was still allowed.

        Args:
            who: such as `asker(request)`, or an email address. Empty if it can't be told who
                asks: then it isn't counted.

        Raises:
            Exception: that of the shared cache, if the limit is strict and can't be counted. It's
                answered by `config.unavailable`.
        """
        if not who:
            return True
        try:
            with waiting_at_most(LONGEST_WAIT):
                is_allowed = self._count(self._key(who))
        except Exception as error:
            if not noted(error) or self.is_strict:
                raise
            return True
        CACHE.over()
        return is_allowed

    def _count(self, key: str) -> bool:
        try:
            return cache.incr(key) <= self.times
        except ValueError:  # the first in this period
            # Kept for longer than the period, so that it's there when the next one counts.
            if cache.add(key, 1, timeout=2 * self.seconds):
                return self.times >= 1
        try:
            return cache.incr(key) <= self.times  # someone else was the first
        except ValueError:  # dropped all the same, as the cache was full
            return True

    def is_spent(self, who: str) -> bool:
        """Whether `take` would refuse, without counting."""
        if not who:
            return False
        try:
            return cache.get(self._key(who), 0) >= self.times
        except Exception as error:
            if noted(error):
                return False
            raise

    def seconds_left(self) -> int:
        """How long until the next period begins."""
        return self.seconds - int(time.time()) % self.seconds

    def _key(self, who: str) -> str:
        """The key of the count of this period. It tells no one who that is."""
        counted = f"{self.name} {int(time.time()) // self.seconds} {who}"
        return "limit:" + salted_hmac("config.limits", counted, algorithm="sha256").hexdigest()


# Some links open something by themselves, so anyone who tries one after the other is stopped.
UNKNOWN_LINKS = Limit("unknown links", times=60, seconds=HOUR)


def asker(request: HttpRequest) -> str:
    """Who asks, for `Limit.take`: the account, or the visitor if no one is signed in."""
    return f"account {request.user.pk}" if request.user.is_authenticated else visitor(request)


def visitor(request: HttpRequest) -> str:
    """The address that the request comes from; "" if that can't be told.

    Behind a proxy that isn't counted in `TRUSTED_PROXY_COUNT`, everyone has the proxy's own
    address. Counted by that, one visitor would use up what all others may do.
    """
    peer, count = _network(request.META.get("REMOTE_ADDR", "")), settings.TRUSTED_PROXY_COUNT
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if count and len(hops) >= count and hops[-count].strip():
        return _network(hops[-count])
    if not count and not any(name in request.headers for name in PROXY_HEADERS):
        return peer
    # Where the operator has said how many proxies there are, someone from the open internet
    # has gone around them, and the headers are of their own making.
    if count is not None and peer and ip_address(peer).is_global:
        return peer
    _warn_once(
        "TRUSTED_PROXY_COUNT doesn't fit the requests that arrive: set it to the number of "
        "proxies that add to X-Forwarded-For. Until then, limits count accounts, not visitors."
    )
    return ""


def check_proxies(**_options: Any) -> list[checks.CheckMessage]:
    """Warn, at the start and in `manage.py check`, if it isn't said how many proxies there are.

    A site on https has one, unless gunicorn itself ends TLS.
    """
    if settings.TRUSTED_PROXY_COUNT is not None or not settings.IS_SECURE_SITE:
        return []
    return [
        checks.Warning(
            "TRUSTED_PROXY_COUNT isn't set, so limits can't count visitors who come through a "
            "proxy, only accounts.",
            hint="Set it to the number of proxies that add to X-Forwarded-For, or to 0.",
            id="config.W001",
        )
    ]


def too_many(request: HttpRequest, limit: Limit | None = None) -> HttpResponse:
    """The answer to a request over a limit: a page, or JSON for our scripts.

    Args:
        request: what is refused.
        limit: the limit, which says how long to wait; a few minutes if there is none.
    """
    seconds = limit.seconds_left() if limit else 5 * MINUTE
    headers = {"Retry-After": str(seconds)}
    if request.method in ("PUT", "DELETE") or not request.accepts("text/html"):
        sentence = _("This was tried many times in a row. Wait a few minutes, then try again.")
        return JsonResponse({"errors": {"__all__": sentence}}, status=429, headers=headers)
    response = render(request, "429.html", {"minutes": -(-seconds // MINUTE)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def refuse_guessers(view: View) -> View:
    """Answer no visitor who has tried many links that aren't there. The view counts each such
    link by `UNKNOWN_LINKS.take(visitor(request))`."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if UNKNOWN_LINKS.is_spent(visitor(request)):
            return too_many(request, UNKNOWN_LINKS)
        return view(request, *args, **kwargs)

    return wrapper


def _network(text: str) -> str:
    """The address of one visitor; of IPv6 the first half, as one visitor has all of the rest.

    Empty if the text is no address. Some proxies add a port.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv6Address):
        address = ip_network((int(address), 64), strict=False).network_address
    return str(address)


@once
def _warn_once(sentence: str) -> None:
    logger.warning(sentence)
