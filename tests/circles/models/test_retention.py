"""A circle may have its notes deleted a while after each meeting."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from briefs.models import ReaderQuestion
from circles.mail.delivery import deliver
from circles.models import AgendaItem, Circle, Mail, Note, SentQuestion
from circles.notes.retention import due, erase_old
from config.locks import RowGone
from tests.factories import make_circle, make_meeting, make_note

from .test_privacy_changes import settings_of

DAY, MONTH = timedelta(days=1), timedelta(days=31)


@pytest.fixture
def page(circle):
    return reverse("circles:circle_edit", args=[circle.slug])


@pytest.fixture
def held(circle, brief, facilitator):
    """A meeting of over a year ago, with notes and minutes."""
    meeting = make_meeting(
        circle, brief=brief, starts_at=timezone.now() - 13 * MONTH, minutes_summary="We agreed."
    )
    make_note(meeting, facilitator, text="What Ann said", kind="question")
    make_note(meeting, facilitator, text="Deleted an hour ago").delete_softly()
    meeting.action_items.create(text="Ask the library")
    meeting.publish_minutes()
    return meeting


def choose(circle, months, starts_at=None):
    circle.retention_months = months
    circle.retention_starts_at = (starts_at or timezone.now() - DAY) if months else None
    circle.save()


def words(meeting):
    meeting.refresh_from_db()
    return {meeting.minutes_summary, *meeting.notes.values_list("text", flat=True)} - {""}


def body(client, person, name, meeting):
    client.force_login(person)
    return client.get(reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])).text


# --- Deleting ---


def test_notes_and_summary_go_when_their_time_has_come_and_all_else_stays(circle, held):
    choose(circle, 12)
    recent = make_meeting(circle, starts_at=timezone.now() - 11 * MONTH)
    make_note(recent, text="Too new")
    others = make_meeting(make_circle(), starts_at=timezone.now() - 13 * MONTH)
    make_note(others, text="Of a circle that keeps notes")

    assert erase_old(timezone.now(), 200) == 1

    assert (words(held), words(recent)) == (set(), {"Too new"})
    assert words(others) == {"Of a circle that keeps notes"}
    assert held.action_items.get().text == "Ask the library"
    assert held.minutes_published_at
    assert erase_old(timezone.now(), 200) == 0


def test_nothing_goes_before_the_members_had_time_to_save_it(circle, held):
    choose(circle, 12, starts_at=timezone.now() + DAY)

    assert erase_old(timezone.now(), 200) == 0
    assert words(held)
    assert erase_old(timezone.now() + 2 * DAY, 200) == 1


def test_no_more_meetings_than_asked_for_at_a_time(circle, held):
    choose(circle, 12)
    make_note(make_meeting(circle, starts_at=timezone.now() - 20 * MONTH))

    assert [erase_old(timezone.now(), 1) for _run in range(3)] == [1, 1, 0]


def test_a_device_that_was_offline_hears_that_the_notes_are_gone(circle, held):
    before = held.revision
    choose(circle, 12)
    erase_old(timezone.now(), 200)

    held.refresh_from_db()
    assert held.revision > before
    assert set(held.notes.values_list("revision", flat=True)) == {held.revision}


def test_a_question_that_no_editor_answered_is_taken_back(circle, held, facilitator):
    note = make_note(held, facilitator, text="Who pays?")
    SentQuestion.objects.send(note, "Who pays?", by=facilitator)
    choose(circle, 12)

    erase_old(timezone.now(), 200)

    assert not SentQuestion.objects.exists() and not ReaderQuestion.objects.exists()


def test_a_circle_that_chose_to_keep_notes_meanwhile_keeps_them(circle, held, monkeypatch):
    choose(circle, 12)
    locked = Circle.locked

    def keep_at_the_last_moment(circle):
        choose(Circle.objects.get(pk=circle.pk), None)
        return locked(circle)

    monkeypatch.setattr(Circle, "locked", keep_at_the_last_moment)

    assert erase_old(timezone.now(), 200) == 0
    assert words(held)


def test_what_comes_just_too_late_is_not_saved(circle, held, facilitator):
    """Each form has looked already, and waits for the lock of the meeting."""
    note = held.notes.get(kind="question")
    late = [Note(meeting=held, text=text, created_at=timezone.now()) for text in ("One", "Two")]
    choose(circle, 12)
    erase_old(timezone.now(), 200)
    note.meeting = held

    with pytest.raises(RowGone):
        note.keep_answer("Ann does.", started_from="")
    with pytest.raises(RowGone):
        late[0].write(facilitator)
    with pytest.raises(RowGone):
        Note.write_all(held, late, facilitator)
    assert words(held) == set()


def test_the_last_day_of_a_month_counts_as_the_form_says(circle, held):
    """Six months after August 31 is February 28."""
    held.starts_at = datetime(2026, 8, 31, 19, tzinfo=UTC)
    held.save()

    assert due(circle.meetings.all(), 6, datetime(2027, 2, 28, 18, tzinfo=UTC)) == []
    assert due(circle.meetings.all(), 6, datetime(2027, 2, 28, 20, tzinfo=UTC)) == [held]


# --- What people see ---


@pytest.mark.parametrize("name", ["note_list", "minutes_detail"])
def test_pages_say_when_notes_will_be_deleted_and_that_they_were(
    client, circle, held, member, name
):
    assert "deleted on" not in body(client, member, name, held)

    choose(circle, 24)
    assert "The notes of this meeting will be deleted on" in body(client, member, name, held)

    choose(circle, 12)
    erase_old(timezone.now(), 200)
    gone = body(client, member, name, held)
    assert "The notes of this meeting were deleted on" in gone
    assert "Ask the library" in gone
    assert "No notes yet" not in gone and "The minutes are empty" not in gone


def test_minutes_say_as_before_what_was_talked_about(client, circle, held, facilitator):
    for title, opened_at in [("Opened", held.starts_at), ("Noted", None), ("Left", None)]:
        kind = AgendaItem.Kind.OTHER
        AgendaItem.objects.create(meeting=held, kind=kind, title=title, opened_at=opened_at)
    make_note(held, facilitator, item=AgendaItem.objects.get(title="Noted"))
    choose(circle, 12)
    erase_old(timezone.now(), 200)
    held.refresh_from_db()

    talk = AgendaItem.objects.talk(held, notes=[])
    assert [item.title for item in talk.talked] == ["Opened", "Noted"]
    assert [item.title for item in talk.left] == ["Left"]
    assert "removed since" not in body(client, facilitator, "minutes_detail", held)


def test_minutes_that_were_not_published_yet_still_can_be(client, circle, held, facilitator):
    type(held).objects.filter(pk=held.pk).update(minutes_published_at=None)
    choose(circle, 12)
    erase_old(timezone.now(), 200)

    page = body(client, facilitator, "minutes_detail", held)
    assert "Publish minutes" in page and "Edit notes" not in page
    client.post(reverse("circles:minutes_publish", args=[circle.slug, held.number]))

    held.refresh_from_db()
    assert held.minutes_published_at
    assert "minutes-tools" not in body(client, facilitator, "minutes_detail", held)


def test_a_meeting_past_its_time_without_notes_names_no_day(client, circle, member):
    empty = make_meeting(circle, starts_at=timezone.now() - 13 * MONTH)
    choose(circle, 12)

    page = body(client, member, "note_list", empty)
    assert "deleted on" not in page
    assert "no longer keeps notes of this meeting" in page


def test_no_one_writes_into_a_meeting_whose_notes_were_deleted(client, circle, held, facilitator):
    choose(circle, 12)
    erase_old(timezone.now(), 200)
    client.force_login(facilitator)
    args = [circle.slug, held.number]

    noted = client.post(
        reverse("circles:note_list", args=args), {"text": "Late", "section": "~takeaways"}
    )
    summary = {"summary": "Again", "started_from": ""}
    summarized = client.post(reverse("circles:minutes_edit", args=args), summary)

    assert (noted.status_code, summarized.status_code) == (422, 422)
    assert "Late" in noted.text and "Again" in summarized.text
    assert "no longer keeps notes" in body(client, facilitator, "minutes_edit", held)
    assert words(held) == set()


def test_no_one_answers_a_question_whose_time_has_come(client, circle, held, member):
    note = held.notes.get(kind="question")
    page = reverse("circles:note_answer", args=[circle.slug, held.number, note.pk])
    choose(circle, 12)
    client.force_login(member)

    assert "no longer keeps notes of this meeting" in client.get(page).text
    answered = client.post(page, {"answer": "Ann does.", "started_from": ""})

    assert answered.status_code == 422
    assert "no longer keeps notes" in answered.text and "Ann does." in answered.text
    note.refresh_from_db()
    assert note.answer == ""


# --- The setting ---


def test_the_setting_asks_for_a_check_that_says_how_much_goes_and_when(
    client, circle, facilitator, held, page
):
    sent = settings_of(client, circle, facilitator, retention_months="12")

    asked = client.post(page, sent)
    circle.refresh_from_db()

    assert asked.status_code == 422 and circle.retention_months is None
    assert "The notes of 1 past meeting will be deleted on" in asked.text

    assert client.post(page, sent | {"confirm_24_months": "on"}).status_code == 422
    assert client.post(page, sent | {"confirm_12_months": "on"}).status_code == 302

    circle.refresh_from_db()
    assert circle.retention_months == 12
    assert timezone.now() + 6 * DAY < circle.retention_starts_at < timezone.now() + 8 * DAY
    told = "Notes are deleted 1 year after each meeting."
    assert told in client.get(circle.get_absolute_url()).text
    history = client.get(reverse("circles:event_list", args=[circle.slug])).text
    assert "from “never” to “1 year after each meeting.”" in history


def test_keeping_notes_longer_asks_for_no_check_and_gives_no_new_notice(
    client, circle, facilitator, member, page, mailoutbox
):
    since = timezone.now() - 30 * DAY
    choose(circle, 12, starts_at=since)

    client.post(page, settings_of(client, circle, facilitator, retention_months="24"))
    circle.refresh_from_db()
    deliver()
    assert (circle.retention_months, circle.retention_starts_at) == (24, since)
    assert "Notes will be deleted after 2 years" in mailoutbox[0].subject
    assert "Nothing is deleted before" not in mailoutbox[0].body

    client.post(page, settings_of(client, circle, facilitator, retention_months=""))
    circle.refresh_from_db()
    assert (circle.retention_months, circle.retention_starts_at) == (None, None)


def test_every_member_is_emailed_what_changes_and_by_whom(
    client, circle, facilitator, member, page, mailoutbox
):
    sent = settings_of(client, circle, facilitator, retention_months="6")
    client.post(page, sent | {"confirm_6_months": "on"})
    deliver()

    assert {mail.to[0] for mail in mailoutbox} == {facilitator.email, member.email}
    text = " ".join(mailoutbox[0].body.split())
    assert mailoutbox[0].subject == "Notes will be deleted after 6 months"
    assert "Fran Facilitator changed when Maple Street’s notes are deleted." in text
    assert "Nothing is deleted before" in text

    mailoutbox.clear()
    client.post(page, settings_of(client, circle, facilitator, retention_months=""))
    deliver()
    assert "Notes now stay until someone deletes them." in mailoutbox[0].body


def test_of_two_changes_at_once_only_the_last_is_told(
    client, circle, facilitator, member, page, mailoutbox
):
    for months in ("6", "24"):
        sent = settings_of(client, circle, facilitator, retention_months=months)
        client.post(page, sent | {f"confirm_{months}_months": "on"})
    deliver()

    assert {mail.subject for mail in mailoutbox} == {"Notes will be deleted after 2 years"}
    assert Mail.objects.filter(kind=Mail.Kind.RETENTION, sent_at=None).count() == 2


def test_an_unusual_time_stays_as_it_is(client, circle, facilitator, page):
    choose(circle, 18)

    client.post(page, settings_of(client, circle, facilitator, purpose="To read."))

    circle.refresh_from_db()
    assert (circle.retention_months, circle.purpose) == (18, "To read.")
