"""The protocol of the live page: nothing is lost, doubled, or shown to the wrong person."""

import time
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Note
from config.texts import NOTE
from operations import worker
from tests.factories import make_meeting, make_note, make_question


@pytest.fixture
def meeting(circle, brief, section):
    """A meeting in progress."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(minutes=20))
    meeting.start()
    return meeting


@pytest.fixture
def recorder(client, member):
    client.force_login(member)
    return client


def url(meeting, name, *args):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])


def put(client, meeting, note_id, **fields):
    fields = {"text": "Shirts are cheap.", "kind": "point", "section": "history"} | fields
    return client.put(
        url(meeting, "note_edit", note_id),
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
    )


def changes(client, meeting, since=0):
    return client.get(url(meeting, "change_list"), {"since": since})


def test_a_note_is_made_once_however_often_it_is_sent(recorder, meeting):
    note_id = uuid.uuid4()

    answers = [put(recorder, meeting, note_id).status_code for _again in range(3)]

    assert answers == [201, 200, 200]
    note = meeting.notes.get()
    assert (note.pk, note.text, note.section.slug) == (note_id, "Shirts are cheap.", "history")


def test_an_edit_names_the_version_it_started_from(recorder, meeting):
    note_id = uuid.uuid4()
    version = put(recorder, meeting, note_id).json()["version"]

    edited = put(recorder, meeting, note_id, text="Shirts are too cheap.", version=version)

    assert edited.status_code == 200
    assert edited.json()["version"] == version + 1
    assert meeting.notes.get().text == "Shirts are too cheap."


def test_a_stale_edit_is_answered_with_both_texts(recorder, meeting, facilitator, client):
    note_id = uuid.uuid4()
    put(recorder, meeting, note_id)
    meeting.notes.get().edit(started_from=1, text="As another put it.")

    answer = put(recorder, meeting, note_id, text="As I put it.", version=1)

    assert answer.status_code == 409
    assert answer.json()["yours"]["text"] == "As I put it."
    assert answer.json()["theirs"]["text"] == "As another put it."
    assert answer.json()["version"] == 2
    assert meeting.notes.get().text == "As another put it."


def test_a_note_that_was_deleted_meanwhile_is_offered_back(recorder, meeting):
    note_id = uuid.uuid4()
    put(recorder, meeting, note_id)
    meeting.notes.get().delete_softly()

    answer = put(recorder, meeting, note_id, text="More of it.", version=1)

    assert answer.status_code == 410
    assert answer.json()["theirs"]["text"] == "Shirts are cheap."


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"text": " "}, "text"),
        ({"kind": "gossip"}, "kind"),
        ({"section": "nowhere"}, "section"),
        ({"question": "nowhere"}, "question"),
        ({"version": "x"}, "version"),
    ],
)
def test_a_bad_field_gets_a_sentence_and_nothing_is_kept(recorder, meeting, fields, name):
    answer = put(recorder, meeting, uuid.uuid4(), **fields)

    assert answer.status_code == 400
    assert name in answer.json()["errors"]
    assert not Note.objects.exists()


@pytest.mark.parametrize("method", ["put", "post"])
def test_a_body_that_is_too_large_is_refused_as_json(recorder, meeting, settings, method):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    page = (
        url(meeting, "note_edit", uuid.uuid4()) if method == "put" else url(meeting, "meeting_run")
    )

    answer = getattr(recorder, method)(
        page,
        urlencode({"text": "a" * 1000}),
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 413
    assert "too long" in answer.json()["errors"]["__all__"]


def test_a_body_with_too_many_fields_is_refused_as_json(recorder, meeting, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2

    answer = put(recorder, meeting, uuid.uuid4())

    assert answer.status_code == 400
    assert answer.json()["errors"]["__all__"]


def test_a_note_without_a_section_goes_to_the_parking_lot(recorder, meeting):
    put(recorder, meeting, uuid.uuid4(), section="")

    assert meeting.notes.parking_lot().count() == 1


def test_a_member_changes_and_deletes_only_their_own_notes(recorder, meeting, facilitator):
    note = make_note(meeting, facilitator, text="Not yours.")

    edited = put(recorder, meeting, note.pk, text="Mine now.", version=1)
    taken = put(recorder, meeting, note.pk, text="Mine now.")
    deleted = recorder.delete(url(meeting, "note_edit", note.pk))

    note.refresh_from_db()
    assert [edited.status_code, taken.status_code, deleted.status_code] == [403, 403, 403]
    assert (note.text, note.deleted_at) == ("Not yours.", None)


def test_a_note_of_another_meeting_is_not_found_here(recorder, circle, meeting, member):
    elsewhere = make_note(make_meeting(circle), member)

    assert put(recorder, meeting, elsewhere.pk, version=1).status_code == 404


def test_a_deletion_is_a_tombstone_that_can_be_taken_back(recorder, meeting):
    note_id = uuid.uuid4()
    put(recorder, meeting, note_id)

    deleted = recorder.delete(url(meeting, "note_edit", note_id))
    restored = recorder.post(
        url(meeting, "note_restore", note_id), headers={"Accept": "application/json"}
    )

    assert deleted.json()["deleted"] is True
    assert restored.json()["deleted"] is False
    assert meeting.notes.not_deleted().count() == 1


def test_nobody_writes_when_the_minutes_are_out(recorder, meeting):
    meeting.end()
    meeting.publish_minutes()

    answer = put(recorder, meeting, uuid.uuid4())

    assert answer.status_code == 400
    assert "The minutes are published" in answer.json()["errors"]["__all__"]


def test_a_page_hears_only_what_it_has_not_seen(recorder, meeting, facilitator):
    put(recorder, meeting, uuid.uuid4(), text="First.")
    seen = changes(recorder, meeting).json()["revision"]
    assert changes(recorder, meeting, seen).status_code == 204

    make_note(meeting, facilitator, text="Second.")

    heard = changes(recorder, meeting, seen).json()
    assert [note["text"] for note in heard["notes"]] == ["Second."]
    assert heard["revision"] == seen + 1
    assert heard.keys() == {"revision", "now", "notes"}


def test_a_page_hears_of_who_is_there_and_what_is_promised(recorder, meeting, member, circle):
    mine = circle.memberships.get(user=member)
    seen = changes(recorder, meeting).json()["revision"]
    meeting.note_attendance({mine.pk}, [("Vera", True)])
    action = meeting.action_items.model(meeting=meeting, text="Ask the library", owner=mine)
    action.add()

    heard = changes(recorder, meeting, seen).json()

    assert [entry["membership"] or entry["visitor"] for entry in heard["attendance"]] == [
        mine.pk,
        "Vera",
    ]
    assert [action["text"] for action in heard["actions"]] == ["Ask the library"]
    seen = heard["revision"]
    action.take_back()
    assert changes(recorder, meeting, seen).json()["actions"] == []


def test_a_tombstone_says_nothing_even_to_its_writer(recorder, meeting):
    note_id = uuid.uuid4()
    seen = put(recorder, meeting, note_id) and changes(recorder, meeting).json()["revision"]
    recorder.delete(url(meeting, "note_edit", note_id))

    [told] = changes(recorder, meeting, seen).json()["notes"]

    assert (told["deleted"], told["text"], told["html"]) == (True, "", "")


def test_a_page_that_opens_hears_nothing_of_deleted_notes(recorder, meeting):
    empty = len(recorder.get(url(meeting, "meeting_run")).content)
    for _note in range(5):
        note_id = uuid.uuid4()
        put(recorder, meeting, note_id, text="w" * 10_000)
        recorder.delete(url(meeting, "note_edit", note_id))

    assert changes(recorder, meeting).json()["notes"] == []
    assert len(recorder.get(url(meeting, "meeting_run")).content) - empty < 100


def test_who_edits_a_deleted_note_sees_what_it_said_if_they_may_restore_it(
    client, recorder, meeting, facilitator
):
    note_id = uuid.uuid4()
    put(recorder, meeting, note_id)
    recorder.delete(url(meeting, "note_edit", note_id))

    answer = put(recorder, meeting, note_id, text="Mine.", version=1)

    assert answer.status_code == 410
    assert answer.json()["theirs"]["text"] == "Shirts are cheap."


def test_a_note_that_is_too_long_comes_back_with_a_sentence(recorder, meeting):
    answer = put(recorder, meeting, uuid.uuid4(), text="w" * (NOTE + 1))

    assert answer.status_code == 400
    assert answer.json()["errors"]["text"] == (
        "Shorten this to 10000 characters. It has 10001 now."
    )
    assert not meeting.notes.exists()


def test_a_body_that_is_too_large_is_answered_as_json(recorder, meeting):
    answer = put(recorder, meeting, uuid.uuid4(), text="w" * 3_000_000)

    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("days", [0.9, 1.1])
def test_the_texts_of_deleted_notes_are_erased_after_a_day(recorder, meeting, days):
    note_id, kept = uuid.uuid4(), uuid.uuid4()
    put(recorder, meeting, note_id)
    put(recorder, meeting, kept)
    recorder.delete(url(meeting, "note_edit", note_id))
    long_ago = timezone.now() - timedelta(days=days)
    Note.objects.filter(pk=note_id).update(deleted_at=long_ago, answer="So.")

    worker.tidy()
    answer = recorder.post(
        url(meeting, "note_restore", note_id), headers={"Accept": "application/json"}
    )

    is_kept = days < 1
    note = Note.objects.get(pk=note_id)
    assert (note.text, note.answer) == (("Shirts are cheap.", "So.") if is_kept else ("", ""))
    assert answer.status_code == (200 if is_kept else 410)
    assert (note.deleted_at is None) == is_kept
    assert Note.objects.get(pk=kept).text == "Shirts are cheap."


def test_an_erased_note_is_not_offered_and_says_why(client, recorder, meeting):
    note_id = uuid.uuid4()
    put(recorder, meeting, note_id)
    recorder.delete(url(meeting, "note_edit", note_id))
    Note.objects.update(deleted_at=timezone.now() - timedelta(days=2))
    Note.objects.erase_deleted()

    page = recorder.get(url(meeting, "note_list")).text
    answer = recorder.post(url(meeting, "note_restore", note_id), follow=True)

    assert "deleted note" not in page
    assert "its text was erased" in answer.text


@pytest.mark.parametrize(
    ("privacy", "author"),
    [
        (Circle.Privacy.OFF_THE_RECORD, ""),
        (Circle.Privacy.CHATHAM_HOUSE, ""),
        (Circle.Privacy.RECORDED, "Fran Facilitator"),
    ],
)
def test_names_are_told_only_where_the_circle_records_them(
    recorder, meeting, facilitator, privacy, author
):
    Circle.objects.update(privacy=privacy)
    make_note(meeting, facilitator)

    assert changes(recorder, meeting).json()["notes"][0]["author"] == author


def test_a_question_brings_its_section_along(recorder, meeting, section):
    question = make_question(section)

    answer = put(recorder, meeting, uuid.uuid4(), section="", question=question.slug)

    assert answer.json()["section"] == "history"


def test_an_ended_session_gets_a_bare_answer_that_a_script_understands(client, meeting):
    asked = client.get(url(meeting, "change_list"), headers={"Accept": "application/json"})

    assert put(client, meeting, uuid.uuid4()).status_code == 401
    assert asked.status_code == 401


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 30, "1.5"])
def test_an_odd_question_gets_everything(recorder, meeting, since):
    put(recorder, meeting, uuid.uuid4())

    assert len(changes(recorder, meeting, since).json()["notes"]) == 1


def test_nothing_new_costs_one_read_beside_knowing_who_asks(
    recorder, meeting, django_assert_num_queries
):
    seen = meeting.revision
    with django_assert_num_queries(3):  # session and person, membership, meeting
        assert changes(recorder, meeting, seen).status_code == 204


def test_many_changes_cost_as_many_questions_as_one(
    recorder, meeting, django_assert_max_num_queries
):
    for number in range(20):
        put(recorder, meeting, uuid.uuid4(), text=f"Number {number}.")

    with django_assert_max_num_queries(8):
        assert len(changes(recorder, meeting).json()["notes"]) == 20


def asked_with(client, meeting, ticket, since):
    asked = {"since": since, "ticket": ticket}
    return client.get(url(meeting, "change_list"), asked)


def test_a_ticket_hears_nothing_new_in_one_query(recorder, meeting, django_assert_num_queries):
    told = changes(recorder, meeting)
    since = told.json()["revision"]

    with django_assert_num_queries(1) as asked:
        answer = asked_with(recorder, meeting, told["X-Ticket"], since)

    assert "django_session" not in asked.captured_queries[0]["sql"]
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_ticket_does_not_hide_what_is_new(recorder, meeting):
    told = changes(recorder, meeting)
    since = told.json()["revision"]
    put(recorder, meeting, uuid.uuid4())

    heard = asked_with(recorder, meeting, told["X-Ticket"], since)

    assert [note["text"] for note in heard.json()["notes"]] == ["Shirts are cheap."]


def test_a_ticket_is_good_for_its_session_alone(recorder, meeting, client):
    told = changes(recorder, meeting)
    since = told.json()["revision"]
    client.logout()

    answer = client.get(
        url(meeting, "change_list"),
        {"since": since, "ticket": told["X-Ticket"]},
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 401


def test_a_ticket_is_good_for_a_minute(recorder, meeting, circle, member, monkeypatch):
    told = changes(recorder, meeting)
    since = told.json()["revision"]
    circle.memberships.get(user=member).leave()
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)

    assert asked_with(recorder, meeting, told["X-Ticket"], since).status_code == 404


def test_a_ticket_that_was_tampered_with_goes_the_whole_way(recorder, meeting):
    told = changes(recorder, meeting)
    other = told["X-Ticket"].replace(f"{meeting.pk}:", f"{meeting.pk + 1}:", 1)

    answer = asked_with(recorder, meeting, other, told.json()["revision"])

    assert answer.status_code == 204
    assert answer["X-Ticket"] != other
