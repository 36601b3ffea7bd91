"""Invitations and invite cards in a real browser, and RSVPs by the link in an email."""

import pytest
from playwright.sync_api import expect

from circles import signed_links
from circles.models import Circle

CIRCLE = "/circles/maple-street/"


@pytest.fixture
def answer_page(demo):
    """The RSVP link in a member's email about the next meeting."""
    circle = Circle.objects.get(slug="maple-street")
    meeting = circle.meetings.upcoming().filter(started_at=None).first()
    mine = circle.memberships.get(user__email="member@example.org")
    return f"/rsvp/{signed_links.sign('rsvp', mine.pk, meeting.pk)}/"


def test_an_answer_by_the_link_in_a_mail_needs_no_sign_in_and_no_cookie(someone, answer_page):
    visitor = someone()
    visitor.visit(answer_page)
    page = visitor.page

    page.get_by_text("Online, guests, or a comment?").first.click()
    page.get_by_label("Comment").fill("Late by ten minutes.")
    page.get_by_label("Comment").press("Enter")
    expect(page.get_by_role("button", name="Yes, I’ll be there")).to_have_attribute(
        "aria-pressed", "false"
    )
    page.get_by_role("button", name="Yes, I’ll be there").click()

    expect(page.get_by_text("You’re in. See you there!")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, I’ll be there")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_label("Comment")).to_have_value("Late by ten minutes.")
    visitor.check()


def test_what_was_sent_leaves_the_box_and_what_can_be_mended_stays(someone):
    ruth = someone("facilitator@example.org")
    page = ruth.page
    ruth.visit(f"{CIRCLE}invitations/new/")

    page.get_by_label("Email addresses").fill("ann@example.org\ncy.example.org")
    page.get_by_role("button", name="Send invitations").click()

    expect(page.get_by_text("An invitation is on its way to ann@example.org.")).to_be_visible()
    expect(page.get_by_label("Email addresses")).to_have_value("cy.example.org")
    ruth.check()


def test_a_card_is_made_looked_at_and_its_link_followed_by_someone_else(someone):
    ruth, pat = someone("facilitator@example.org"), someone()
    ruth.visit(f"{CIRCLE}invitations/link/")

    ruth.page.get_by_role("button", name="Create link").click()
    ruth.check()
    path = "/join/" + ruth.page.locator(".invitation-card__address").inner_text().split("/join/")[1]
    pat.visit(path)

    expect(pat.page.get_by_role("heading", name="Maple Street Circle")).to_be_visible()
