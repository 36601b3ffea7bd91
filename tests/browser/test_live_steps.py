"""The live page follows the meeting, and what is typed stays where it belongs."""

import re

import pytest
from playwright.sync_api import expect

from circles.live import moves
from circles.models import Meeting

RUN = "/circles/maple-street/meetings/2/run/"


def meeting():
    return Meeting.objects.get(circle__slug="maple-street", number=2)


def stage(page):
    return page.locator(".stage:not([hidden]) .stage__title")


def all_sent(page):
    expect(page.locator("[data-live]")).to_have_attribute("data-waiting", "0")


def field(page):
    return page.get_by_label("What was said", exact=True)


def go_to(page, title):
    page.get_by_role("button", name=re.compile(f"^Go to item ?: {title}$")).click()
    expect(stage(page)).to_have_text(title)


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_a_note_stays_with_its_step_and_a_parked_one_is_in_the_parking_lot(someone):
    facilitator = someone("facilitator@example.org")
    page = facilitator.page
    facilitator.visit(RUN)
    page.get_by_role("radio", name="Takeaway").check()
    field(page).fill("I look twice.")
    page.keyboard.press("Enter")
    row = page.locator(".note", has_text="I look twice.")
    expect(row.locator(".note__kind")).to_have_text("Takeaway")
    expect(page.locator("[data-announce]")).to_have_text("Note saved: I look twice.")

    field(page).fill("Amir knows the county’s count.")
    expect(page.get_by_text("This note says “Amir.”")).to_be_visible()
    page.get_by_role("button", name="Park it").click()
    field(page).fill("Back after all.")
    page.get_by_role("button", name="Park it").click()
    page.get_by_role("button", name="Undo").last.click()
    expect(page.locator(".note", has_text="Back after all.")).to_be_visible()
    facilitator.check()
    page.get_by_role("button", name=re.compile("^Next")).click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="All items").click()

    expect(row).to_be_visible()
    all_sent(page)
    parked = [note.text for note in meeting().notes.parking_lot()]
    assert "Amir knows the county’s count." in parked
    assert "Back after all." not in parked
    assert str(meeting().notes.get(text="Back after all.").item) == "Opening round"


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_the_panel_follows_the_step_but_not_while_someone_types(someone):
    facilitator = someone("facilitator@example.org")
    page = facilitator.page
    facilitator.visit(RUN)
    notes, actions = (page.get_by_role("tab", name=name) for name in ("Notes", "Action items"))
    page.get_by_text("Full agenda").click()

    go_to(page, "Action items")
    expect(actions).to_have_attribute("aria-selected", "true")
    page.locator("[data-action-form] [name=text]").fill("Half of it")
    go_to(page, "Closing round")
    # The button took the focus, and what was typed is still in its field.
    expect(notes).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("radio", name="Takeaway")).to_be_checked()
    actions.click()
    expect(page.locator("[data-action-form] [name=text]")).to_have_value("Half of it")
    page.get_by_role("button", name="Save action item").click()
    expect(page.locator("[data-actions] .note__author")).to_have_text(
        "The whole circle · no due date"
    )
    facilitator.check()

    # Someone else opens an item while this person types.
    notes.click()
    field(page).fill("I am in the middle of")
    all_sent(page)
    moves.open_item(meeting(), meeting().agenda_items.get(kind="promises"))
    expect(stage(page)).to_have_text("Action items")
    expect(notes).to_have_attribute("aria-selected", "true")
    field(page).press("Enter")
    expect(actions).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_what_was_left_for_next_time_can_be_taken_back(someone):
    facilitator = someone("facilitator@example.org")
    page = facilitator.page
    facilitator.visit(RUN)
    page.get_by_role("button", name=re.compile("^Next")).click()
    title = stage(page).inner_text()
    page.get_by_role("button", name="Leave for next time").click()
    left = page.locator("[data-left-before]")
    expect(left).to_contain_text(title)

    left.get_by_role("button", name="Undo").click()

    expect(stage(page)).to_have_text(title)
    expect(left).to_be_hidden()
    all_sent(page)
    assert not meeting().agenda_items.exclude(deferred_at=None).exists()


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_a_long_question_with_a_long_word_fits_the_projector(someone):
    member = someone("member@example.org")
    page = member.page
    page.set_viewport_size({"width": 1280, "height": 720})
    member.visit(RUN + "projector/")
    text = page.locator(".stage:not([hidden]) .asked__question:not([hidden]) .asked__text")
    short = text.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")

    text.evaluate("(one, words) => { one.textContent = words; }", f"Why {'so' * 30}? " * 8)
    page.evaluate("dispatchEvent(new Event('resize'))")

    long = text.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
    assert 20 < long < short
    fits = "[scrollHeight <= innerHeight, scrollWidth <= innerWidth]"
    script = f"(({{ scrollHeight, scrollWidth }}) => {fits})(document.documentElement)"
    assert page.evaluate(script) == [True, True]
