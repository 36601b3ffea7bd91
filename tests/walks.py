"""A walk over every link of the demo, as each person, which many tests look at."""

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User

from . import demo, plans, strict_html

PEOPLE = {
    "visitor": None,
    "member": "member@example.org",
    "facilitator": "facilitator@example.org",
    "admin": "admin@example.org",
}
# Leaves the session, or draws the same page in endless variations.
LEFT_OUT = ("/admin/logout/", "/accounts/logout/", "/admin/jsi18n/")


@dataclass
class Stop:
    """One page of a walk: where it is, what linked to it, and what stands in it."""

    path: str
    came_from: str
    status: int
    page: strict_html.Page


@dataclass
class Walk:
    """All that one person reaches, what templates missed on the way, and what the database was
    asked: {SQL: (parameters, the page)}."""

    person: str
    stops: list
    missed: set
    asked: dict


# Pages whose addresses differ only in these parts: one of them is enough.
ALIKE = [
    r"(?<=/sections/)[\w-]+|(?<=section=)[\w-]+|(?<=next=)[^&]+",  # Where a reader came from.
    r"(?<=/kits/)\d+|(?<=/members/)\d+|(?<=/notes/)[0-9a-f-]{36}|(?<=guide.pdf\?minutes=)\d+",
    r"(?<=/briefs/)(?:reading-a-number|who-decides-what)/[\w-]+",  # The demo only lists these.
]


def likeness(target):
    """What tells pages apart. Of the admin's pages of one kind, one row is enough."""
    if target.startswith("/admin/"):
        return re.sub(r"\d+", "0", target)
    return re.sub("|".join(ALIKE), "any", target)


def every_stop(client, start="/", asked=None):
    """Every page of ours that can be reached by links."""
    waiting, seen = [(start, "")], {start}
    while waiting:
        path, came_from = waiting.pop()
        if asked is not None:
            asked.request = path
        response = client.get(path, follow=True)
        is_page = response.get("Content-Type", "").startswith("text/html")
        page = strict_html.read(response.content.decode() if is_page else "")
        yield Stop(path, came_from, response.status_code, page)
        for element in page.elements:
            target = urldefrag(urljoin(path, element.get("href", ""))).url
            parts = urlsplit(target)
            ours = element.tag == "a" and not parts.scheme and parts.path.startswith("/")
            plain = parts.path.startswith("/admin/") and parts.query
            if ours and not plain and parts.path not in LEFT_OUT and likeness(target) not in seen:
                seen.add(likeness(target))
                waiting.append((target, path))


OURS = {"accounts", "briefs", "circles", "config", "operations"}


class MissedNames(logging.Handler):
    """Collects what templates ask of our own objects in vain, which Django passes over."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def emit(self, record):
        name, asked = getattr(record.exc_info and record.exc_info[1], "params", (None, None))
        if type(asked).__module__.split(".")[0] in OURS:
            self.found.add((record.args[1], type(asked).__name__, name))


@contextmanager
def missed_names():
    """Look for them. No other handler hears of them: writing thousands of tracebacks would take
    most of a walk."""
    logger, handler = logging.getLogger("django.template"), MissedNames()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield handler.found
    finally:
        logger.propagate = propagate
        logger.setLevel(level)
        logger.removeHandler(handler)


@pytest.fixture(scope="session", params=PEOPLE, ids="walk of {}".format)
def walk(request, django_db_setup, django_db_blocker):
    """All that one person reaches. Walked once, in a transaction that leaves nothing."""
    client = Client()
    with django_db_blocker.unblock(), transaction.atomic(), missed_names() as missed:
        demo.load()
        if email := PEOPLE[request.param]:
            client.force_login(User.objects.get(email=email))
        with plans.asked() as asked:
            stops = list(every_stop(client, asked=asked))
        transaction.set_rollback(True)
    return Walk(request.param, stops, missed, asked)
