"""How long a section takes to read, with its figure and its calls to action, wherever it's said."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from briefs.guide import Guide
from briefs.models import CallToAction
from briefs.pdf import documents
from circles.calendars.ical import meeting_file
from circles.mail.delivery import deliver
from circles.models import Mail, Reading, ReadMark
from tests.factories import make_figure, make_section, make_series

pytestmark = pytest.mark.usefixtures("no_query_in_a_loop")

MEETING = "/circles/maple-street/meetings/1/"
# The text alone is a minute, with its figure two. Each place, and what it says there.
PLACES = {
    "/briefs/": ["3-minute read · 1 section", "1 brief · 3-minute read"],
    "/series/year/": ["3-minute read"],
    "/briefs/water/": ["3-minute read", "Wells 3 min"],
    "/briefs/water/all/": ["3-minute read"],
    "/briefs/water/short/": ["is a 3-minute read"],
    "/briefs/water/wells/": ["1 of 1 3 min left", "Wells 3 min"],
    "/briefs/water/mine/": ["About 3 minutes left", "Wells 3 minutes"],
    "/briefs/water/guide/?section=wells": [
        "the sections you chose (3 min)",
        "the whole brief (3 min)",
    ],
    "/": ["3 min · 1 part left"],
    MEETING: ["3 min · 1 part left"],
    f"{MEETING}read/": ["3 min · 1 part", "Wells 3 minutes"],
    f"{MEETING}read/wells/": ["1 of 1 3 min left", "Wells 3 min"],
    f"{MEETING}readings/": ["Wells 3 minutes", "For everyone: 3 minutes"],
    "/admin/briefs/brief/": ["1 3"],
    "/admin/briefs/section/": ["3"],
}


@pytest.fixture
def wells(brief):
    section = make_section(brief, slug="wells", heading="Wells", body="word " * 210)
    make_figure(section)
    CallToAction.objects.create(brief=brief, slug="look", step="measure", text="word " * 200)
    return section


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_page_says_the_same_minutes(client, facilitator, meeting, wells):
    facilitator.is_staff = facilitator.is_superuser = True
    facilitator.save()
    make_series(wells.brief, slug="year", title="A year")
    Reading.objects.create(meeting=meeting, section=wells)
    client.force_login(facilitator)

    pages = {path: words_of(client.get(path).text) for path in PLACES}

    assert [
        (path, words) for path, says in PLACES.items() for words in says if words not in pages[path]
    ] == []
    assert "Minutes read: 0 of 3" in pages[MEETING]


def test_every_email_and_file_says_the_same_minutes(circle, member, meeting, wells):
    Reading.objects.create(meeting=meeting, section=wells)
    membership = circle.memberships.get(user=member)
    Mail.objects.queue(Mail.Kind.READING, "x", to=[membership], meeting=meeting)
    deliver()

    assert mail.outbox[-1].subject.startswith("3 minutes of reading")
    assert "- Wells (3 minutes)" in mail.outbox[-1].body
    assert b"about 3 minutes" in meeting_file(meeting)
    assert "3-minute read" in str(documents.brief_document(wells.brief, "letter"))
    guide = documents.guide_document(Guide(wells.brief, chosen=["wells"]), "letter")
    assert "the sections you chose (3 min), the whole brief (3 min)" in str(guide)


def test_the_public_page_and_ones_own_say_the_same_minutes_left(client, member, meeting, wells):
    first = make_section(wells.brief, slug="pipes", position=0, body="word " * 230)
    rows = [first, wells]
    for section in rows:
        Reading.objects.create(meeting=meeting, section=section)
    client.force_login(member)

    def left(section):
        own = client.get(f"{MEETING}read/{section.slug}/").text
        layer = client.get(
            f"/briefs/water/mine/?at={section.slug}", headers={"HX-Request": "true"}
        ).text
        found = [re.search(r"(\d) of 2 (\d+) min left", words_of(text)) for text in (own, layer)]
        return [mark.groups() for mark in found]

    assert left(rows[0]) == [("1", "5"), ("1", "5")]
    marked = client.post(
        reverse("circles:section_read", args=["water", "pipes"]),
        {"read": "on"},
        headers={"HX-Request": "true", "HX-Current-URL": "https://example.org/briefs/water/pipes/"},
    )
    assert "1 of 2 3 min left" in words_of(marked.text)
    assert left(rows[1]) == [("2", "3"), ("2", "3")]
    ReadMark.objects.set(member, rows[1], read=True)
    assert left(rows[0]) == [("1", "5"), ("1", "5")]


def test_minutes_of_many_briefs_cost_no_query_once_they_are_kept(client, wells):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get("/briefs/")
        return len(queries)

    first = asked()
    assert first - asked() == 3  # sections, figures, calls to action

    CallToAction.objects.update(text="word " * 500)
    assert "4-minute read" in client.get("/briefs/").text
