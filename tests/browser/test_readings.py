"""Marks and notes beside the text of a brief, and the reading list."""

import re

from playwright.sync_api import expect

SECTION = "/briefs/human-trafficking/history/"


def test_what_is_typed_in_the_margin_outlives_a_lost_page_and_is_kept_once(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(SECTION)
    page.get_by_role("button", name=re.compile(r"Star\s*: History")).click()
    expect(page.get_by_role("button", name=re.compile(r"Starred\s*: History"))).to_be_focused()
    page.get_by_role("link", name=re.compile(r"Add note or question\s*: History")).click()
    page.get_by_label("My note").fill("Compare with the county’s own numbers.")
    member.check()

    member.visit(SECTION)
    page.get_by_role("link", name=re.compile(r"Add note or question\s*: History")).click()
    expect(page.get_by_label("My note")).to_have_value("Compare with the county’s own numbers.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#mine-history .margin__text")).to_contain_text("county’s own numbers")
    expect(page).to_have_title(re.compile("^Reading "))
    member.check()
    drafts = page.evaluate("Object.keys(localStorage).filter(key => key.includes('margin'))")
    assert drafts == []


def test_a_note_that_another_tab_saved_meanwhile_is_shown_beside_what_is_typed(someone):
    member = someone("member@example.org")
    member.visit(SECTION)
    tabs = [member.page, member.page.context.new_page()]
    tabs[1].goto(tabs[0].url)
    for tab, text in zip(tabs, ["From this tab.", "From the other tab."], strict=True):
        tab.get_by_role("link", name=re.compile(r"Add note or question\s*: History")).click()
        tab.get_by_label("My note").fill(text)
    tabs[1].get_by_role("button", name="Save").click()
    expect(tabs[1].locator("#mine-history .margin__text")).to_contain_text("From the other tab.")

    tabs[0].get_by_role("button", name="Save").click()

    expect(tabs[0].locator("#mine-history")).to_contain_text(
        "The saved text: “From the other tab.”"
    )
    expect(tabs[0].get_by_label("My note")).to_have_value("From this tab.")
    expect(tabs[0]).to_have_title(re.compile("^Reading "))


def test_a_reading_is_ticked_off_without_leaving_the_page(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit("/circles/maple-street/meetings/3/")
    tick = page.get_by_role("checkbox", name="I’ve read “History”")

    page.locator("summary", has_text="Your reading").click()
    tick.click()

    expect(tick).to_be_checked()
    expect(tick).to_be_focused()
    expect(page.locator("#readings")).to_contain_text("Left to read: 9 of 11 minutes.")
    member.check()


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
