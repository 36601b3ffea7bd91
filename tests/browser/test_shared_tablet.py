"""One tablet, several people: what one of them wrote is sent, and the next doesn't see it."""

import re

import pytest
from playwright.sync_api import expect

from circles.models import Meeting, Note

from .test_offline_reading import until

pytestmark = pytest.mark.service_worker

RUN = "/circles/maple-street/meetings/2/run/"
SETTINGS = "/circles/maple-street/settings/"
ANN, BEN = "member@example.org", "facilitator@example.org"
IS_CACHED = """async () => {
  const found = [location.href, "/offline/"].map((address) => caches.match(address));
  return (await Promise.all(found)).every(Boolean);
}"""
KEPT_OF = "person => Object.keys(localStorage).filter(key => key.includes(`:${person}:`))"


def said():
    meeting = Meeting.objects.get(circle__slug="maple-street", number=2)
    return [note.text for note in meeting.notes.not_deleted()]


class Line:
    """The line to the server. Chromium, told to be offline, lets through what a service worker
    has started, so the server refuses too while the line is down."""

    is_down = False


@pytest.fixture
def line(monkeypatch):
    line, write = Line(), Note.write

    def refuse_or_write(note, user):
        if line.is_down:
            raise ConnectionError
        return write(note, user)

    monkeypatch.setattr(Note, "write", refuse_or_write)
    return line


def note_offline(person, line, *texts):
    """Open the live meeting, write without a network, and close the page. The line stays down."""
    page, line.is_down = person.page, True
    page.goto(person.base + RUN)
    until(page, IS_CACHED)
    page.context.set_offline(True)
    for number, text in enumerate(texts, 1):
        page.get_by_label("What was said", exact=True).fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("[data-live]")).to_have_attribute("data-waiting", str(number))
    user = page.evaluate("document.documentElement.dataset.user")
    page.goto("about:blank")
    page.context.set_offline(False)
    person.errors.clear()
    return user


def test_notes_kept_at_signing_out_wait_for_their_writer_and_no_one_else_sees_them(someone, line):
    tablet = someone(ANN)
    page = tablet.page
    user = note_offline(tablet, line, "Said without a network.")
    tablet.visit("/accounts/logout/")
    expect(page.get_by_text("Notes and changes to send: 1")).to_be_visible()

    page.get_by_role("button", name="Keep on this device").click()

    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    (left,) = page.evaluate(KEPT_OF, user)
    assert ":queue:" in left
    tablet.visit("/accounts/login/")
    expect(page.get_by_text("Some notes on this device haven’t been sent yet.")).to_be_visible()
    # Ben signs in, and opens the same meeting: without a network there is no copy of Ann's page.
    tablet.sign_in(BEN)
    page.context.set_offline(True)
    page.goto(tablet.base + RUN)
    expect(page.get_by_role("heading", name="You’re offline")).to_be_visible()
    page.context.set_offline(False)
    page.goto(tablet.base + RUN)
    expect(page.locator("[data-live]")).to_have_attribute("data-waiting", "0")
    expect(page.get_by_text("Said without a network.")).to_have_count(0)
    page.goto(tablet.base + "/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert "Said without a network." not in said()
    line.is_down = False
    # Ann's session is over: the address of the meeting leads to signing in, and back to it.
    page.goto(tablet.base + RUN)
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_label("email address").fill(ANN)
    page.get_by_text("Use a password instead").click()
    page.get_by_label("Password").fill("circle-demo")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Said without a network.")).to_be_visible()
    expect(page.locator("[data-live]")).to_have_attribute("data-waiting", "0")
    assert said().count("Said without a network.") == 1


def test_a_session_that_ended_takes_the_copies_and_leads_to_signing_in(someone, line):
    tablet = someone(ANN)
    page = tablet.page
    user = note_offline(tablet, line, "Said before the session ended.")
    line.is_down = False
    page.context.clear_cookies(name="sessionid")

    page.goto(tablet.base + RUN)

    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    page.wait_for_function("caches.keys().then(names => !names.some(name => /^live-/.test(name)))")
    assert [key for key in page.evaluate(KEPT_OF, user) if key.endswith("told")] == []
    tablet.be_signed_in(ANN)
    page.goto(tablet.base + RUN)
    expect(page.locator("[data-live]")).to_have_attribute("data-waiting", "0")
    assert said().count("Said before the session ended.") == 1


def test_by_keyboard_all_is_sent_or_discarded_and_back_shows_nothing(someone, line):
    tablet = someone(BEN)
    page = tablet.page
    note_offline(tablet, line, "Sent while signing out.")
    line.is_down = False
    page.goto(tablet.base + SETTINGS)
    page.locator("textarea[name=action_limits]").fill("Half a sentence")
    page.goto(tablet.base + RUN.replace("run/", "notes/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    tablet.visit("/accounts/logout/")
    expect(page.get_by_text("Unfinished drafts: 1")).to_be_visible()

    page.get_by_role("button", name="Send now").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").get_by_text("The rest isn’t finished yet.")).to_be_visible()
    assert said().count("Sent while signing out.") == 1
    expect(page.get_by_role("button", name="Keep on this device")).to_be_focused()
    tablet.check()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    left = page.evaluate("Object.keys(localStorage).filter(key => /^(live|draft):/.test(key))")
    assert left == []
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile("/accounts/login/"))
