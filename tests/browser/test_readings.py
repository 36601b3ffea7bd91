"""The reading list, swaps, and a suggested split."""

import re

from playwright.sync_api import expect

from circles.models import Meeting


def test_a_reading_is_ticked_off_without_leaving_the_page(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit("/circles/maple-street/meetings/3/")
    tick = page.get_by_role("checkbox", name="I’ve read “History”")

    page.locator("summary", has_text="Your reading").click()
    tick.click()

    expect(tick).to_be_checked()
    expect(tick).to_be_focused()
    expect(page.locator("#readings")).to_contain_text("3 of 4 parts left")
    member.check()


def test_two_readings_ticked_off_at_once_both_show_as_read(someone):
    member, held = someone("member@example.org"), []
    page = member.page
    member.visit("/circles/maple-street/meetings/3/read/")
    ticks = page.get_by_role("checkbox", name=re.compile("I’ve read")).all()[:2]
    page.route("**/history/read/", lambda route: held.append(route), times=1)

    for tick in ticks:
        tick.click()
    held[0].continue_()
    for tick in ticks:
        expect(tick).to_be_checked()
    expect(ticks[1]).to_be_focused()
    page.reload()
    for tick in ticks:
        expect(tick).to_be_checked()


def test_two_members_swap_and_the_facilitator_divides_anew(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit("/circles/maple-street/meetings/3/readings/swap/")
    page.get_by_role("button", name=re.compile(r"Ask to swap\s*: Walter")).click()
    expect(page.get_by_role("status")).to_contain_text("Walter Okafor will see your request")
    member.check()

    facilitator = someone("facilitator@example.org")
    page = facilitator.page
    facilitator.visit("/circles/maple-street/meetings/3/readings/")
    page.get_by_text("Split the reading evenly").click()
    page.get_by_label("The whole brief", exact=True).check()
    facilitator.check()
    page.get_by_role("button", name="Suggest a split").click()
    expect(page.get_by_text("This is a suggestion, and nothing is saved yet")).to_be_visible()
    facilitator.check()
    page.get_by_role("button", name="Save this plan").click()
    expect(page.get_by_role("status")).to_contain_text("Reading plan saved.")
    # Before a meeting, its page has the next step on the first screen, and everything on two.
    meeting = Meeting.objects.get(circle__slug="maple-street", number=3)
    meeting.place = "Community room B, second floor, 1450 North Washington Street (side door)"
    meeting.save(update_fields=["place"])
    facilitator.visit("/circles/maple-street/meetings/3/")
    expect(page.locator(".next-step .button").first).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollHeight <= 2 * innerHeight")
