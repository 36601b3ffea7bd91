"""From an email through one's own reading."""

import re

import pytest
from django.conf import settings
from django.core import mail
from playwright.sync_api import expect

from circles.mail.delivery import deliver
from circles.models import Mail, Meeting, Membership

from .test_marks import wait_for_marks
from .test_reader import FIRST_LINE_ENDS

READ = "/circles/maple-street/meetings/3/read/"


def email_of_the_reading():
    """Where the button of the email about the reading leads."""
    meeting = Meeting.objects.get(circle__slug="maple-street", number=3)
    member = Membership.objects.get(circle=meeting.circle, user__email="member@example.org")
    Mail.objects.all().delete()
    Mail.objects.queue(Mail.Kind.READING, "x", to=[member], meeting=meeting)
    deliver()
    html = mail.outbox[-1].alternatives[0][0]
    (link,) = re.findall(r'<a class="button" href="([^"]+)"', html)
    return link.removeprefix(settings.SITE_URL)


def done(page):
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Done")).click()


def test_from_the_email_two_taps_to_the_first_sentence_and_on_through_all_parts(someone):
    member = someone("member@example.org")
    page = member.page
    path = email_of_the_reading()
    assert path == READ

    member.visit(path)
    start = page.get_by_role("link", name=re.compile("^Start: "))
    assert start.bounding_box()["y"] < page.viewport_size["height"] - 44
    start.click()
    page.wait_for_url(re.compile(r"/read/[\w-]+/$"))
    member.check()
    assert page.evaluate(FIRST_LINE_ENDS) < page.viewport_size["height"]
    assert page.title().startswith("Reading")

    for _part in range(3):
        done(page)
        assert page.evaluate(FIRST_LINE_ENDS) < page.viewport_size["height"]
    done(page)
    expect(page.get_by_role("heading", name=re.compile("^See you "))).to_be_visible()
    expect(page.locator("#said")).to_have_text(re.compile("^✓ Read: "))
    assert page.url.partition("?")[0].endswith(READ)
    member.check()
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.get_by_role("button", name="Done", exact=True)).to_be_visible()


def test_back_leads_from_each_part_to_the_one_before(someone):
    member = someone("member@example.org")
    page = member.page

    def part():
        page.wait_for_load_state()
        return re.sub(r".*/read/|\?.*", "", page.url)

    member.visit(READ)
    page.get_by_role("link", name=re.compile("^Start: ")).click()
    done(page)
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Undo")).click()
    assert part() == "history/"
    done(page)
    with page.expect_navigation():
        page.go_back()
    with page.expect_navigation():
        page.get_by_role("button", name="Mark as not read").click()
    expect(page.get_by_role("button", name="Mark as not read")).to_have_count(0)
    done(page)
    done(page)

    seen = [part()]
    for _time in range(3):
        page.go_back()
        seen.append(part())
    assert seen == ["private-sector-role/", "empower-communities/", "history/", ""]


@pytest.mark.long
def test_the_contents_open_on_a_part_and_a_mark_stays_there(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(f"{READ}history/")

    page.locator(".reader-bar summary").first.click()
    member.check()
    page.get_by_role("button", name=re.compile(r"Star\s*: History")).click()
    expect(page.get_by_role("button", name=re.compile(r"Starred\s*: History"))).to_be_focused()
    expect(page.get_by_role("button", name=re.compile("Mark as read"))).to_have_count(0)
    wait_for_marks(page)
    page.get_by_role("link", name=re.compile(r"Add note\s*: History")).click()
    page.get_by_label("Text").fill("Ask about this.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#mine-history .own-mark__text")).to_contain_text("Ask about this.")
    expect(page.get_by_role("button", name=re.compile("Mark as read"))).to_have_count(0)
    member.check()


def test_checking_off_a_part_in_the_list_moves_the_button_on(someone):
    member = someone("member@example.org")
    page = member.page
    member.visit(READ)

    tick = page.get_by_role("checkbox", name="I’ve read “History”")
    tick.click()
    expect(tick).to_be_focused()
    expect(page.get_by_role("link", name=re.compile("^Continue: "))).to_be_visible()
    member.check()
