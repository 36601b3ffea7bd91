"""The cover of a brief and the page of a section, as one reads them."""

import re

import pytest
from playwright.sync_api import expect

from briefs.models import Section

from .conftest import on_both_screens

COVER = "/briefs/human-trafficking/"
SHIFTS = """window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });"""
# Where on the page the first line of a section's text ends.
FIRST_LINE_ENDS = """
() => {
  const isText = one => !one.closest(".advisory, figure");
  const text = [...document.querySelectorAll("article :is(p, li)")].find(isText);
  const range = document.createRange();
  range.selectNodeContents(text);
  return scrollY + range.getClientRects()[0].bottom;
}
"""
TOP_OF = "id => document.getElementById(id)?.getBoundingClientRect().top"
BORDER = "link => getComputedStyle(link).borderInlineStartColor"


def sections():
    return Section.objects.in_edition().filter(brief__slug="human-trafficking")


def misses(reader, slugs):
    """The links to these sections that don't land on their heading."""
    page, found = reader.page, []
    for section in sections().filter(slug__in=slugs):
        ways = [
            section.get_absolute_url(),
            f"{COVER}#{section.slug}",
            f"{COVER}all/#{section.slug}",
        ]
        for path in ways:
            page.goto("about:blank")
            page.goto(reader.base + path)
            reader.settle()
            top = page.evaluate(TOP_OF, section.slug)
            if top is None or not 0 <= top <= page.viewport_size["height"] / 3:
                found.append((path, top))
    return found


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


@pytest.mark.parametrize(
    "motion", ["no-preference", pytest.param("reduce", marks=pytest.mark.long)]
)
@pytest.mark.parametrize(
    "email", [pytest.param(None, marks=pytest.mark.long), "member@example.org"]
)
def test_a_link_to_a_section_lands_on_its_heading(request, someone, email, motion):
    reader = someone(email, reduced_motion=motion)
    slugs = ["who", "putting-it-in-context", "explore-the-series"]
    if request.config.getoption("--long"):
        slugs = [section.slug for section in sections()]

    assert misses(reader, slugs) == []


@pytest.mark.long
@pytest.mark.parametrize(
    "email", [pytest.param(None, marks=pytest.mark.long), "member@example.org"]
)
def test_each_section_begins_on_the_first_screen_and_nothing_moves(someone, email):
    reader = someone(email)
    page = reader.page
    page.add_init_script(SHIFTS)

    found = []
    for section in sections().exclude(body=""):
        page.goto(reader.base + section.get_absolute_url())
        reader.settle()
        ends, shifted = page.evaluate(FIRST_LINE_ENDS), page.evaluate("window.shifted")
        # A busy machine may draw the bar before all of it is there. A line that moves is 0.02.
        if ends > page.viewport_size["height"] or shifted > 0.01:
            found.append((section.slug, ends, shifted))

    assert found == []


def test_the_contents_open_at_the_section_and_mark_it_without_color(someone):
    visitor = someone()
    page = visitor.page
    page.goto(f"{visitor.base}{COVER}labor-trafficking/")
    page.locator(".reader-bar__contents > summary").click()
    here = page.locator(".toc--bar [aria-current]")
    expect(here).to_be_in_viewport()
    expect(here).to_contain_text(re.compile(r"\d min"))
    visitor.check()

    page.goto(f"{visitor.base}{COVER}all/#labor-trafficking")
    page.emulate_media(forced_colors="active")
    here = page.locator(".contents [aria-current]")
    expect(here).to_have_text("Labor trafficking")
    other = page.locator(".contents a:not([aria-current])").first
    assert here.evaluate(BORDER) != other.evaluate(BORDER)


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


@on_both_screens
def test_a_source_opens_over_the_text_and_leads_back_to_its_citation(someone):
    visitor = someone()
    page = visitor.page
    visitor.visit(f"{COVER}history/")
    citation = page.locator(".cite a").nth(2)
    citation.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")

    citation.click()
    sheet = page.get_by_role("dialog", name=f"Source {citation.inner_text()}", exact=True)
    expect(sheet.get_by_role("heading")).to_be_focused()
    expect(sheet).to_be_in_viewport(ratio=1)
    expect(sheet).to_contain_text(citation.get_attribute("aria-label").partition(": ")[2])
    visitor.check()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(citation).to_be_focused()
    citation.press("Enter")
    sheet.get_by_role("button", name="Back to the text").click()

    expect(citation).to_be_focused()
    assert page.evaluate("scrollY") == before
    assert not page.url.partition("#")[2]


def test_a_chart_is_read_at_twice_its_size_and_copied_with_its_source(someone):
    visitor = someone()
    page = visitor.page
    visitor.visit(f"{COVER}who/")
    figure = page.locator("figure", has=page.locator("svg")).first
    width = figure.locator("svg").bounding_box()["width"]
    button = figure.get_by_role("button", name="Enlarge")

    button.click()
    title = figure.locator("figcaption").inner_text()
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    assert dialog.locator("svg").bounding_box()["width"] > 1.9 * width
    visitor.check()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()

    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    figure.get_by_role("button", name="Copy").click()
    expect(figure.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("window.copied").split("\n")
    assert copied[0] == title
    assert any(re.fullmatch(r"[^\t]+\t[\d,.]+", line) for line in copied)
    assert copied[-2].startswith("Source: ")
    assert copied[-1].startswith("https://")


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
