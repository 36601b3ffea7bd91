"""Marks and notes on words of a brief, and on a section."""

import re

import pytest
from playwright.sync_api import expect

from circles.models import Mark

SECTION = "/briefs/human-trafficking/history/"
READ = "/circles/maple-street/meetings/3/read/history/"
# Selects so many letters of the section's first paragraph.
SELECT = """letters => {
    const text = document.querySelector("article p[id]").firstChild;
    getSelection().setBaseAndExtent(text, 0, text, letters);
    return getSelection().toString();
}"""
PAINTED = "name => [...CSS.highlights.get(name) ?? []].map(String)"


def wait_for_marks(page):
    """Until the script for marks runs."""
    page.wait_for_function("() => CSS.highlights.has('mark-mine')")


def select(page, letters=40):
    wait_for_marks(page)
    return page.evaluate(SELECT, letters)


def write_note(page, words):
    """Begin a note on selected words. It isn't saved yet."""
    select(page)
    page.locator("[data-mark-as=note]").click()
    page.get_by_label("Text").fill(words)


def test_selected_words_are_starred_and_shown_in_the_text_on_every_visit(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(SECTION)

    words = select(page)
    expect(page.locator("#mark-tools")).to_be_visible()
    member.check()
    page.get_by_role("group", name="Mark the selected words").get_by_text("Star").click()
    expect(page.locator("#mark-told")).to_have_text("Saved.")
    member.check()
    member.visit(READ)
    wait_for_marks(page)

    assert page.evaluate(PAINTED, "mark-mine") == [words]
    mark = Mark.objects.get(user__email="member@example.org", kind="star")
    assert (mark.quote, mark.paragraph) == (words.strip(), 1)
    assert mark.memberships.exists()


def test_a_note_by_keyboard_outlives_a_lost_page_and_the_focus_returns(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(SECTION)
    wait_for_marks(page)
    page.keyboard.press("Shift")
    select(page)
    expect(page.locator("#mark-told")).to_have_text("Press Enter to mark these words.")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text")).to_be_focused()
    page.keyboard.type("Compare with the county’s own numbers.")
    member.check()

    member.visit(SECTION)
    select(page)
    page.locator("[data-mark-as=note]").click()
    expect(page.get_by_label("Text")).to_have_value("Compare with the county’s own numbers.")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#history-p1")).to_be_focused()
    expect(page.locator("#mine-history .own-mark__text")).to_have_text(
        "Compare with the county’s own numbers."
    )
    keys = "Object.keys(localStorage).filter(key => key.startsWith('draft:'))"
    assert page.evaluate(keys) == []


@pytest.mark.long
def test_a_tap_on_marked_words_opens_their_note_to_edit_and_delete(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(READ)
    write_note(page, "Ask my aunt.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#mark-dialog")).to_be_hidden()

    page.locator("#history-p1").click(position={"x": 30, "y": 12})
    expect(page.get_by_label("Text")).to_have_value("Ask my aunt.")
    page.get_by_label("Text").fill("Ask my uncle.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#mine-history .own-mark__text")).to_have_text("Ask my uncle.")
    page.locator("#mine-history .own-mark__edit").click()
    page.locator("#mark-dialog summary").click()
    page.get_by_role("button", name="Yes, delete it").click()

    expect(page.locator("#mine-history .own-mark")).to_have_count(0)
    assert page.evaluate(PAINTED, "mark-mine") == []
    assert not Mark.objects.not_deleted().filter(user__email="member@example.org").exists()


@pytest.mark.long
def test_a_note_that_another_tab_changed_is_shown_before_it_is_replaced(someone):
    member = someone("member@example.org")
    member.visit(SECTION)
    page = member.page
    wait_for_marks(page)
    page.get_by_role("link", name=re.compile(r"Add note\s*: History")).click()
    page.get_by_label("Text").fill("From this tab.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#mark-dialog")).to_be_hidden()
    mark = Mark.objects.get(user__email="member@example.org", kind="note")
    Mark.objects.filter(pk=mark.pk).update(text="From the other tab.", version=2)

    page.locator("#mine-history summary").first.click()
    page.locator("#mine-history .own-mark__edit").click()
    page.get_by_label("Text").fill("From this tab again.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("The saved text: “From the other tab.”")
    expect(page.get_by_label("Text")).to_have_value("From this tab again.")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#mine-history .own-mark__text")).to_have_text("From this tab again.")


@pytest.mark.service_worker
def test_without_a_network_a_note_is_saved_on_the_device_and_sent_later(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(SECTION)
    write_note(page, "Typed in a tunnel.")
    page.route("**/marks/**", lambda route: route.abort())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_text("1 mark waits to be sent.")).to_be_visible()
    expect(page.locator("#mine-history .own-mark__text")).to_have_text("Typed in a tunnel.")
    assert not Mark.objects.filter(text="Typed in a tunnel.").exists()
    page.unroute("**/marks/**")

    page.evaluate("dispatchEvent(new Event('online'))")

    page.wait_for_function("() => !Object.keys(localStorage).some(key => key.includes(':queue:'))")
    expect(page.get_by_text("1 mark waits to be sent.")).to_have_count(0)
    assert Mark.objects.filter(text="Typed in a tunnel.").count() == 1
