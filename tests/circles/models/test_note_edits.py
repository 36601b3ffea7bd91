"""Changing, deleting and answering a note: nothing is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import Note
from tests.factories import (
    make_meeting,
    make_note,
    make_question,
    make_user,
)

from .test_notes import only_note, url


@pytest.fixture
def meeting(circle, brief):
    """A meeting in progress."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(minutes=20))
    meeting.start()
    return meeting


def edit_of(note, **fields):
    return {
        "text": note.text,
        "kind": note.kind,
        "section": note.section.slug if note.section else "",
        "version": note.version,
    } | fields


def test_an_edit_is_the_next_version(client, member, meeting, section):
    note = make_note(meeting, member)
    client.force_login(member)

    response = client.post(
        url(meeting, "note_edit", note.pk),
        edit_of(note, text="Mended.", kind="quotation", section="history"),
    )

    kept = only_note()
    assert response.url == f"{url(meeting)}?section=history#{note.anchor}"
    assert (kept.text, kept.kind, kept.section) == ("Mended.", "quotation", section)
    assert kept.version == 2


def test_the_edit_page_is_filled_with_the_note(client, member, meeting, section):
    question = make_question(section)
    note = make_note(meeting, member, section=section, question=question, kind="concern")
    client.force_login(member)

    initial = client.get(url(meeting, "note_edit", note.pk)).context["form"].initial

    assert initial == {
        "text": note.text,
        "kind": "concern",
        "section": "history",
        "question": question.slug,
        "version": 1,
    }


def test_a_stale_edit_shows_both_texts_and_changes_nothing(client, member, meeting):
    note = make_note(meeting, member, text="At first.")
    note.edit(started_from=1, text="Theirs.")
    client.force_login(member)

    response = client.post(url(meeting, "note_edit", note.pk), edit_of(note, text="Mine."))

    page = response.content.decode()
    assert response.status_code == 409
    assert only_note().text == "Theirs."
    assert "Theirs." in page and "Mine." in page


def test_after_a_stale_edit_one_may_put_ones_own_in_its_place(client, member, meeting):
    note = make_note(meeting, member, text="At first.")
    note.edit(started_from=1, text="Theirs.")
    client.force_login(member)
    conflict = client.post(url(meeting, "note_edit", note.pk), edit_of(note, text="Mine."))

    form = conflict.context["form"]
    client.post(url(meeting, "note_edit", note.pk), form.initial | {"text": "Theirs and mine."})

    assert (only_note().text, only_note().version) == ("Theirs and mine.", 3)


def test_after_a_stale_edit_one_may_keep_both_as_two_notes(client, member, meeting):
    note = make_note(meeting, member, text="At first.")
    note.edit(started_from=1, text="Theirs.")
    client.force_login(member)
    conflict = client.post(url(meeting, "note_edit", note.pk), edit_of(note, text="Mine."))

    client.post(url(meeting), conflict.context["form"].initial)

    assert set(Note.objects.values_list("text", flat=True)) == {"Theirs.", "Mine."}


def test_a_stale_edit_that_says_the_same_is_no_conflict(client, member, meeting):
    note = make_note(meeting, member)
    note.edit(started_from=1, text="Agreed.")
    client.force_login(member)

    response = client.post(url(meeting, "note_edit", note.pk), edit_of(note, text="Agreed."))

    assert response.status_code == 302
    assert only_note().version == 2


def test_an_edit_of_a_deleted_note_gives_the_text_back(client, member, meeting):
    note = make_note(meeting, member)
    note.delete_softly()
    client.force_login(member)

    response = client.post(url(meeting, "note_edit", note.pk), edit_of(note, text="Still mine."))

    assert response.status_code == 410
    assert "Still mine." in response.content.decode()


def test_a_deleted_note_leaves_the_list_and_can_be_taken_back(client, member, meeting):
    note = make_note(meeting, member, text="Slip of the pen.")
    client.force_login(member)

    page = client.post(url(meeting, "note_delete", note.pk), follow=True).content.decode()
    gone = not Note.objects.not_deleted().exists()
    client.post(url(meeting, "note_restore", note.pk))

    assert gone
    assert "Undo" in page
    assert Note.objects.not_deleted().get() == note


def test_deleting_again_keeps_the_first_time(member, meeting):
    note = make_note(meeting, member)
    note.delete_softly()
    first = note.deleted_at, note.revision

    note.delete_softly()

    assert (note.deleted_at, note.revision) == first


def test_deleted_notes_are_listed_for_their_writer_and_facilitators(
    client, member, facilitator, meeting
):
    make_note(meeting, facilitator, text="Taken out.").delete_softly()

    client.force_login(member)
    assert "Taken out." not in client.get(url(meeting)).content.decode()
    client.force_login(facilitator)
    assert "Taken out." in client.get(url(meeting)).content.decode()


def test_any_member_answers_a_parked_question(client, member, meeting):
    note = make_note(meeting, make_user(), kind="question", text="Which year was that?")
    client.force_login(member)

    client.post(url(meeting, "note_answer", note.pk), {"answer": "In 2000.", "started_from": ""})

    assert only_note().answer == "In 2000."
    assert "In 2000." in client.get(url(meeting)).content.decode()


def test_two_answers_at_once_are_both_shown(client, member, meeting):
    note = make_note(meeting, make_user(), kind="question")
    note.keep_answer("In 2000.", started_from="")
    client.force_login(member)

    response = client.post(
        url(meeting, "note_answer", note.pk), {"answer": "In 2003.", "started_from": ""}
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "In 2000." in page and "In 2003." in page
    assert only_note().answer == "In 2000."
