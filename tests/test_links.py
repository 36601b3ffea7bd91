"""Every link, as each person: no broken page, nothing from another host."""

from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.django_db

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}


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
