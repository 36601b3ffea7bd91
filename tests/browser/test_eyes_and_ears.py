"""The reader for those who see little, or would rather listen."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User

from . import sizes

COVER = "/briefs/human-trafficking/"
PART = "/circles/maple-street/meetings/3/read/history/"
IN_THE_READER = [COVER, f"{COVER}who/", f"{COVER}all/", PART]
# What a reader may set for themselves (WCAG 2.2, 1.4.12).
OWN_SPACING = """* {
  line-height: 1.5 !important;
  letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important;
}
p { margin-block-end: 2em !important; }"""
DRESS = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
# A device with a voice. `window.end` ends what it's saying; what it was asked to say is in `said`.
VOICE = """
window.said = [];
window.SpeechSynthesisUtterance = class extends EventTarget {
  constructor(text) { super(); this.text = text; }
};
const speech = new class extends EventTarget {
  getVoices() { return [
    { lang: "es-ES", localService: true }, { lang: "en-GB", localService: false },
    { lang: "en_US", localService: true, name: "Ann" },
  ]; }
  speak(utterance) {
    if (!utterance.text) return;
    this.saying = utterance;
    window.said.push([utterance.text, utterance.rate, utterance.voice.name]);
  }
  cancel() { this.finish("error"); }
  finish(how) {
    const { saying } = this;
    this.saying = null;
    saying?.dispatchEvent(new Event(how));
  }
}();
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.end = how => speech.finish(how ?? "end");
"""
MARKED = "[...(CSS.highlights.get('read-aloud') ?? [])].map(String).join('')"


def ends_of(page, bar):
    """How the left and the right end of a bar look, as pictures of one size."""
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    part = {"y": box["y"] + 3, "width": 4, "height": 2}
    lefts = [box["x"] + 6, box["x"] + box["width"] - 12]
    return [page.screenshot(clip=part | {"x": left}) for left in lefts]


def test_size_spacing_and_color_are_chosen_by_keyboard_and_kept(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(f"{COVER}history/")
    member.settle()
    summary = page.locator(".text-size > summary")

    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _step in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Largest")).to_be_checked()
    page.get_by_label("Wide").check()
    page.get_by_label("Sepia").check()
    member.check()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Sepia")).to_be_hidden()
    expect(summary).to_be_focused()

    html = page.locator("html")
    for path in [f"{COVER}history/", "/circles/maple-street/"]:
        page.goto(member.base + path)
        expect(html).to_have_attribute("data-paper", "sepia")
        expect(html).to_have_attribute("data-spacing", "wide")
        expect(html).to_have_css("font-size", "36px")
        expect(page.locator("body")).to_have_css("background-color", "rgb(245, 235, 215)")
    saved = User.objects.get(email="member@example.org")
    assert (saved.text_size, saved.spacing, saved.paper) == ("largest", "wide", "sepia")


def test_the_last_choice_is_saved_though_the_first_arrives_late(someone):
    member, held = someone("member@example.org"), []
    page = member.page
    member.visit(f"{COVER}history/")
    page.route("**/text-size/", lambda route: held.append(route), times=1)
    page.locator(".text-size > summary").click()
    page.keyboard.press("Tab")
    for _step in range(4):
        page.keyboard.press("ArrowRight")
    page.get_by_label("Sepia").check()

    held[0].continue_()
    member.settle()
    page.goto(f"{member.base}/circles/maple-street/")
    expect(page.locator("html")).to_have_attribute("data-text-size", "largest")
    expect(page.locator("html")).to_have_attribute("data-paper", "sepia")


@pytest.mark.long
def test_the_color_is_there_before_anything_is_drawn_and_back_takes_the_new_one(someone):
    visitor = someone()
    page = visitor.page
    page.goto(visitor.base + COVER)
    page.goto(f"{visitor.base}{COVER}history/")
    page.locator(".text-size > summary").click()
    page.get_by_label("Dark").check()
    page.mouse.click(100, 800)  # beside the panel
    expect(page.get_by_label("Dark")).to_be_hidden()

    page.add_init_script(
        "new MutationObserver((_, own) => { if (document.body) { own.disconnect();"
        " window.first = getComputedStyle(document.body).backgroundColor } })"
        ".observe(document, { childList: true, subtree: true })"
    )
    page.reload()
    assert page.evaluate("window.first") == "rgb(23, 24, 20)"
    page.go_back()
    expect(page.locator("body")).to_have_css("background-color", "rgb(23, 24, 20)")


@pytest.mark.long
@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_what_is_read_and_how_far_is_seen_in_forced_colors(someone):
    member = someone("member@example.org", forced_colors="active")
    page = member.page
    member.visit(f"{COVER}history/")
    page.get_by_role("button", name=re.compile("Mark as read")).click()
    expect(page.locator("#said")).to_have_text("Marked as read: History")
    page.get_by_role("button", name=re.compile("✓ Read")).click()
    expect(page.locator("#said")).to_have_text("Marked as not read: History")
    page.get_by_role("button", name=re.compile("Mark as read")).click()
    expect(page.locator("#said")).to_have_text("Marked as read: History")

    member.visit(f"{COVER}mine/")
    read, left = ends_of(page, page.locator("#mine-progress"))
    assert read != left
    page.goto(member.base + COVER)
    expect(page.locator("#mark-history")).to_contain_text("✓ Read")
    member.visit("/circles/maple-street/meetings/3/read/")
    tick = page.get_by_role("checkbox", name="I’ve read “History”")
    expect(tick).to_be_checked()
    unread = page.get_by_role("checkbox", checked=False).first
    assert tick.screenshot() != unread.screenshot()


def test_a_section_is_read_aloud_sentence_by_sentence(someone):
    visitor = someone()
    page = visitor.page
    page.add_init_script(VOICE)
    visitor.visit(f"{COVER}who/")
    listen = page.get_by_role("button", name="Listen", exact=True)
    listen.click()
    pause = page.get_by_role("button", name="Pause")
    expect(pause).to_be_focused()
    visitor.check()
    heading = page.locator("h1").inner_text()
    assert page.evaluate("said") == [[heading, 1, "Ann"]]

    page.evaluate("end()")
    second = page.evaluate("said.at(-1)[0]")
    assert second.endswith("each year.")
    assert page.evaluate(MARKED).split() == second.split()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Play")).to_be_focused()
    page.get_by_role("button", name="Next sentence").click()
    assert page.evaluate("said.length") == 2
    page.get_by_label("Speed").select_option("1.5")
    page.get_by_role("button", name="Play").click()
    third, speed, _voice = page.evaluate("said.at(-1)")
    assert third != second and speed == 1.5
    page.get_by_role("button", name="Back one sentence").click()
    assert page.evaluate("said.at(-1)[0]") == second

    for _sentence in range(200):
        if not pause.is_visible():
            break
        page.evaluate("end()")
    said = " ".join(page.evaluate("said.map(([text]) => text)"))
    figure = page.locator(".figure").first
    for part in (".figure__title", "desc"):
        assert " ".join(figure.locator(part).text_content().split()) in said
    assert "↑" not in said and "Show the numbers" not in said and "questions to discuss" not in said
    for mark in page.locator(".cite").all():
        before = mark.evaluate("mark => mark.previousSibling?.data?.trim().slice(-12)")
        assert f"{before}{mark.inner_text()}" not in said

    page.get_by_role("button", name="Play").click()
    page.keyboard.press("Escape")
    expect(listen).to_be_focused()
    assert page.evaluate("speechSynthesis.saying") is None


def test_listening_stops_when_one_leaves_and_says_when_it_fails(someone):
    visitor = someone()
    page = visitor.page
    page.add_init_script(VOICE)
    page.goto(f"{visitor.base}{COVER}history/")
    page.route(re.compile(r"/js/listen\.\w*\.?js"), lambda route: route.abort())
    listen = page.get_by_role("button", name="Listen", exact=True)
    trouble = page.get_by_role("alert")
    listen.click()
    expect(trouble).to_contain_text("couldn’t read this aloud")
    page.unroute_all()
    visitor.errors.clear()
    listen.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(trouble).to_be_hidden()

    page.evaluate("end('error')")
    expect(trouble).to_be_visible()
    page.get_by_role("button", name="Play").click()
    page.evaluate(
        "addEventListener('pagehide', () =>"
        " sessionStorage.setItem('saying', String(speechSynthesis.saying)))"
    )
    page.goto(visitor.base + COVER)
    assert page.evaluate("sessionStorage.getItem('saying')") == "null"


@pytest.mark.long
def test_a_device_without_a_voice_of_its_own_offers_no_listening(someone):
    visitor = someone()
    visitor.page.add_init_script(
        VOICE.replace('"en_US", localService: true', '"en", localService: false')
    )
    visitor.visit(f"{COVER}history/")

    expect(visitor.page.get_by_role("button", name="Listen", exact=True)).to_have_count(0)


@pytest.mark.long
@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_the_reader_is_accessible_on_each_paper_and_at_each_size(someone):
    member, faults = someone("member@example.org"), {}
    for path in IN_THE_READER:
        member.page.goto(member.base + path)
        faults |= member.faults_on_each_paper()
        for spacing in ("ours", "their own"):
            if spacing == "their own":
                member.page.evaluate(DRESS, OWN_SPACING)
            for size in sizes.in_each_reading(member.page):
                for fault in sizes.misfits(member.page):
                    faults.setdefault(f"{path}: {fault}", []).append(f"{size}, {spacing}")

    assert faults == {}, "\n".join(f"{fault} ({where})" for fault, where in faults.items())
