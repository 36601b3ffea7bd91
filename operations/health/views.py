"""`/healthz`, for monitors: short for everyone, and with all checks for the operator."""

from ipaddress import ip_address

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare

from circles.models import Heartbeat
from config.access import public
from config.limits import PROXY_HEADERS
from config.outages import UNMIGRATED, outage_of

from . import checks


@public
def health(request: HttpRequest) -> HttpResponse:
    """200 if the app and its database work; with `?deep`, if every check is well.

    A second line says if the worker isn't running. The status stays 200, because pages still
    work and this process should stay in service.
    """
    if "deep" in request.GET and (_is_from_here(request) or _has_token(request)):
        return _deep()
    try:
        fault = Heartbeat.fault()
    except Error as error:
        is_unmigrated = outage_of(error) is UNMIGRATED
        fault = "lacks migrations" if is_unmigrated else "does not answer"
        return _answer(f"the database {fault}\n", 503)
    return _answer("\n".join(["ok", *([str(fault)] if fault else []), ""]), 200)


def _deep() -> HttpResponse:
    """All checks, one a line."""
    findings = checks.find()
    is_well = not any(finding.fault for finding in findings)
    lines = ["ok" if is_well else "not ok", *map(str, findings), ""]
    response = _answer("\n".join(lines), 200 if is_well else 503)
    add_never_cache_headers(response)
    return response


def _answer(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, "text/plain", status)
    # Django would log each 503, as often as a monitor asks.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the request began on this machine and came through no proxy.

    What a proxy on this machine passes on comes from it, too. If the operator has counted the
    proxies, each of them adds a header. If not, one may be there that adds none.
    """
    if settings.TRUSTED_PROXY_COUNT is None and not settings.IS_LOCAL_SITE:
        return False
    names = (f"HTTP_{name.upper().replace('-', '_')}" for name in PROXY_HEADERS)
    if any(name in request.META for name in names):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket in a file, which a proxy uses
        return False


def _has_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else request.GET.get("token", "")
    # Without a token in the settings, none is right.
    return bool(settings.HEALTH_TOKEN) and constant_time_compare(given, settings.HEALTH_TOKEN)
