"""Searching for a word with the keyboard, and going to a hit."""

from playwright.sync_api import expect


def test_a_reader_finds_a_word_and_goes_to_its_section(someone):
    reader = someone()
    reader.visit("/briefs/")

    reader.page.get_by_label("Search briefs").fill("traficking hotline")
    reader.page.keyboard.press("Enter")
    expect(reader.page.get_by_text("Showing results for trafficking hotline")).to_be_visible()
    reader.check()
    reader.page.get_by_role("link", name="Where does it happen?", exact=True).click()

    expect(reader.page).to_have_url(f"{reader.base}/briefs/human-trafficking/where/")
    expect(reader.page.locator("#where")).to_be_in_viewport()


def test_a_member_sees_on_a_series_how_far_the_circle_is(someone):
    member = someone("member@example.org")
    member.visit("/briefs/")

    member.page.get_by_role("link", name="Your first year").click()

    expect(member.page.get_by_text("Maple Street Circle discussed this on")).to_be_visible()
    expect(member.page.get_by_text("has discussed 1 of 4 briefs")).to_be_visible()
    member.check()
