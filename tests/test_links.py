"""A walk over every link, as each person: no broken page, nothing from another host."""

import re
from urllib.parse import urldefrag, urljoin, urlsplit

import html5lib
import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import User

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
# Leaves the session, or draws the same page in endless variations.
LEFT_OUT = ("/admin/logout/", "/accounts/logout/", "/admin/jsi18n/")


@pytest.fixture
def demo(db):
    fixtures = sorted((settings.BASE_DIR / "fixtures").glob("*.yaml"))
    call_command("loaddata", *map(str, fixtures), verbosity=0)
    call_command("demo", verbosity=0)


def elements(html):
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return list(tree.iter())


def likeness(target):
    """What tells pages apart. Of the admin's pages of one kind, one row stands for all."""
    return re.sub(r"\d+", "0", target) if target.startswith("/admin/") else target


def walk(client, start="/"):
    """Every page of ours that can be reached by links: (path, where from, response, elements)."""
    waiting, seen = [(start, "")], {start}
    while waiting:
        path, came_from = waiting.pop()
        response = client.get(path, follow=True)
        is_page = response.get("Content-Type", "").startswith("text/html")
        found = elements(response.content) if is_page else []
        yield path, came_from, response, found
        for element in found:
            target = urldefrag(urljoin(path, element.get("href") or "")).url
            parts = urlsplit(target)
            ours = element.tag == "a" and not parts.scheme and parts.path.startswith("/")
            plain = parts.path.startswith("/admin/") and parts.query
            if ours and not plain and parts.path not in LEFT_OUT and likeness(target) not in seen:
                seen.add(likeness(target))
                waiting.append((target, path))


@pytest.mark.parametrize(
    "email",
    [None, "member@example.org", "facilitator@example.org", "admin@example.org"],
    ids=["visitor", "member", "facilitator", "admin"],
)
def test_every_link_leads_to_a_page_and_nothing_comes_from_another_host(client, demo, email):
    if email:
        client.force_login(User.objects.get(email=email))

    broken, foreign, paths = [], [], set()
    for path, came_from, response, found in walk(client):
        paths.add(path)
        if response.status_code != 200:
            broken.append((path, response.status_code, "linked from", came_from))
        for element in found:
            address = element.get(LOADING.get(element.tag, ""), "")
            if urlsplit(address).netloc and element.get("rel") not in ("canonical", "alternate"):
                foreign.append((path, address))

    assert broken == []
    assert foreign == []
    assert "/briefs/human-trafficking/" in paths


def test_every_link_within_a_page_has_its_target(client, demo):
    client.force_login(User.objects.get(email="member@example.org"))

    dangling = []
    for path, _came_from, _response, found in walk(client):
        ids = {element.get("id") for element in found}
        for element in found:
            address = element.get("href") or ""
            if element.tag == "a" and address.startswith("#") and address[1:] not in {*ids, ""}:
                dangling.append((path, address))

    assert dangling == []


def test_a_page_never_gives_an_id_twice(client, demo):
    client.force_login(User.objects.get(email="facilitator@example.org"))

    twice = []
    for path, _came_from, _response, found in walk(client):
        ids = [element.get("id") for element in found if element.get("id")]
        twice += [(path, name) for name in set(ids) if ids.count(name) > 1]

    assert twice == []


def test_the_admin_is_shown_nothing_of_any_circle(client, demo):
    client.force_login(User.objects.get(email="admin@example.org"))

    reached = [path for path, *_rest in walk(client) if path.startswith("/circles/m")]
    denied = client.get("/circles/maple-street/meetings/2/notes/")

    assert reached == []
    assert denied.status_code == 404
