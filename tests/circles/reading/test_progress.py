"""A reader's notes and progress on the page of a brief."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from circles.models import Meeting, Reading, ReadMark
from tests.factories import make_brief, make_meeting, make_note, make_section

MINE = "/briefs/water/mine/"
TICK = "/briefs/water/sections/history/read/"


def test_a_visitor_is_asked_to_sign_in_and_shown_no_ticks(client, section):
    page = client.get(MINE).content.decode()

    assert 'id="mine-bar"' in page
    assert "to keep your place" in page
    assert "Mark as read" not in page


def test_ticking_a_section_twice_is_as_once_and_can_be_undone(client, member, section):
    client.force_login(member)

    for _time in range(2):
        client.post(TICK, {"read": "on"})
    ticked = ReadMark.objects.filter(user=member, section=section).count()
    client.post(TICK)

    assert (ticked, ReadMark.objects.count()) == (1, 0)


def test_a_tick_answers_htmx_with_the_bar_and_the_sections_part(client, member, section):
    client.force_login(member)

    page = client.post(TICK, {"read": "on"}, headers={"HX-Request": "true"}).content.decode()

    assert 'id="mine-bar"' in page
    assert 'id="mine-history"' in page
    assert "<html" not in page


def test_what_is_read_is_ones_own(client, member, facilitator, section):
    ReadMark.objects.create(user=facilitator, section=section)
    client.force_login(member)

    assert client.get(MINE).context["progress"].read == 0


def test_readings_are_those_of_coming_meetings_in_ones_own_circles(
    client, member, meeting, section
):
    other = make_meeting(brief=meeting.brief)
    for each in (meeting, other):
        Reading.objects.create(meeting=each, section=section)
    client.force_login(member)

    progress = client.get(MINE).context["progress"]

    assert [met for met, _readings in progress.by_meeting] == [meeting]


def test_a_section_links_to_its_notes_only_if_ones_own_circles_have_some(
    client, member, meeting, section
):
    deleted = make_section(meeting.brief, slug="deleted")
    elsewhere = make_section(meeting.brief, slug="elsewhere")
    make_note(meeting, section=section)
    make_note(meeting, section=deleted).delete_softly()
    make_note(make_meeting(brief=meeting.brief), section=elsewhere)
    client.force_login(member)

    rows = client.get(MINE).context["progress"].sections

    assert {row.section.slug for row in rows if row.is_noted} == {"history"}


@pytest.mark.parametrize("path", ["mine/", "sections/secret/read/"])
def test_a_brief_in_preparation_has_no_layer_either(client, member, path):
    make_section(make_brief(slug="draft", audience="editors"), slug="secret")
    client.force_login(member)

    assert client.post(f"/briefs/draft/{path}").status_code == 404


def test_the_layer_asks_as_many_questions_of_much_as_of_little(client, member, meeting, section):
    client.force_login(member)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(MINE)
        return len(captured)

    make_note(meeting, section=section)
    Reading.objects.create(meeting=meeting, section=section)
    little = queries()
    for _number in range(4):
        more = make_section(meeting.brief)
        make_note(meeting, section=more)
        make_note(make_meeting(meeting.circle, brief=meeting.brief), section=more)
        Reading.objects.create(meeting=meeting, section=more)

    assert queries() == little <= 12


def test_htmx_gets_the_layer_without_the_page_around_it_and_no_message_is_lost(
    client, member, section
):
    client.force_login(member)
    note = f"/briefs/water/sections/history/marks/{uuid4()}/"
    client.post(note, {"kind": "note", "text": "Ask my aunt."})

    layer = client.get(MINE, headers={"HX-Request": "true"}).content.decode()
    page = client.get(MINE).content.decode()

    for part in ('id="account-nav"', 'id="mine-bar"', 'id="mine-history"'):
        assert part in layer
        assert part in page
    assert "<html" not in layer
    assert "Note saved." not in layer
    assert "Note saved." in page


def test_a_reading_of_a_section_that_was_retired_is_still_asked(client, member, meeting, section):
    Reading.objects.create(meeting=meeting, section=section)
    section.retired_at = timezone.now()
    section.save()
    client.force_login(member)

    progress = client.get(MINE).context["progress"]

    assert [str(reading.section) for reading in progress.readings] == ["History"]


def test_a_circle_that_read_an_earlier_edition_is_told_of_its_last_meeting(
    client, member, meeting, section
):
    for days in (200, 100):
        held = make_meeting(meeting.circle, brief=meeting.brief)
        before = timezone.now() - timedelta(days=days)
        Meeting.objects.filter(pk=held.pk).update(
            edition=date(2020, 1, 1), starts_at=before, started_at=before
        )
    client.force_login(member)

    progress = client.get(MINE).context["progress"]

    assert [met.pk for met in progress.talked] == [held.pk]
