"""Notes on paper: the sheet has room for everything, and typing it in loses no line."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from circles.live import agenda
from circles.models import Note
from circles.notes import shorthand
from tests.factories import make_meeting, make_membership, make_question, make_user

Kind = Note.Kind


@pytest.fixture
def meeting(circle, brief, section):
    """A past meeting with an agenda of one section."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(hours=2))
    agenda.keep(meeting, agenda.propose(meeting, [section]), started_from=0)
    meeting.start()
    return meeting


@pytest.fixture
def recorder(client, member):
    client.force_login(member)
    return client


def url(meeting, name):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def type_in(client, meeting, token=None, **texts):
    sent = {f"part-{part}": text for part, text in texts.items()}
    return client.post(
        url(meeting, "note_sheet_transcribe"), {"token": token or uuid.uuid4()} | sent, follow=True
    )


def said(meeting):
    return [(note.kind, note.text) for note in meeting.notes.not_deleted()]


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("Cotton is thirsty.", Kind.POINT, "Cotton is thirsty."),
        ("? Who pays", Kind.QUESTION, "Who pays"),
        ("!Nobody asked us", Kind.CONCERN, "Nobody asked us"),
        ("+ We all buy shirts", Kind.COMMON_GROUND, "We all buy shirts"),
        ("/ Some would ban it", Kind.DIFFERENCE, "Some would ban it"),
        ("≠ Some would ban it", Kind.DIFFERENCE, "Some would ban it"),
        ("* I read labels", Kind.TAKEAWAY, "I read labels"),
        ("“A shirt is a shirt”", Kind.QUOTATION, "“A shirt is a shirt”"),
    ],
)
def test_a_sign_before_a_line_says_its_kind(line, kind, words):
    assert shorthand.read(f"\n{line}\n\n") == [(kind, words)]


def test_a_sign_without_words_is_no_note():
    assert shorthand.read('?\n  \n"\n“ ”') == []


def test_each_line_is_a_note_of_its_part_in_its_order(recorder, meeting, section):
    page = type_in(
        recorder,
        meeting,
        history="Cotton is thirsty.\n? Who pays\nCotton is thirsty.",
        takeaways="I read labels.",
        **{"parking-lot": "Whose mill is it?"},
    ).text

    assert "5 notes saved." in page
    assert said(meeting) == [
        (Kind.POINT, "Cotton is thirsty."),
        (Kind.QUESTION, "Who pays"),
        (Kind.POINT, "Cotton is thirsty."),
        (Kind.TAKEAWAY, "I read labels."),
        (Kind.QUESTION, "Whose mill is it?"),
    ]
    assert [note.section for note in meeting.notes.not_deleted()] == [section] * 3 + [None] * 2


def test_sent_again_with_a_line_more_only_that_line_is_new(recorder, meeting):
    token = uuid.uuid4()
    type_in(recorder, meeting, token, history="One.\nTwo.")

    pages = [
        type_in(recorder, meeting, token, history="One.\nTwo.\nThree.").text for _again in "ab"
    ]

    assert [text for _kind, text in said(meeting)] == ["One.", "Two.", "Three."]
    assert "1 note saved." in pages[0]
    assert "0 notes saved." in pages[1]


def test_what_was_changed_since_is_not_typed_over(recorder, meeting):
    token = uuid.uuid4()
    type_in(recorder, meeting, token, history="One.")
    meeting.notes.get().edit(started_from=1, text="One, mended.")

    type_in(recorder, meeting, token, history="One.\nTwo.")

    assert [text for _kind, text in said(meeting)] == ["One, mended.", "Two."]


def test_what_was_typed_stays_on_the_page_when_it_cannot_be_kept(recorder, meeting):
    meeting.end()
    meeting.publish_minutes()

    answer = type_in(recorder, meeting, history="Typed for nothing?")

    assert answer.status_code == 422
    assert "Typed for nothing?" in answer.text
    assert "Ask a facilitator" in answer.text
    assert said(meeting) == []


def test_nothing_typed_is_told(recorder, meeting):
    answer = type_in(recorder, meeting, history="  \n ")

    assert answer.status_code == 422
    assert "Type at least one line" in answer.text


def test_the_queries_do_not_grow_with_the_lines(recorder, meeting):
    with CaptureQueriesContext(connection) as one:
        type_in(recorder, meeting, history="One.")
    with CaptureQueriesContext(connection) as many:
        type_in(recorder, meeting, history="\n".join(f"Line {n}." for n in range(40)))

    assert len(many) <= len(one)


def test_the_sheet_has_the_questions_and_everyone_to_tick(recorder, meeting, section, circle):
    make_question(section, text="What is a shirt worth?")
    make_membership(circle, make_user("Ida Bergström"))

    page = recorder.get(url(meeting, "note_sheet_detail")).text

    for words in ("What is a shirt worth?", "Ida Bergström", "Parking lot", "Takeaways", "Due"):
        assert words in page


def test_without_an_agenda_the_sheet_has_what_would_be_proposed(recorder, circle, brief, section):
    meeting = make_meeting(circle, brief=brief)

    assert section.heading in recorder.get(url(meeting, "note_sheet_detail")).text
