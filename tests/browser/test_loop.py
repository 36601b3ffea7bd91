"""The main tasks of each of the three kinds of people in a browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from circles.mail.delivery import deliver
from circles.models import Circle

BRIEF = "/briefs/human-trafficking/all/"


def test_a_visitor_reads_a_brief_with_its_figures_sources_and_help(someone):
    visitor = someone()
    visitor.visit("/")
    visitor.page.get_by_role("link", name="Read a brief").click()
    visitor.page.get_by_role("link", name="Human Trafficking").click()
    visitor.check()
    page = visitor.page
    page.get_by_role("link", name="All on one page").click()
    visitor.check()

    expect(page.get_by_role("heading", level=1)).to_have_text("Human Trafficking")
    expect(page.get_by_role("link", name="Call 1-888-373-7888")).to_be_attached()
    figure = page.locator("figure", has=page.locator("svg")).first
    figure.get_by_text("Show the numbers").click()
    expect(figure.get_by_role("table")).to_be_visible()
    first = page.locator(".cite a").first
    first.click()
    expect(page.get_by_role("dialog", name=re.compile(r"^Source \d+$"))).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(first).to_be_focused()


@pytest.mark.long
def test_the_contents_follow_the_reader(someone):
    visitor = someone()
    visitor.visit(BRIEF)
    page = visitor.page

    page.evaluate("document.getElementById('history').scrollIntoView({behavior: 'instant'})")

    current = page.locator(".contents a[aria-current]")
    expect(current).to_have_attribute("href", "#history")


def test_the_text_size_is_kept_from_page_to_page(someone):
    visitor = someone()
    visitor.visit(BRIEF)
    page = visitor.page
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")

    page.locator("summary", has_text="Text size").click()
    page.get_by_label("Largest").check()
    visitor.visit("/briefs/")

    after = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert after == 2 * before


def test_a_member_answers_reads_and_finds_what_was_said(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit("/circles/maple-street/meetings/3/")
    # The question on the first screen, and everything on two.
    expect(page.get_by_role("button", name="Yes, I’ll be there")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollHeight <= 2 * innerHeight")
    page.get_by_role("button", name="Yes, I’ll be there").click()
    expect(page.get_by_role("status")).to_contain_text("You’re in.")
    page.get_by_text("Your RSVP: Yes").click()
    expect(page.get_by_role("button", name="Yes, I’ll be there")).to_have_attribute(
        "aria-pressed", "true"
    )
    member.check()

    member.visit(BRIEF)
    progress = page.locator("#mine-bar")
    expect(progress).to_contain_text("You’ve read 4 of 24 sections.")
    page.get_by_role("button", name=re.compile(r"Mark as read\s*: History")).click()
    expect(progress).to_contain_text("You’ve read 5 of 24 sections.")
    member.open_menu()
    expect(page.get_by_role("link", name="My circles")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text(re.compile("Your circle’s notes.*Who")).click()
    expect(page.get_by_text("Calls to a hotline are not a count of victims.")).to_be_visible()
    member.check()

    member.visit("/circles/maple-street/meetings/1/minutes/")
    expect(page.get_by_text("A minute is longer than I thought.")).to_be_visible()
    expect(page.get_by_text("Ask the library about large-print copies", exact=True)).to_be_visible()


@pytest.mark.parametrize("screen", ["desktop"], indirect=True)
def test_a_facilitator_starts_a_circle_invites_plans_runs_and_publishes(someone, mailoutbox):
    facilitator = someone("facilitator@example.org")
    page = facilitator.page
    facilitator.visit("/circles/new/")
    page.get_by_label("Name of your circle").fill("Elm Street Circle")
    page.get_by_role("button", name="Start circle").click()
    expect(page.get_by_text("No one is invited yet.")).to_be_visible()
    facilitator.check()

    page.get_by_role("link", name="Invite people").click()
    page.get_by_label("Email addresses").fill("member@example.org, Nell New <nell@example.org>")
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_role("status")).to_contain_text("member@example.org, nell@example.org")
    deliver()
    found = [(mail.to[0], re.search(r"/join/\S+/", mail.body)) for mail in mailoutbox]
    links = {address: link[0] for address, link in found if link}

    member = someone("member@example.org")
    member.visit(links["member@example.org"])
    member.page.get_by_role("button", name="Join circle").click()
    expect(member.page.get_by_role("status")).to_contain_text("Welcome")

    newcomer = someone()
    newcomer.visit(links["nell@example.org"])
    newcomer.page.get_by_role("link", name="I’m new here").click()
    newcomer.check()
    newcomer.page.get_by_label("Your name").fill("Nell New")
    newcomer.page.locator("main form button[type=submit], main form input[type=submit]").click()
    newcomer.page.get_by_role("button", name="Join circle").click()
    expect(newcomer.page.get_by_role("status")).to_contain_text("Welcome")

    facilitator.visit("/circles/elm-street-circle/meetings/new/")
    page.get_by_label("Brief").select_option(label="Human Trafficking")
    # A meeting can be started on its day only, and well before its hour only after a question.
    zone = Circle.objects.get(slug="elm-street-circle").zone
    soon = (timezone.now() + timedelta(minutes=10)).astimezone(zone)
    page.get_by_label("Date", exact=False).first.fill(f"{soon:%Y-%m-%d}")
    page.get_by_label("Time", exact=False).first.fill(f"{soon:%H:%M}")
    page.get_by_label("Place", exact=True).fill("The library")
    page.get_by_role("button", name="Save and announce").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Human Trafficking")
    facilitator.check()

    page.locator("summary", has_text="Prepare").click()
    page.get_by_role("link", name="Reading plan").click()
    facilitator.check()
    page.get_by_text("Putting it in context").click()
    page.get_by_label(re.compile("Who reads this section: Who is trafficked")).select_option("all")
    expect(page.get_by_text("For everyone: 5 minutes.")).to_be_visible()
    page.get_by_role("button", name="Save reading plan").click()
    expect(page.get_by_role("status").first).to_contain_text("Reading")

    facilitator.visit("/circles/elm-street-circle/meetings/1/")
    page.get_by_role("button", name="Start the meeting").click()
    expect(page.locator("[data-live]")).to_have_attribute("data-waiting", "0")
    page.get_by_label("What was said", exact=True).fill("We trust numbers too easily.")
    page.keyboard.press("Enter")
    expect(page.locator("[data-notes]")).to_contain_text("We trust numbers too easily.")
    expect(page.locator("[data-live]")).to_have_attribute("data-waiting", "0")
    facilitator.check()

    facilitator.visit("/circles/elm-street-circle/meetings/1/attendance/")
    page.get_by_label("Nell New").check()
    page.get_by_role("button", name="Save attendance").click()
    page.get_by_role("link", name="End the meeting").click()
    page.get_by_role("button", name="End the meeting").click()
    facilitator.visit("/circles/elm-street-circle/meetings/1/minutes/")
    facilitator.check()
    page.get_by_role("button", name=re.compile("Publish")).click()

    newcomer.visit("/circles/elm-street-circle/meetings/1/minutes/")
    expect(newcomer.page.get_by_text("We trust numbers too easily.", exact=True)).to_be_visible()


@pytest.mark.long
def test_an_admin_loads_nothing_of_a_circle_and_edits_a_brief_that_readers_then_see(someone):
    admin = someone("admin@example.org")
    page = admin.page
    denied = page.goto(admin.base + "/circles/maple-street/")
    assert denied.status == 404
    admin.errors.clear()

    admin.visit("/")
    page.get_by_role("link", name="Manage briefs").click()
    admin.check()
    page.get_by_role("link", name="Human Trafficking").click()
    admin.check()
    page.locator("#brief_form").get_by_role("link", name="History").click()
    admin.check()
    page.get_by_label("Heading:").fill("A short history")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    visitor = someone()
    visitor.visit(BRIEF)
    expect(visitor.page.locator("#history")).to_contain_text("A short history")
