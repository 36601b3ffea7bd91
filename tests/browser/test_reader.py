"""The cover of a brief and the page of a section, as one reads them."""

import re

from playwright.sync_api import expect

COVER = "/briefs/human-trafficking/"
SHIFTS = """window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });"""


def test_an_old_link_leads_to_what_it_points_at(someone):
    visitor = someone()
    page = visitor.page

    for anchor, now in [
        ("history", "history/"),
        ("history-p2", "history/#history-p2"),
        ("mine-history", "history/"),
        ("cite-tvpa-2", "all/#cite-tvpa-2"),
        ("putting-it-in-context", "#putting-it-in-context"),
        ("help", "#help"),
    ]:
        page.goto("about:blank")
        page.goto(f"{visitor.base}{COVER}#{anchor}")
        expect(page).to_have_url(f"{visitor.base}{COVER}{now}")


def test_a_question_leads_to_its_paragraph_and_back(someone):
    visitor = someone()
    page = visitor.page
    visitor.visit(f"{COVER}what-is-human-trafficking/")
    first = page.locator(".prose > p").first
    assert first.bounding_box()["y"] + 30 < page.viewport_size["height"]

    question = page.get_by_role("link", name="See the paragraph").first
    expect(question).to_be_hidden()
    page.get_by_text(re.compile(r"\d questions? to discuss")).click()
    visitor.check()
    question.click()
    expect(page.locator(":target")).to_be_in_viewport()
    page.get_by_role("link", name="Back to the question").click()

    expect(question).to_be_in_viewport()
    expect(question).to_be_focused()
    expect(page.get_by_role("link", name="Back to the question")).to_have_count(0)


def test_a_member_goes_on_with_what_is_assigned_and_nothing_moves(someone):
    member = someone("member@example.org")
    page = member.page
    page.add_init_script(SHIFTS)
    member.visit(COVER)
    expect(page.locator("#mine-bar")).to_contain_text("Your reading for")
    expect(page.get_by_role("link", name=re.compile("^(Start|Continue): "))).to_have_attribute(
        "href", re.compile("/meetings/3/read/history/")
    )
    member.visit(f"{COVER}history/")
    expect(page.locator("#reader-where")).to_contain_text(re.compile(r"\d of [1-9]\b"))
    assert page.evaluate("window.shifted") < 0.02

    page.locator(".reader-bar__contents > summary").click()
    here = page.locator(".toc--bar [aria-current]")
    expect(here).to_be_in_viewport()
    expect(here).to_contain_text("Assigned")
    member.check()
    page.keyboard.press("Escape")
    expect(here).to_be_hidden()

    page.get_by_role("button", name=re.compile("Mark as read")).click()
    expect(page.get_by_role("button", name=re.compile(r"✓ Read"))).to_be_focused()
    page.locator(".reader-bar__contents > summary").click()
    expect(here).to_contain_text("Read")
    expect(here).not_to_contain_text("Assigned")


def test_a_selected_sentence_is_taken_along_to_the_report_of_a_mistake(someone):
    visitor = someone()
    page = visitor.page
    visitor.visit(f"{COVER}history/")
    page.locator(".prose > p").first.select_text()
    words = page.evaluate("String(getSelection()).trim().slice(0, 40)")
    page.get_by_role("link", name="Report a mistake").click()
    expect(page.get_by_label("Which sentence?")).to_have_value(re.compile(re.escape(words)))
    page.get_by_label("What’s wrong?").fill("The year is wrong.")
    visitor.check()
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    visitor.check()

    page.get_by_role("link", name="Back to reading").click()
    expect(page.get_by_role("heading", level=1, name="History")).to_be_visible()
