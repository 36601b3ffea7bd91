"""What a person's circles noted on a section of a brief, meeting by meeting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.views.margins import NOTES_A_PAGE
from tests.factories import make_meeting, make_membership, make_note, make_section

NOTES = "/briefs/water/sections/history/notes/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def reader(client, member):
    client.force_login(member)
    return member


def test_notes_are_those_of_ones_own_circles_on_this_section_only(client, reader, meeting, section):
    make_note(meeting, section=section, text="Said among us.")
    make_note(meeting, section=section, text="Deleted among us.").delete_softly()
    make_note(meeting, section=make_section(meeting.brief), text="Said of something else.")
    make_note(make_meeting(brief=meeting.brief), section=section, text="Said elsewhere.")

    response = client.get(NOTES)

    assert "Said among us." in response.text
    assert "Deleted among us." not in response.text
    assert "Said of something else." not in response.text
    assert "Said elsewhere." not in response.text
    assert "no-store" in response["Cache-Control"]


def test_the_newest_meeting_of_all_circles_comes_first(client, reader, meeting, section):
    second = make_membership(user=reader).circle
    earlier = make_meeting(
        second, brief=meeting.brief, starts_at=timezone.now() - timedelta(days=400)
    )
    make_note(earlier, section=section, text="Said long ago.")
    make_note(meeting, section=section, text="Said lately.")

    page = client.get(NOTES).text

    assert page.index("Said lately.") < page.index(second.name) < page.index("Said long ago.")


def test_a_retired_sections_notes_are_still_found(client, reader, meeting, section):
    make_note(meeting, section=section, text="Said among us.")
    section.retired_at = timezone.now()
    section.save()

    assert "Said among us." in client.get(NOTES).text


def test_without_a_note_it_says_so(client, reader, section):
    assert "no notes on this section yet" in client.get(NOTES).text
    assert client.get("/briefs/water/sections/nothing/notes/").status_code == 404


def test_more_notes_than_fit_are_found_one_page_after_the_other(client, reader, meeting, section):
    for number in range(NOTES_A_PAGE + 1):
        make_note(meeting, section=section, text=f"Number {number}.")

    first, second = client.get(NOTES).text, client.get(f"{NOTES}?page=2").text

    assert f"{NOTES}?page=2" in first
    assert f"Number {NOTES_A_PAGE}." not in first
    assert f"Number {NOTES_A_PAGE}." in second
    assert "?page=1" in second


def test_htmx_gets_the_notes_to_open_and_then_only_the_older_ones(client, reader, meeting, section):
    for number in range(NOTES_A_PAGE + 1):
        make_note(meeting, section=section, text=f"Number {number}.")

    first = client.get(NOTES, headers=HTMX).text
    second = client.get(f"{NOTES}?page=2", headers=HTMX).text

    assert "<details" in first
    assert "<details" not in second
    assert f"Number {NOTES_A_PAGE}." in second
    assert "<html" not in first + second
