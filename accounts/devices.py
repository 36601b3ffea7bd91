"""The browsers in which people are signed in, so that they can look at them and end them.

A row belongs to a session and goes with it. The session carries a stamp of when the row was last
brought up to date, so that a page asks the database nothing for it: one page an hour writes.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import Error, IntegrityError, models, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.limits import LONGEST_WAIT
from config.outages import noted, waiting_at_most

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

STAMP = "accounts.device"
FRESH_FOR = 3600  # seconds

# What a browser says of itself (its User-Agent). The first that fits counts: most claim to be
# Safari too, and Chrome.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": gettext_lazy("an iPhone"),
    "iPad": gettext_lazy("an iPad"),
    "Android": gettext_lazy("an Android phone or tablet"),
    "Windows": gettext_lazy("a Windows computer"),
    "CrOS": gettext_lazy("a Chromebook"),
    "Macintosh": gettext_lazy("a Mac"),
    "Linux": gettext_lazy("a Linux computer"),
}


class Device(models.Model):
    """A browser in which a person is signed in. No address or place is kept of it."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="device")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    browser = models.CharField(max_length=16, blank=True)
    system = models.CharField(max_length=16, blank=True)
    signed_in_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("device")
        verbose_name_plural = gettext_lazy("devices")
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        system: StrPromise | str = SYSTEMS.get(self.system, "")
        if self.browser and system:
            return _("%(browser)s on %(system)s") % {"browser": self.browser, "system": system}
        if system:
            return _("A browser on %(system)s") % {"system": system}
        return self.browser or _("Unknown browser")

    def end(self) -> None:
        """Sign the person out there."""
        Session.objects.filter(pk=self.session_id).delete()


def note_device(request: HttpRequest) -> None:
    """Bring the rows of this session and its person up to date, unless that was done within the
    hour."""
    session = request.session
    stamp, now = session.get(STAMP, {}), int(time.time())
    is_known = bool(stamp) and stamp["key"] == session.session_key
    if not session.session_key:  # the session has ended since
        return
    if is_known and now - stamp["seen"] < FRESH_FOR or not request.user.is_authenticated:
        return
    agent = request.headers.get("User-Agent", "")
    since = stamp.get("since", now)
    values = {
        "user": request.user,
        "browser": next((name for word, name in BROWSERS.items() if word in agent), ""),
        "system": next((word for word in SYSTEMS if word in agent), ""),
        "signed_in_at": _moment(since),
        "seen_at": _moment(now),
    }
    try:
        with waiting_at_most(LONGEST_WAIT), transaction.atomic():
            Device.objects.update_or_create(session_id=session.session_key, defaults=values)
            request.user.note_visit(_moment(now))
    except IntegrityError:  # the session has ended since
        return
    except Error as error:
        # The page is there. The next one notes it.
        if noted(error):
            return
        raise
    session[STAMP] = {"key": session.session_key, "since": since, "seen": now}
    # To save a session would prolong it. It ends when it would have ended anyway.
    session.set_expiry(_moment(since) + timedelta(seconds=settings.SESSION_COOKIE_AGE))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


class DevicesMiddleware:
    """Notes where people are signed in, when they open a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        is_page = is_html and response.status_code == 200
        # A page that is the same for everyone doesn't touch the session.
        if is_page and request.session.accessed and SESSION_KEY in request.session:
            note_device(request)
        return response
