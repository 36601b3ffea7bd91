"""A walk over every link, as each person: no broken page, nothing from another host."""

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User

from . import demo, strict_html

pytestmark = pytest.mark.django_db

PEOPLE = {
    "visitor": None,
    "member": "member@example.org",
    "facilitator": "facilitator@example.org",
    "admin": "admin@example.org",
}
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
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
    """All that one person reaches, and what templates missed on the way."""

    person: str
    stops: list
    missed: set


def likeness(target):
    """What tells pages apart. Of the admin's pages of one kind, one row stands for all."""
    return re.sub(r"\d+", "0", target) if target.startswith("/admin/") else target


def every_stop(client, start="/"):
    """Every page of ours that can be reached by links."""
    waiting, seen = [(start, "")], {start}
    while waiting:
        path, came_from = waiting.pop()
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


OURS = {"accounts", "briefs", "circles", "config"}


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
    logger, handler = logging.getLogger("django.template"), MissedNames()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler.found
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
        stops = list(every_stop(client))
        transaction.set_rollback(True)
    return Walk(request.param, stops, missed)


def test_every_link_leads_to_a_page(walk):
    broken = [
        (stop.path, stop.status, "linked from", stop.came_from)
        for stop in walk.stops
        if stop.status not in (200, 202)  # 202: the page says that its PDF is being made.
    ]

    assert broken == []
    assert "/briefs/human-trafficking/" in {stop.path for stop in walk.stops}


def test_nothing_comes_from_another_host(walk):
    foreign = []
    for stop in walk.stops:
        for element in stop.page.elements:
            address = element.get(LOADING.get(element.tag, ""), "")
            if urlsplit(address).netloc and element.get("rel") not in ("canonical", "alternate"):
                foreign.append((stop.path, address))

    assert foreign == []


def test_every_link_within_a_page_has_its_target(walk):
    dangling = []
    # What an editor previews in the admin is a piece of a page.
    for stop in (stop for stop in walk.stops if not stop.path.startswith("/admin/")):
        ids = {element.get("id") for element in stop.page.elements}
        for element in stop.page.elements:
            address = element.get("href", "")
            if element.tag == "a" and address.startswith("#") and address[1:] not in {*ids, ""}:
                dangling.append((stop.path, address))

    assert dangling == []


def test_every_page_is_right_html_as_it_is_written(walk):
    """An id given twice is a fault too."""
    wrong = [(stop.path, fault) for stop in walk.stops for fault in stop.page.faults]

    assert wrong == []


def test_no_template_asks_for_what_is_not_there(walk):
    """A name that was changed in Python and not in a template hides what it showed."""
    assert walk.missed == set()


def test_the_admin_is_shown_nothing_of_any_circle(walk):
    reached = [stop.path for stop in walk.stops if stop.path.startswith("/circles/m")]

    assert bool(reached) == (walk.person in ("member", "facilitator"))
