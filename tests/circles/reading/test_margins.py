"""A reader's marks and notes beside a section, and who sees them."""

import pytest
from django.utils import timezone

from circles.models import Mark
from tests.factories import make_meeting, make_membership

MARK = "/briefs/water/sections/history/mark/"
NEW = "/briefs/water/sections/history/marks/"
MINE = "/briefs/water/mine/"


@pytest.fixture
def reader(client, member, meeting, section):
    """A signed-in reader with an upcoming meeting on the brief."""
    client.force_login(member)
    return member


def kinds():
    return sorted(Mark.objects.not_deleted().values_list("kind", flat=True))


def write(client, kind, text):
    action = client.get(NEW, {"kind": kind}).context["form"].helper.form_action
    return client.post(action, {"kind": kind, "text": text})


def test_a_section_is_starred_and_confusing_once_and_can_be_neither_again(client, reader):
    for _time in range(2):
        client.post(MARK, {"star": "on"})
    client.post(MARK, {"confusing": "on"})
    both = kinds()
    client.post(MARK, {"star": ""})

    assert both == ["confusing", "star"]
    assert kinds() == ["confusing"]


def test_a_mark_answers_htmx_with_the_sections_part(client, reader):
    part = client.post(MARK, {"star": "on"}, headers={"HX-Request": "true"})

    assert 'id="mine-history"' in part.content.decode()
    assert "Starred" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_mark_goes_to_each_circle_that_reads_the_brief_soon_and_says_so(
    client, reader, meeting, brief
):
    second = make_membership(user=reader)
    make_meeting(second.circle, brief=brief)
    idle = make_membership(user=reader)
    make_meeting(idle.circle)

    client.post(MARK, {"star": "on"})
    page = client.get(MINE).content.decode()

    marked = set(Mark.objects.values_list("memberships__circle", flat=True))
    assert marked == {meeting.circle_id, second.circle_id}
    assert second.circle.name in page
    assert "You’re reading for:" in page
    assert idle.circle.name not in page


def test_without_a_meeting_ahead_a_star_is_ones_own_and_there_is_no_one_to_ask(
    client, member, section
):
    client.force_login(member)

    client.post(MARK, {"star": "on"})
    page = client.get(MINE).text

    assert "Starred" in page
    assert "Add question" not in page
    assert not Mark.objects.get().memberships.exists()


def test_a_note_is_for_oneself_and_a_question_for_the_meeting(client, reader, facilitator, meeting):
    write(client, "note", "Ask my aunt.")
    write(client, "note", "And my uncle.")
    write(client, "question", "Who paid\nfor it?")
    own = client.get(MINE).text
    client.force_login(facilitator)
    theirs = client.get(MINE).text + client.get(meeting.get_absolute_url()).text

    assert "Ask my aunt." in own
    assert "And my uncle." in own
    assert "Ask my aunt." not in theirs
    assert "“Who paid for it?”" in theirs


def test_a_question_too_long_is_said_and_nothing_typed_is_lost(client, reader):
    page = write(client, "question", "why " * 100)

    assert page.status_code == 422
    assert "Shorten this to 300 characters" in page.text
    assert "why why why" in page.text
    assert not Mark.objects.exists()


def test_a_note_outlives_its_section_until_its_writer_deletes_it(client, reader, section):
    write(client, "note", "Ask my aunt.")
    section.retired_at = timezone.now()
    section.save()
    note = f"{NEW}{Mark.objects.get().key}/"

    page = client.get(MINE).text
    client.post(note, {"kind": "note", "text": "Ask my uncle.", "version": 1})
    changed = Mark.objects.get().text
    client.post(f"{note}delete/")

    assert "No longer in the brief" in page
    assert "Ask my aunt." in page
    assert changed == "Ask my uncle."
    assert kinds() == []
    assert client.get(note).status_code == 404


def test_a_reading_is_ticked_off_on_the_list_and_one_is_back_where_one_was(
    client, reader, meeting, section
):
    meeting.readings.create(section=section)
    page = f"{meeting.get_absolute_url()}#readings"

    response = client.post("/briefs/water/sections/history/read/", {"read": "on", "next": page})

    assert response.url == page
    text = client.get(meeting.get_absolute_url()).content.decode()
    assert "You’ve finished the reading. Thank you!" in text


def test_a_tick_leads_to_no_other_site(client, reader):
    response = client.post(
        "/briefs/water/sections/history/read/", {"read": "on", "next": "https://evil.example/"}
    )

    assert response.url == MINE
