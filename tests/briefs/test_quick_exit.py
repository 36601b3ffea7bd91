"""The quick exit is in reach on every page of a brief that may be hard to read."""

import re

import pytest
from django.core.cache import caches
from django.utils import timezone

from briefs.models import Brief, HelpLine
from circles.models import Reading
from tests.factories import make_section

PAGES = [
    *("", "wells/", "all/", "changes/", "guide/", "short/", "sections/old/", "mine/"),
    *("sections/wells/mistake/", "sections/wells/mistake/sent/"),
    *("sections/wells/marks/", "sections/wells/notes/"),
]


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["pages"].clear()


@pytest.fixture
def addresses(brief, meeting):
    """All pages with something of a brief, a member's own among them."""
    wells = make_section(brief, slug="wells", heading="Wells")
    make_section(brief, slug="old", heading="Old wells", retired_at=timezone.now())
    Reading.objects.create(meeting=meeting, section=wells)
    read = f"{meeting.get_absolute_url()}read/"
    return [*(f"{brief.get_absolute_url()}{page}" for page in PAGES), read, f"{read}wells/"]


def test_each_page_of_a_brief_with_an_advisory_has_it_and_a_neutral_tab(
    client, member, brief, addresses
):
    Brief.objects.filter(pk=brief.pk).update(advisory="It may be hard to read.")
    client.force_login(member)

    for address in addresses:
        page = client.get(address).text
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
        # A chart that's enlarged covers the page, so it has its own.
        outside = re.sub(r"<dialog.*?</dialog>", "", page, flags=re.DOTALL)
        assert outside.count("data-quick-exit") == 1, address
        assert "data-has-exit" in page, address
        assert brief.title not in title and "ells" not in title, address


def test_each_page_of_a_brief_with_hotlines_has_it(client, member, brief, addresses):
    HelpLine.objects.create(brief=brief, slug="help", name="Water line", phone="555-0100")
    client.force_login(member)

    without = [
        address
        for address in addresses
        if "data-quick-exit" not in (page := client.get(address).text)
        or "data-has-exit" not in page
    ]
    assert without == []


def test_no_other_brief_has_it(client, member, addresses):
    client.force_login(member)

    pages = [client.get(address).text for address in addresses]
    assert not any("data-quick-exit" in page or "data-has-exit" in page for page in pages)


def test_what_is_found_in_such_a_brief_has_it_and_a_neutral_tab(client, brief, section):
    search = "/briefs/?q=words"
    assert "data-has-exit" not in client.get(search).text
    Brief.objects.update(advisory="It may be hard to read.")

    page = client.get(search).text
    assert "data-has-exit" in page and page.count("data-quick-exit") == 1
    assert "<title>Search results" in page


def test_the_cover_says_what_it_does_and_what_it_cannot(client, brief, section):
    Brief.objects.update(advisory="It may be hard to read.")

    page = client.get(brief.get_absolute_url()).text
    assert "Pressing Esc three times does the same." in page
    assert "Your browser’s history still lists this page" in page
