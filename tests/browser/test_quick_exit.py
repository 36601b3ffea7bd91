"""The quick exit: after it, no way of the browser leads back to what was read."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

COVER = "/briefs/human-trafficking/"
PARTS = "/circles/maple-street/meetings/3/read/"
AWAY = "https://www.weather.gov/"

# Tells of each frame in which something of a page with a quick exit is on the screen.
WATCH = """
if (location.hostname !== "www.weather.gov") {
  const look = () => {
    const isBlank = getComputedStyle(document.documentElement).visibility === "hidden";
    const exit = document.querySelector("[data-quick-exit]");
    if (exit && !isBlank) window.tellShown(location.href);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""


@pytest.fixture
def reader(someone):
    """Opens a person's browser that notes which pages with a quick exit were on the screen."""

    def open_as(email=None):
        person = someone(email)
        page = person.page
        person.shown = []
        page.route(f"{AWAY}**", lambda route: route.fulfill(content_type="text/html", body="Sun"))
        page.expose_function("tellShown", lambda address: person.shown.append(address))
        page.add_init_script(WATCH)
        return person

    return open_as


def walk_the_history(page):
    """Go back as often as one can, then forward, and give the addresses where one gets to stay."""
    reached = []
    for go in (page.go_back, page.go_forward):
        for _time in range(12):
            with suppress(Error):  # The page that was reached left at once.
                if go(wait_until="commit") is None:
                    break
            page.wait_for_url(lambda url: not re.search("/human-trafficking/|/read/", url))
            reached.append(page.url)
    return reached


def read_five_sections(reader):
    page = reader.page
    page.goto(f"{reader.base}/briefs/")
    page.goto(reader.base + COVER)
    page.get_by_role("link", name="Start reading").click()
    for _section in range(4):
        page.get_by_role("link", name="Next: ").click()
    expect(page.locator(".reader-bar")).to_contain_text("5 of")
    page.wait_for_load_state()


def test_after_five_sections_neither_back_nor_forward_shows_the_brief(reader):
    visitor = reader()
    page = visitor.page
    read_five_sections(visitor)
    page.go_back()
    page.go_back()
    assert visitor.shown
    page.get_by_role("link", name="Quick exit").click()
    page.wait_for_url(AWAY)
    visitor.shown.clear()

    reached = walk_the_history(page)

    assert visitor.shown == []
    assert f"{visitor.base}/briefs/" in reached and AWAY in reached


@pytest.mark.long
def test_a_page_of_before_is_blank_where_the_browser_tells_no_history(reader):
    visitor = reader()
    page = visitor.page
    page.add_init_script("delete globalThis.navigation; window.navigation = undefined;")
    read_five_sections(visitor)
    for _time in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(AWAY)
    visitor.shown.clear()

    walk_the_history(page)

    assert visitor.shown == []


@pytest.mark.long
def test_the_pages_of_ones_own_reading_are_gone_too_and_a_later_visit_is_welcome(reader):
    member = reader("member@example.org")
    page = member.page
    page.goto(member.base + PARTS)
    page.goto(f"{member.base}{PARTS}history/")
    page.goto(f"{member.base}{COVER}#contents")
    page.get_by_role("link", name="Quick exit").click()
    page.wait_for_url(AWAY)
    member.shown.clear()
    walk_the_history(page)
    assert member.shown == []

    page.goto(member.base + COVER)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="Start reading").or_(
        page.get_by_role("link", name="Continue: ")
    ).first.click()
    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith(COVER)
