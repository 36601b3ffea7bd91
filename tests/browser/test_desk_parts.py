"""Editors see what they type as readers will see it."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from briefs.desk.content import item
from tests.briefs.desk.part_cases import make_draft


@pytest.fixture
def editor(someone):
    return someone("admin@example.org")


@pytest.fixture
def draft(editor):
    return make_draft(User.objects.get(email="admin@example.org"))


def shown(editor):
    return editor.page.frame_locator("iframe[name=preview]")


@pytest.mark.long
def test_a_chart_is_drawn_while_its_numbers_are_typed(editor, draft):
    page = editor.page
    editor.visit(f"/admin/briefs/draft/{draft.pk}/add/figures/?section=wells")

    page.get_by_label("Title").fill("Rain in May")
    page.get_by_label("Label of row 1").fill("North")
    page.get_by_label("Number in row 1, column 1").fill("77")
    expect(shown(editor).locator("svg")).to_contain_text("North")

    page.get_by_role("button", name="Add a row").click()
    expect(page.get_by_label("Label of row 3")).to_be_focused()
    page.keyboard.type("South")
    page.get_by_label("Number in row 3, column 1").fill("1,250")
    expect(shown(editor).locator("svg")).to_contain_text("1,250")
    expect(page.get_by_label("Title")).to_have_value("Rain in May")
    editor.check()

    page.get_by_label("Description").fill("It rains more in the south.")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("“Rain in May” saved.")).to_be_visible()
    draft.refresh_from_db()
    rows = item(draft.content, "briefs.figure", "rain-in-may")["fields"]["data"]["rows"]
    assert rows == [["North", 77], ["South", 1250]]


def test_a_text_is_shown_while_it_is_typed_and_comes_back_after_the_page_was_closed(editor, draft):
    page = editor.page
    address = f"/admin/briefs/draft/{draft.pk}/sections/wells/"
    editor.visit(address)
    expect(shown(editor).get_by_text("Three wells serve the town.")).to_be_visible()

    text = page.get_by_label("Text")
    text.fill("One well is left")
    text.press("End")
    page.get_by_text("Cite a source").click()
    page.get_by_label("Filter the list").first.fill("survey")
    expect(page.get_by_text("Never cited")).to_be_hidden()
    page.get_by_role("button", name=re.compile("Insert.*Water survey")).click()
    expect(text).to_have_value("One well is left[@survey]")
    text.select_text()
    page.get_by_role("button", name="Bold").click()
    expect(shown(editor).locator("strong", has_text="One well is left")).to_be_visible()
    expect(shown(editor).get_by_role("link", name="Source 1: Water survey")).to_be_visible()
    editor.check_on_both_screens()

    editor.visit(address)

    expect(page.get_by_label("Text")).to_have_value("**One well is left[@survey]**")
    expect(page.get_by_text("We saved what you were writing")).to_be_visible()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("“The wells” saved.")).to_be_visible()
    expect(page.get_by_text("We saved what you were writing")).to_be_hidden()


def test_a_draft_is_read_on_a_phone_before_it_is_published(editor, draft):
    page = editor.page
    editor.visit(f"/admin/briefs/draft/{draft.pk}/preview/")
    reader = page.frame_locator("iframe")

    reader.get_by_role("link", name="The wells").click()
    expect(reader.get_by_role("heading", name="The wells")).to_be_visible()
    reader.get_by_role("link", name="Next: The pipes").click()

    expect(reader.get_by_role("heading", name="The pipes")).to_be_visible()
    editor.check()
