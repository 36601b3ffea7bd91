"""Every kind of note can be written on every form and appears in the minutes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from circles.models import Note
from circles.notes import shorthand
from circles.notes.kinds import KINDS
from circles.notes.outline import PARKING_LOT, TAKEAWAYS, Part
from tests.factories import make_meeting, make_note

Kind = Note.Kind


@pytest.fixture
def meeting(circle, brief):
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(hours=2))
    meeting.start()
    return meeting


def url(meeting, name):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def test_every_kind_has_one_row():
    assert sorted(row.kind for row in KINDS) == sorted(Kind)


def test_every_kind_is_told_from_the_others_by_its_symbol():
    assert len({row.symbol for row in KINDS}) == len(KINDS)
    for row in KINDS:
        ((kind, words),) = shorthand.read(f"{row.symbol} Said.")
        assert (kind, words.endswith("Said.")) == (row.kind, True)


@pytest.mark.parametrize("name", ["minutes_detail", "minutes_markdown"])
@pytest.mark.parametrize("kind", Kind)
def test_a_note_of_every_kind_is_in_the_minutes_once(
    client, facilitator, meeting, section, kind, name
):
    make_note(meeting, section=section, kind=kind, text="Said on it.")
    make_note(meeting, kind=kind, text="Said besides.")
    make_note(meeting, kind=kind, text="Asked before.", answer="It is so.")
    client.force_login(facilitator)

    text = client.get(url(meeting, name)).text

    for words in ["Said on it.", "Said besides.", "Asked before."]:
        assert text.count(words) == 1


@pytest.mark.parametrize(
    "name", ["note_list", "meeting_run", "note_sheet_detail", "note_sheet_transcribe"]
)
def test_every_kind_is_offered_where_notes_are_written(client, facilitator, meeting, name):
    client.force_login(facilitator)

    text = client.get(url(meeting, name)).text

    assert [kind for kind in Kind if str(kind.label) not in text] == []


def test_a_place_for_notes_says_what_belongs_there_where_its_title_does_not():
    hints = {key: Part(key=key, title="").empty_hint for key in (TAKEAWAYS, PARKING_LOT, "wells")}

    assert all(hints[key] for key in (TAKEAWAYS, PARKING_LOT)) and hints["wells"] == ""
