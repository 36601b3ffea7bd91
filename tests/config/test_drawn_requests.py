"""Drawn input to every form and to the wire of the live page: nothing is a server error.

The walk finds the forms on the pages themselves, so a new form is drawn for without a line here.
`make test` draws a few from a fixed seed, `--long` draws 10,000 in all.
"""

import importlib
import pkgutil
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import circles.forms
from tests.factories import make_note
from tests.routes import OTHERS, routes

ROOT = Path(__file__).resolve().parent.parent.parent
IS_LONG = settings.default.max_examples >= 1000
FORM = "application/x-www-form-urlencoded"
# What a mutation puts in the place of what a browser would send.
ODD = [
    *("", " ", "\0", "a\0b", "²", "٣", "-1", "0", "1e999", "nan", "inf", "9" * 30, "9" * 5000),
    *("2147483648", "9223372036854775808", "1.5", "on", "null", "[]", "{}", "None"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-11-26", "24:00", "23:59:60", "00:00"),
    *("0001-01-01T00:00:00.0+14:00", "9999-12-31T23:59:59.9-12:00", "2026-11-26T12:00:00.0Z"),
    *("\u200b", "\u202eabc", "\u3164", "👍🏽", "é" * 300, "w" * 12_000, "a\r\nb\r\n\r\nc"),
    *("http://[x", "//evil.test", "javascript:alert(1)", "../../etc", "%00", "%", "<b>&amp;"),
    *(
        "v:",
        "v:\u200b",
        "m",
        "m" + "9" * 18,
        "elsewhere:x",
        "~now",
        "add",
        "save",
        "up-0",
        "drop-9",
    ),
    *("ann@example.org", "Ann <ann@example.org>, bob", "a@" + "b" * 400, "every day at 25 pm"),
]
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.integers(-(10**12), 10**12).map(str),
    st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%d")),
    st.times().map(lambda clock: clock.strftime("%H:%M")),
)
HEADERS = [{}, {"Accept": "application/json"}, {"HX-Request": "true"}]


@dataclass
class Target:
    """A place that takes input: a form with what a browser sends of it, or a bare route."""

    url: str
    method: str
    names: list[str]
    usual: list[tuple[str, str]] = field(default_factory=list)


def all_routes():
    """Every named route, those of django-allauth that need no argument included."""
    yield from ((name, arguments) for name, _view, arguments in routes())
    for name in get_resolver().reverse_dict:
        if isinstance(name, str) and name.startswith(OTHERS):
            with suppress(NoReverseMatch):
                reverse(name)
                yield name, ()


def names_of_forms():
    """The fields of every form class of circles, which the wire asks for too."""
    for found in pkgutil.iter_modules(circles.forms.__path__):
        module = importlib.import_module(f"circles.forms.{found.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, forms.BaseForm):
                yield from value.base_fields


def names_of_queries():
    """What the code reads of a query."""
    for app in ("accounts", "briefs", "circles", "config", "operations"):
        for path in (ROOT / app).rglob("*.py"):
            yield from re.findall(r"GET(?:\.get|\.getlist)?[(\[]\"(\w+)\"", path.read_text())


def forms_of(page, url):
    """The forms on a page, each with what a browser would send of it untouched."""
    soup = BeautifulSoup(page, "html.parser")
    for form in soup.find_all("form"):
        usual, names = [], []
        for control in form.find_all(["input", "textarea", "select", "button"]):
            name, kind = control.get("name"), control.get("type", "")
            if not name or name == "csrfmiddlewaretoken":
                continue
            names.append(name)
            if control.name == "textarea":
                usual.append((name, control.get_text().removeprefix("\n")))
            elif control.name == "select":
                chosen = control.find("option", selected=True) or control.find("option")
                usual += [(name, chosen.get("value", ""))] if chosen else []
            elif kind in ("checkbox", "radio"):
                usual += [(name, control.get("value", "on"))] if control.has_attr("checked") else []
            else:
                usual.append((name, control.get("value", "")))
        action = urljoin(url, form.get("action") or "")
        if not urlsplit(action).netloc and names:
            yield Target(action, form.get("method", "get").upper(), sorted(set(names)), usual)


@pytest.fixture
def person(client, facilitator):
    client.force_login(facilitator)
    return client


@pytest.fixture
def targets(person, facilitator, addresses, meeting):
    """All that takes input, as a facilitator meets it while a meeting runs."""
    meeting.start()
    make_note(meeting, facilitator, kind="question")
    typed, asked = sorted(set(names_of_forms())), sorted(set(names_of_queries()))
    found = []
    for name, arguments in all_routes():
        url = reverse(name, kwargs={argument: addresses[argument] for argument in arguments})
        found += [Target(url, "GET", asked), Target(url, "POST", typed)]
        found += [Target(url, "PUT", typed), Target(url, "DELETE", typed)]
        with undone():
            answer = visitor_of(person).get(url)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
            found += forms_of(answer.content, url)
    unlike = {(target.url, target.method, tuple(target.names)): target for target in found}
    return list(unlike.values())


class undone(transaction.Atomic):
    """A block whose changes to the database are taken back."""

    def __init__(self):
        super().__init__(using=None, savepoint=True, durable=False)

    def __exit__(self, *raised):
        if not raised[0]:
            transaction.set_rollback(True)
        super().__exit__(*raised)


def visitor_of(person):
    """A client with the same session, which the request may end."""
    client = Client()
    client.cookies.load({name: morsel.value for name, morsel in person.cookies.items()})
    return client


def ask(client, target, changed, headers):
    sent = [pair for pair in target.usual if pair[0] not in changed]
    sent += [pair for name, values in changed.items() for pair in ((name, v) for v in values)]
    parts = urlsplit(target.url)
    if target.method == "GET":
        query = urlencode([*parse_qsl(parts.query), *sent])
        return client.get(f"{parts.path}?{query}", headers=headers)
    return client.generic(
        target.method, target.url, urlencode(sent), content_type=FORM, headers=headers
    )


# With --long, the targets are split among this many tests, so that cores share them.
PARTS = 4 if IS_LONG else 1


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_drawn_input_is_a_server_error(person, targets, part):
    assert len([target for target in targets if target.usual]) > 40

    @settings(max_examples=2500 if IS_LONG else 150, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def draw(data):
        target = data.draw(st.sampled_from(targets[part::PARTS]))
        names = st.lists(st.sampled_from(target.names), min_size=1, max_size=4, unique=True)
        changed = {
            name: data.draw(st.lists(VALUES, min_size=1, max_size=2)) for name in data.draw(names)
        }
        headers = data.draw(st.sampled_from(HEADERS))
        with undone():
            # An exception that no view answers is raised here, with its trace.
            answer = ask(visitor_of(person), target, changed, headers)
        # 503 says that a PDF must wait.
        assert answer.status_code < 500 or answer.status_code == 503

    draw()


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_no_odd_value_in_any_single_field_is_a_server_error(person, targets, part):
    failed = []
    for target in [target for target in targets if target.usual][part::PARTS]:
        for name in target.names:
            for value in ODD:
                client = visitor_of(person)
                client.raise_request_exception = False
                with undone():
                    answer = ask(client, target, {name: [value]}, {})
                if answer.status_code >= 500:
                    failed.append((target.url, name, value[:40]))

    assert failed == []
