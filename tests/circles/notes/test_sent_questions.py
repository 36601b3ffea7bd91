"""A circle sends a question from its parking lot to the editors, and the answer comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from briefs.models import Brief, ReaderQuestion
from circles.mail.delivery import deliver
from circles.models import Circle, CircleEvent, Mail, Meeting, Note, SentQuestion
from circles.views import sent_questions as views
from config.limits import DAY, Limit
from operations import worker
from tests.factories import make_meeting, make_note, make_section

TEXT = "Who pays for the pipes?"


@pytest.fixture
def note(meeting, member):
    return make_note(meeting, member, text=TEXT, kind="question")


@pytest.fixture
def page(note):
    return f"{note.get_absolute_url()}send/"


@pytest.fixture
def lot(meeting):
    return f"{meeting.get_absolute_url()}notes/?section=~parking-lot"


@pytest.fixture
def send(client, facilitator, page):
    """Send the question as the facilitator, with these fields changed."""

    def send(**changed):
        client.force_login(facilitator)
        return client.post(page, {"text": TEXT, "agreed": "on"} | changed)

    return send


@pytest.fixture
def look(mailoutbox):
    """Let the worker look and send, and return what it sent."""

    def look():
        mailoutbox.clear()
        # What someone got within the hour holds up what isn't urgent.
        Mail.objects.update(sent_at=timezone.now() - timedelta(hours=1))
        worker.look()
        deliver()
        return list(mailoutbox)

    return look


def test_a_facilitator_sends_a_question_and_the_circle_sees_that(
    client, facilitator, member, page, lot, brief, send
):
    client.force_login(facilitator)
    assert f'href="{page}?next=' in client.get(lot).text
    assert f"{TEXT}</textarea>" in client.get(page).text

    send(text="Who pays for new pipes?")

    question = ReaderQuestion.objects.get()
    assert (question.brief, question.text) == (brief, "Who pays for new pipes?")
    client.force_login(member)
    shown = client.get(lot).text
    assert "Sent to the editors on" in shown and "Who pays for new pipes?" in shown
    assert "No answer yet." in shown and "Undo send" not in shown
    assert TEXT in shown
    assert CircleEvent.objects.filter(kind="question_sent", by=facilitator).exists()


def test_only_whoever_leads_the_meeting_sends(client, member, meeting, page, lot):
    client.force_login(member)
    assert "Send to the editors" not in client.get(lot).text
    assert client.post(page, {"text": TEXT, "agreed": "on"}).status_code == 403

    Meeting.objects.update(leader=meeting.circle.memberships.get(user=member))
    client.post(page, {"text": TEXT, "agreed": "on"})

    assert SentQuestion.objects.exists()


@pytest.mark.parametrize(
    ("then", "now", "asks"),
    [
        ("off_the_record", "off_the_record", True),
        ("recorded", "chatham_house", True),
        ("chatham_house", "off_the_record", True),
        ("chatham_house", "chatham_house", False),
    ],
)
def test_the_circles_yes_is_asked_for_where_its_words_stay_within(then, now, asks, note, send):
    Circle.objects.update(privacy=now)
    Note.objects.update(privacy=then)

    refused = send(agreed="")

    assert (refused.status_code == 422) == asks
    if asks:
        assert "Ask your circle first." in refused.text and TEXT in refused.text
    assert ReaderQuestion.objects.exists() != asks


@pytest.mark.parametrize("told", ["Mel", "Maple Street"])
def test_a_name_is_sent_only_after_a_second_look(told, send):
    refused = send(text=f"What would {told} say?")

    assert refused.status_code == 422
    assert f"This says “{told}.”" in refused.text and "Send it anyway" in refused.text
    assert not ReaderQuestion.objects.exists()
    send(text=f"What would {told} say?", names_ok="on")
    assert ReaderQuestion.objects.exists()


def test_the_same_note_is_sent_once_and_only_from_the_parking_lot(client, send, page, note, brief):
    send()
    assert send().status_code == 302
    assert ReaderQuestion.objects.count() == 1

    Note.objects.update(section=make_section(brief))
    SentQuestion.objects.get().question.take_back()
    assert send().status_code == 404


def test_a_meeting_without_a_brief_has_no_editors_to_ask(client, facilitator, circle):
    note = make_note(make_meeting(circle), facilitator)
    client.force_login(facilitator)

    assert client.get(f"{note.get_absolute_url()}send/").status_code == 404


def test_too_many_are_refused_with_all_that_was_typed(send, monkeypatch):
    monkeypatch.setattr(views, "BY_PERSON", Limit("few questions", times=0, seconds=DAY))

    refused = send(text="Who pays in the end?")

    assert refused.status_code == 422 and "Who pays in the end?" in refused.text
    assert not ReaderQuestion.objects.exists()


def test_sending_is_undone_until_there_is_an_answer(client, admin, note, send, lot):
    send()
    assert "Undo send" in client.get(lot).text
    undone = client.post(f"{note.get_absolute_url()}send/undo/", follow=True).text

    assert "The editors don’t have the question anymore." in undone
    assert not ReaderQuestion.objects.exists() and not SentQuestion.objects.exists()
    send()
    ReaderQuestion.objects.get().close(admin, "The town does.", in_edition=False)
    refused = client.post(f"{note.get_absolute_url()}send/undo/", follow=True).text
    assert "The editors just answered it" in refused and "Undo send" not in refused
    assert ReaderQuestion.objects.exists()


def test_a_deleted_note_takes_its_question_along(note, send):
    send()

    Note.objects.get(pk=note.pk).delete_softly()

    assert not ReaderQuestion.objects.exists()


def test_a_deleted_note_stays_deletable_after_the_answer(note, send, admin):
    send()
    ReaderQuestion.objects.get().close(admin, "The town does.", in_edition=False)

    Note.objects.get(pk=note.pk).delete_softly()

    assert Note.objects.get(pk=note.pk).deleted_at and ReaderQuestion.objects.exists()


def test_the_answer_goes_back_to_where_the_question_was_asked(
    client, member, meeting, facilitator, admin, send, look, lot
):
    send()
    assert look() == []
    ReaderQuestion.objects.get().close(admin, "The town does.", in_edition=False)

    (mail,) = look()

    assert mail.to == [facilitator.email]
    everything = mail.body + mail.alternatives[0].content
    assert "pipes" not in everything and "town" not in everything
    assert f"{meeting.get_absolute_url()}notes/" in mail.body
    assert look() == []
    Meeting.objects.update(minutes_published_at=meeting.starts_at)
    client.force_login(member)
    minutes = f"{meeting.get_absolute_url()}minutes/"
    for url in (lot, minutes, f"{minutes}minutes.md"):
        assert "The town does." in client.get(url).text
    assert "Parking lot: questions answered" in client.get(minutes).text


def test_the_next_edition_answers_and_is_told_once(client, member, brief, admin, send, look, lot):
    send()
    ReaderQuestion.objects.get().close(admin, in_edition=True)
    (answered,) = look()
    assert "They’ll answer it in the next edition." in answered.body
    client.force_login(member)
    assert "The editors will answer it in the next edition." in client.get(lot).text

    newer = brief.edition + timedelta(days=30)
    Brief.objects.filter(pk=brief.pk).update(edition=newer, audience="editors")
    assert look() == []
    Brief.objects.filter(pk=brief.pk).update(audience="everyone")
    (there,) = look()

    assert there.subject == "A new edition answers your question"
    assert look() == []
    shown = client.get(lot).text
    assert "A newer edition of the brief answers it." in shown
    assert f'href="{brief.get_absolute_url()}changes/"' in shown


def test_no_one_is_emailed_about_a_note_that_was_deleted(note, send, admin, look):
    send()
    ReaderQuestion.objects.get().close(admin, "The town does.", in_edition=False)
    Note.objects.get(pk=note.pk).delete_softly()

    assert look() == []
