"""Without scripts, a meeting can still be run, noted and published."""

import re

from playwright.sync_api import expect

MEETING = "/circles/maple-street/meetings/2/"


def test_an_evening_from_its_moves_to_its_minutes(someone):
    facilitator = someone("facilitator@example.org", java_script_enabled=False)
    page = facilitator.page

    def go_to(path):
        page.goto(facilitator.base + MEETING + path)

    # The buttons of the meeting are plain forms.
    go_to("run/")
    page.get_by_role("button", name=re.compile("^Next")).click()
    expect(
        page.get_by_role("heading", name="Who is trafficked, and who is at risk?")
    ).to_be_visible()
    page.get_by_role("button", name="Add 5 min").click()
    expect(page.locator("[data-item-state]", has_text="now")).to_have_count(1)

    go_to("notes/")
    page.locator("#note-text").fill("Written without a script.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".note", has_text="Written without a script.")).to_be_visible()

    go_to("attendance/")
    page.get_by_label("Amir Haddad").check()
    page.get_by_role("button", name="Save attendance").click()
    expect(page.get_by_text("Attendance saved")).to_be_visible()

    go_to("actions/new/")
    page.locator("#id_text").fill("Ask the county for its count")
    page.get_by_role("button", name="Save action item").click()
    expect(page.get_by_text("Action item saved")).to_be_visible()

    go_to("notes/type/")
    page.get_by_label("Takeaways").fill("I look twice.\n+ We all want shelters.")
    page.get_by_role("button", name="Save all notes").click()
    expect(page.get_by_text("2 notes saved.")).to_be_visible()

    go_to("run/")
    for _part in range(8):
        go_on = page.get_by_role("button", name=re.compile("^Next"))
        if not go_on.count():
            break
        go_on.click()
    page.locator("summary", has_text="End the meeting").click()
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_text("That’s the end of our meeting.")).to_be_visible()
    page.get_by_role("link", name="Go to minutes").click()
    page.get_by_role("button", name="Publish minutes").click()
    minutes = page.get_by_role("article")
    for words in (
        "Written without a script.",
        "Amir Haddad",
        "Ask the county for its count",
        "I look twice.",
        "We all want shelters.",
    ):
        expect(minutes).to_contain_text(words)
