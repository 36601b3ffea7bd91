"""The live page: everyone follows it, and nothing is lost offline."""

import re

import pytest
from playwright.sync_api import expect

from circles.models import Meeting

pytestmark = pytest.mark.service_worker

RUN = "/circles/maple-street/meetings/2/run/"


def meeting():
    return Meeting.objects.get(circle__slug="maple-street", number=2)


def said():
    return [note.text for note in meeting().notes.not_deleted()]


def stage(page):
    """The heading of the item that the page shows."""
    return page.locator(".stage:not([hidden]) .stage__title")


def all_sent(page):
    """Wait until nothing is only on the device."""
    expect(page.locator("[data-live]")).to_have_attribute("data-waiting", "0")


def note(page, text):
    page.get_by_label("What was said", exact=True).fill(text)
    page.keyboard.press("Enter")


def test_all_follow_who_runs_the_evening(someone):
    facilitator, member = someone("facilitator@example.org"), someone("member@example.org")
    runner, follower = facilitator.page, member.page
    facilitator.visit(RUN)
    member.visit(RUN)
    expect(stage(follower)).to_have_text("Opening round")

    runner.get_by_role("button", name=re.compile("^Next")).click()

    expect(stage(runner)).to_have_text("Who is trafficked, and who is at risk?")
    expect(stage(follower)).to_have_text("Who is trafficked, and who is at risk?")
    runner.get_by_role("button", name="Show passage").first.click()
    expect(follower.locator(".passage:not([hidden])")).to_be_visible()
    facilitator.check()
    member.check()
    runner.get_by_role("button", name="Hide chart").click()
    runner.get_by_text("Show a chart").click()
    runner.locator(".stage__chart:visible").first.click()
    expect(follower.locator(".passage:not([hidden]) svg")).to_be_visible()
    facilitator.check()
    expect(runner.get_by_role("button", name="Hide chart")).to_be_focused()
    runner.get_by_role("button", name="Hide chart").click()
    expect(follower.locator(".passage:not([hidden])")).to_have_count(0)
    note(runner, "Not only women are trafficked.")
    entry = follower.locator(".note", has_text="Not only women are trafficked.")
    expect(entry).to_be_visible()
    runner.get_by_role("button", name="Read back").click()
    expect(follower.locator("[data-readback]")).to_contain_text("Not only women")
    facilitator.check()
    runner.get_by_role("button", name="Read back").click()
    # A member looks at another item, and stays there when the circle moves on.
    follower.get_by_text("Full agenda").click()
    follower.get_by_role("button", name="Welcome", exact=True).click()
    runner.get_by_role("button", name=re.compile("^Next")).click()
    expect(stage(runner)).to_have_text("Changing attitudes and reducing demand")
    expect(stage(follower)).to_have_text("Welcome")
    member.check()
    follower.get_by_role("button", name="Rejoin the group").click()
    expect(stage(follower)).to_have_text("Changing attitudes and reducing demand")


def test_who_is_here_who_spoke_and_what_is_promised(someone):
    facilitator = someone("facilitator@example.org")
    page = facilitator.page
    facilitator.visit(RUN)

    page.get_by_role("tab", name="People").click()
    page.locator("[data-people]").get_by_role("button", name="Amir Haddad").click()
    page.get_by_label("Visitor’s name").fill("Nell Ito")
    page.keyboard.press("Enter")
    page.locator("[data-round]").get_by_role("button", name=re.compile("^Amir Haddad")).click()
    expect(page.locator("[data-round] [data-on=true]")).to_have_count(1)
    facilitator.check()
    page.get_by_role("tab", name="Action items").click()
    page.get_by_text("Ideas from the brief").click()
    page.locator("[data-call]").first.click()
    page.get_by_role("button", name="Save action item").click()
    expect(page.locator("[data-actions] .note")).to_have_count(1)
    facilitator.check()

    all_sent(page)
    here = {str(one) for one in meeting().attendances.all()}
    assert {"Amir Haddad", "Nell Ito"} <= here
    assert meeting().action_items.count() == 1


def test_with_no_network_the_evening_goes_on_and_opens_again(someone):
    facilitator = someone("facilitator@example.org")
    page, context = facilitator.page, facilitator.page.context
    facilitator.visit(RUN)
    before = len(said())
    kept = "caches.keys().then(names => names.length && caches.match(location.href).then(Boolean))"
    while not page.evaluate(kept):
        page.wait_for_load_state("networkidle")

    context.set_offline(True)
    note(page, "First without a network.")
    note(page, "Second without a network.")
    page.get_by_role("button", name=re.compile("^Next")).click()
    expect(stage(page)).to_have_text("Who is trafficked, and who is at risk?")
    note(page, "On who it is.")
    expect(page.get_by_text("You’re offline. Keep going")).to_be_visible()
    page.reload()

    expect(stage(page)).to_have_text("Who is trafficked, and who is at risk?")
    expect(page.get_by_text("On who it is.")).to_be_visible()
    note(page, "After opening it again.")
    page.get_by_role("tab", name="People").click()
    page.locator("[data-people]").get_by_role("button", name="Amir Haddad").click()
    assert len(said()) == before
    context.set_offline(False)

    all_sent(page)
    expect(page.locator("[data-lines] .message")).to_have_count(0)
    assert said()[before:] == [
        "First without a network.",
        "Second without a network.",
        "On who it is.",
        "After opening it again.",
    ]
    last = meeting().notes.get(text="After opening it again.")
    assert last.section.slug == "who"
    assert "Amir Haddad" in {str(one) for one in meeting().attendances.all()}


def test_two_edit_one_entry_and_neither_text_is_lost(someone):
    facilitator, member = someone("facilitator@example.org"), someone("member@example.org")
    runner, follower = facilitator.page, member.page
    member.visit(RUN)
    note(follower, "Shelters are full.")
    facilitator.visit(RUN)
    row = runner.locator(".note", has_text="Shelters are full.")
    follower.context.set_offline(True)
    follower.locator(".note", has_text="Shelters are full.").get_by_text("Edit").click()
    follower.get_by_label("Note", exact=True).fill("Shelters are full in winter.")
    follower.get_by_role("button", name="Save changes").click()

    row.get_by_text("Edit").click()
    runner.get_by_label("Note", exact=True).fill("Shelters in the county are full.")
    runner.get_by_role("button", name="Save changes").click()
    all_sent(runner)
    follower.context.set_offline(False)

    trouble = follower.get_by_role("alert")
    expect(trouble).to_contain_text("Shelters are full in winter.")
    expect(trouble).to_contain_text("Shelters in the county are full.")
    member.errors.clear()  # The console has errors about the missing network.
    member.check()
    trouble.get_by_role("button", name="Keep both").click()
    expect(runner.locator(".note", has_text="Shelters are full in winter.")).to_be_visible()
    assert {"Shelters are full in winter.", "Shelters in the county are full."} <= set(said())


def test_a_note_that_is_too_long_comes_back_to_shorten_and_the_rest_is_sent(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(RUN)
    long = "Wells " * 1667
    page.get_by_label("What was said", exact=True).fill(long)
    expect(page.get_by_text("Characters over the limit: 1.")).to_be_visible()

    page.keyboard.press("Enter")
    note(page, "Behind it.")
    trouble = page.get_by_role("alert")

    expect(trouble).to_contain_text("Shorten this to 10000 characters. It has 10001 now.")
    expect(trouble).to_contain_text("Wells Wells")
    all_sent(page)
    assert "Behind it." in said()
    trouble.get_by_role("button", name="Edit and resend").click()
    expect(page.get_by_label("What was said", exact=True)).to_have_value(long.strip())
    note(page, "Wells.")
    all_sent(page)
    assert "Wells." in said()
    member.errors.clear()  # The console tells of the answer 400.


def test_what_was_typed_signed_out_waits_for_the_same_person(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(RUN)
    page.context.clear_cookies(name="sessionid")

    said_before = page.get_by_text("Calls to a hotline are not a count of victims.")
    note(page, "Typed while signed out.")

    expect(page.get_by_text("You’re signed out, so this page has stopped.")).to_be_visible()
    expect(stage(page)).to_be_hidden()
    expect(said_before).to_be_hidden()
    page.get_by_label("What was said", exact=True).fill("Half a sentence")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    # Another person on the same tablet doesn't see it or send it.
    member.sign_in("facilitator@example.org")
    page.goto(member.base + RUN)
    expect(stage(page)).to_be_visible()
    expect(page.get_by_text("Typed while signed out.")).to_have_count(0)
    page.get_by_role("link", name="Wrap-up").click()
    expect(page).to_have_url(re.compile("/wrap-up/"))
    member.open_menu()
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    assert "Typed while signed out." not in said()
    member.sign_in("member@example.org")
    page.goto(member.base + RUN)

    expect(page.get_by_text("Typed while signed out.")).to_be_visible()
    expect(page.get_by_label("What was said", exact=True)).to_have_value("Half a sentence")
    all_sent(page)
    assert said().count("Typed while signed out.") == 1


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (403, "text/html", "<h1>Forbidden</h1>"),
        pytest.param(400, "text/html", "<h1>Bad Request (400)</h1>", marks=pytest.mark.long),
        pytest.param(413, "text/html", "<h1>Too large</h1>", marks=pytest.mark.long),
        pytest.param(422, "application/json", "{cut off", marks=pytest.mark.long),
    ],
)
def test_an_answer_that_cannot_be_read_does_not_hold_up_the_queue(
    someone, status, content_type, body
):
    member = someone("member@example.org")
    page = member.page
    member.visit(RUN)
    before = len(said())

    def answer(route):
        if "refused" in (route.request.post_data or ""):
            route.fulfill(status=status, content_type=content_type, body=body)
        else:
            route.continue_()

    page.route("**/notes/*/", answer)
    page.context.set_offline(True)
    for text in ["In front.", "This one is refused.", "Behind it."]:
        note(page, text)
    page.context.set_offline(False)

    all_sent(page)
    assert said()[before:] == ["In front.", "Behind it."]
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This one is refused.")
    page.reload()
    alert.get_by_role("button", name="Edit and resend").click()
    field = page.get_by_label("What was said", exact=True)
    expect(field).to_have_value("This one is refused.")
    page.unroute("**/notes/*/")
    field.press("Enter")
    expect(page.locator(".note", has_text="This one is refused.")).to_be_visible()
    all_sent(page)
    assert said()[before:] == ["In front.", "Behind it.", "This one is refused."]


@pytest.mark.parametrize(
    "status",
    [429, pytest.param(408, marks=pytest.mark.long), pytest.param(425, marks=pytest.mark.long)],
)
def test_an_answer_that_asks_to_wait_keeps_the_entry_and_its_order(someone, status):
    member = someone("member@example.org")
    page, refused = member.page, []
    member.visit(RUN)
    before = len(said())

    def answer(route):
        if refused:
            route.continue_()
        else:
            refused.append(route.request)
            route.fulfill(status=status, content_type="application/json", body="{}")

    page.route("**/notes/*/", answer)
    page.context.set_offline(True)
    note(page, "First.")
    note(page, "Second.")
    page.context.set_offline(False)

    all_sent(page)
    assert refused
    assert said()[before:] == ["First.", "Second."]
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_browser_that_keeps_nothing_says_so_at_once(someone):
    member = someone("member@example.org")
    forbid = "Storage.prototype.setItem = () => { throw new DOMException('full'); };"
    member.page.add_init_script(forbid)

    member.visit(RUN)

    expect(member.page.get_by_text("can’t save a copy of what you type")).to_be_visible()
    note(member.page, "Sent all the same.")
    all_sent(member.page)
    assert "Sent all the same." in said()


def test_by_keyboard_alone(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(RUN)

    page.get_by_label("What was said", exact=True).focus()
    page.keyboard.type("A question by keyboard?")
    page.keyboard.press("Alt+5")
    page.keyboard.press("Enter")
    row = page.locator(".note", has_text="A question by keyboard?")
    expect(row.locator(".note__kind")).to_have_text("Question")
    expect(page.get_by_label("What was said", exact=True)).to_be_focused()
    row.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")

    expect(row).to_have_count(1)
    page.get_by_role("tab", name="Notes").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="People")).to_be_focused()
    all_sent(page)
    assert said().count("A question by keyboard?") == 1


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_the_focus_stays_on_its_button_when_the_list_is_drawn_again(someone):
    """Enter on Delete must not become Enter on Edit, because an answer came in between."""
    member, held = someone("member@example.org"), []
    page = member.page
    member.visit(RUN)
    page.route("**/notes/**", lambda route: held.append(route))
    with page.expect_request("**/notes/**"):
        page.get_by_label("What was said", exact=True).fill("Held for a moment.")
        page.keyboard.press("Enter")
    row = page.locator(".note", has_text="Held for a moment.")

    row.get_by_role("button", name="Delete").focus()
    held[0].continue_()
    all_sent(page)

    expect(row.get_by_role("button", name="Delete")).to_be_focused()


@pytest.mark.long
@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_the_focus_stays_on_its_button_in_the_list_of_action_items(someone):
    member, held = someone("member@example.org"), []
    page = member.page
    member.visit(RUN)
    page.get_by_role("tab", name="Action items").click()
    page.route("**/actions/**", lambda route: held.append(route))
    with page.expect_request("**/actions/**"):
        page.locator("[data-action-form] [name=text]").fill("Held for a moment.")
        page.keyboard.press("Enter")
    row = page.locator("[data-action-row]", has_text="Held for a moment.")

    row.get_by_role("button").last.focus()
    held[0].continue_()
    all_sent(page)

    expect(row.get_by_role("button").last).to_be_focused()


def test_what_is_typed_before_the_scripts_are_there_stays(someone):
    member, held = someone("member@example.org"), []
    page = member.page
    script = "**/js/live/main*.js"
    page.route(script, lambda route: held.append(route))
    with page.expect_request(script):
        page.goto(member.base + RUN, wait_until="commit")

    page.get_by_label("What was said", exact=True).fill("Faster than the script.")
    held[0].continue_()

    all_sent(page)
    expect(page.get_by_label("What was said", exact=True)).to_have_value("Faster than the script.")
