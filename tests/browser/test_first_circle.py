"""From a fresh account to a scheduled first meeting, in few taps and fields."""

import pytest
from playwright.sync_api import expect

from circles.models import Circle
from tests.factories import make_user

SIX = ", ".join(f"{name}@example.org" for name in ["ann", "bob", "cas", "dee", "eve", "flo"])
MOST_TAPS, MOST_FIELDS = 9, 6


class Hand:
    """Taps and fills in a page, and counts both. Choosing from a list takes two taps."""

    def __init__(self, page):
        self.page, self.taps, self.fields = page, 0, 0

    def tap(self, role, name):
        self.taps += 1
        self.page.get_by_role(role, name=name).first.click()

    def fill(self, label, text):
        self.fields += 1
        self.page.get_by_label(label).fill(text)

    def choose(self, label, option):
        self.taps += 2
        self.fields += 1
        self.page.get_by_label(label).select_option(label=option)


@pytest.mark.parametrize(
    "announce", ["at once", pytest.param("after a look", marks=pytest.mark.long)]
)
def test_a_first_meeting_takes_nine_taps_and_six_fields(demo, someone, announce):
    make_user("Nora New")
    nora = someone("nora.new@example.org")
    nora.visit("/")
    hand, page = Hand(nora.page), nora.page

    hand.tap("link", "Start a circle")
    hand.fill("Name of your circle", "Elm Street Circle")
    hand.fill("When you usually meet", "third Thursday of the month, 7 pm")
    hand.fill("Where you usually meet", "The library")
    hand.tap("button", "Start circle")
    nora.check()
    hand.tap("link", "Invite people")
    hand.fill("Email addresses", SIX)
    hand.tap("button", "Send invitations")
    expect(page.get_by_text("6 invitations out, 0 accepted.")).to_be_visible()
    expect(page.get_by_text("just you")).to_have_count(0)
    hand.tap("link", "Schedule a meeting")
    hand.choose("Brief", "Human Trafficking")
    if announce == "at once":
        hand.tap("button", "Save and announce")
    else:
        hand.tap("button", "Save as draft")
        hand.tap("button", "Announce meeting")

    expect(page.get_by_role("status").first).to_contain_text("is announced.")
    meeting = Circle.objects.get(name="Elm Street Circle").meetings.get()
    assert meeting.scheduled_at and meeting.place == "The library"
    assert meeting.local_start.strftime("%A %H:%M") == "Thursday 19:00"
    assert hand.taps <= MOST_TAPS
    assert hand.fields <= MOST_FIELDS
    nora.visit("/circles/elm-street-circle/")
    expect(page.get_by_role("heading", name="Getting to your first meeting")).to_be_visible()
    expect(page.get_by_role("link", name="Assign reading").first).to_be_in_viewport()


def test_a_new_circle_has_the_time_zone_of_the_browser(demo, someone):
    make_user("Nora New", time_zone="America/New_York")
    nora = someone("nora.new@example.org", timezone_id="America/Denver")
    nora.visit("/circles/new/")

    nora.page.get_by_label("Name of your circle").fill("Elm Street Circle")
    nora.page.get_by_role("button", name="Start circle").click()

    expect(nora.page.get_by_role("heading", name="Getting to your first meeting")).to_be_visible()
    assert Circle.objects.get(name="Elm Street Circle").time_zone == "America/Denver"
