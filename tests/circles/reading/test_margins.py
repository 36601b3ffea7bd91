"""A reader's marks and notes beside a section, and who sees them."""

import pytest
from django.utils import timezone

from circles.models import PrivateNote, Reaction
from tests.factories import make_meeting, make_membership, make_section

MARK = "/briefs/water/sections/history/mark/"
MARGIN = "/briefs/water/sections/history/margin/"
MINE = "/briefs/water/mine/"


@pytest.fixture
def reader(client, member, meeting, section):
    """A signed-in reader with an upcoming meeting on the brief."""
    client.force_login(member)
    return member


def kinds():
    return sorted(Reaction.objects.values_list("kind", flat=True))


def test_a_section_is_starred_and_puzzling_once_and_can_be_neither_again(client, reader):
    for _time in range(2):
        client.post(MARK, {"star": "on"})
    client.post(MARK, {"puzzled": "on"})
    both = kinds()
    client.post(MARK, {"star": ""})

    assert both == ["puzzled", "star"]
    assert kinds() == ["puzzled"]


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

    marked = set(Reaction.objects.values_list("membership__circle", flat=True))
    assert marked == {meeting.circle_id, second.circle_id}
    assert second.circle.name in page
    assert "You’re reading for:" in page
    assert idle.circle.name not in page


def test_without_a_meeting_ahead_there_is_nobody_to_mark_it_for(client, member, section):
    client.force_login(member)

    page = client.get(MINE).content.decode()
    client.post(MARK, {"star": "on"})

    assert "confusing" not in page
    assert kinds() == []


def test_a_note_is_for_oneself_and_a_question_for_the_evening(client, reader, facilitator, meeting):
    client.post(MARGIN, {"note": "Ask my aunt.", "question": "Who paid\nfor it?"})
    own = client.get(MINE).content.decode()
    client.force_login(facilitator)
    theirs = (
        client.get(MINE).content.decode() + client.get(meeting.get_absolute_url()).content.decode()
    )

    assert "Ask my aunt." in own
    assert "Ask my aunt." not in theirs
    assert "“Who paid for it?”" in theirs


def test_what_is_emptied_is_gone(client, reader):
    client.post(MARGIN, {"note": "Ask my aunt.", "question": "Who paid?"})
    client.post(MARGIN, {"note": "", "question": ""})

    assert (PrivateNote.objects.count(), kinds()) == (0, [])


def test_a_question_too_long_is_said_and_nothing_typed_is_lost(client, reader):
    typed = {"note": "Ask my aunt.", "question": "why " * 100}

    page = client.post(MARGIN, typed, headers={"HX-Request": "true"}).content.decode()

    assert "Shorten this to 300 characters" in page
    assert "Ask my aunt." in page
    assert not PrivateNote.objects.exists()


def test_what_was_written_on_another_device_is_shown_before_it_is_replaced(client, reader):
    seen = client.get(MARGIN).context["form"].initial["seen"]
    client.post(MARGIN, {"note": "From the telephone.", "seen": seen})

    stale = client.post(MARGIN, {"note": "From the laptop.", "seen": seen})
    page = stale.content.decode()
    saved = PrivateNote.objects.get().text
    client.post(MARGIN, {"note": "From the laptop.", "seen": stale.context["form"].data["seen"]})

    assert stale.status_code == 409
    assert "From the telephone." in page
    assert "From the laptop." in page
    assert saved == "From the telephone."
    assert PrivateNote.objects.get().text == "From the laptop."


def test_a_note_outlives_its_section_until_its_writer_lets_it_go(client, reader, section):
    client.post(MARGIN, {"note": "Ask my aunt."})
    section.retired_at = timezone.now()
    section.save()

    page = client.get(MINE).content.decode()
    client.post(MARGIN, {"note": "Ask my uncle."})
    changed = PrivateNote.objects.get().text
    client.post(MARGIN, {"note": ""})

    assert "No longer in the brief" in page
    assert "Ask my aunt." in page
    assert changed == "Ask my uncle."
    assert client.get(MARGIN).status_code == 404


def test_a_section_that_is_gone_has_no_margin_without_a_note(client, reader, brief):
    make_section(brief, slug="gone", retired_at=timezone.now())

    assert client.get("/briefs/water/sections/gone/margin/").status_code == 404


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
