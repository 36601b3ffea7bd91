"""Notes are saved once, by people who may write them, and are never lost or attributed."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Note
from tests.factories import (
    make_meeting,
    make_note,
    make_question,
    make_section,
    make_user,
)


@pytest.fixture
def meeting(circle, brief):
    """A meeting in progress."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(minutes=20))
    meeting.start()
    return meeting


def url(meeting, name="note_list", *args):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])


def typed(text="We all buy cheap shirts.", **fields):
    return {"id": uuid.uuid4(), "text": text, "kind": "point"} | fields


def only_note():
    return Note.objects.select_related("section", "question").get()


def test_a_note_is_kept_on_its_section_and_the_page_comes_back_to_write_the_next(
    client, member, meeting, section
):
    client.force_login(member)

    response = client.post(
        f"{url(meeting)}?section=history", typed(section="history", kind="concern")
    )

    note = only_note()
    assert response.status_code == 302
    assert response.url == f"{url(meeting)}?section=history#note-text"
    assert (note.text, note.kind, note.section) == ("We all buy cheap shirts.", "concern", section)
    assert note.author == member


def test_the_same_note_sent_twice_is_one_note(client, member, meeting, section):
    client.force_login(member)
    data = typed(section="history")

    client.post(url(meeting), data)
    revision = only_note().revision
    client.post(url(meeting), data)

    meeting.refresh_from_db()
    assert only_note().version == 1
    assert meeting.revision == revision


def test_line_breaks_of_browsers_make_no_other_version(member, meeting):
    note = make_note(meeting, member, text="One\nTwo")

    again = Note(id=note.pk, meeting=meeting, text="One\nTwo").write(member)

    assert again.version == 1


def test_other_words_under_the_same_id_are_the_next_version(client, member, meeting):
    client.force_login(member)
    data = typed("First words.")
    client.post(url(meeting), data)

    response = client.post(url(meeting), data | {"text": "Better words."}, follow=True)

    assert (only_note().text, only_note().version) == ("Better words.", 2)
    assert "First words." in response.content.decode()


def test_a_late_resend_does_not_undo_an_edit_made_meanwhile(client, member, meeting):
    client.force_login(member)
    data = typed("As typed.")
    client.post(url(meeting), data)
    only_note().edit(started_from=1, text="As mended.")

    response = client.post(url(meeting), data)

    page = response.content.decode()
    assert response.status_code == 409
    assert only_note().text == "As mended."
    assert "As typed." in page and "As mended." in page


def test_an_id_that_is_another_persons_note_gets_a_note_of_its_own(client, member, meeting):
    theirs = make_note(meeting, make_user(), text="Theirs.")
    client.force_login(member)

    client.post(url(meeting), typed("Mine.", id=theirs.pk))

    theirs.refresh_from_db()
    assert theirs.text == "Theirs."
    assert set(Note.objects.values_list("text", flat=True)) == {"Theirs.", "Mine."}


def test_a_note_sent_again_after_its_deletion_is_offered_back(client, member, meeting):
    client.force_login(member)
    data = typed("Deleted and sent again.")
    client.post(url(meeting), data)
    only_note().delete_softly()

    response = client.post(url(meeting), data)
    form = response.context["form"]
    client.post(url(meeting), typed(form["text"].value(), id=form["id"].value()))

    assert response.status_code == 410
    assert Note.objects.not_deleted().get().text == "Deleted and sent again."


def test_an_empty_note_is_asked_for_words(client, member, meeting):
    client.force_login(member)

    response = client.post(url(meeting), typed("   "))

    assert "Write what was said, then add the note." in response.content.decode()
    assert not Note.objects.exists()


def test_a_note_on_a_question_goes_to_its_section(client, member, meeting, section):
    question = make_question(section)
    client.force_login(member)

    client.post(url(meeting), typed(question=question.slug))

    assert (only_note().question, only_note().section) == (question, section)


def test_a_note_cannot_be_on_a_question_of_another_section(client, member, meeting, section, brief):
    question = make_question(make_section(brief))
    client.force_login(member)

    response = client.post(
        f"{url(meeting)}?section=history", typed(section="history", question=question.slug)
    )

    assert "That question belongs to another section." in response.content.decode()
    assert "We all buy cheap shirts." in response.content.decode()


def test_each_revision_rises_by_one(member, meeting):
    meeting.refresh_from_db()
    start = meeting.revision

    note = make_note(meeting, member)
    note = note.edit(started_from=1, text="Other words.")
    note.keep_answer("An answer.", started_from="")
    note.delete_softly()
    note.restore()

    meeting.refresh_from_db()
    assert meeting.revision == start + 5
    assert note.revision == meeting.revision


def test_words_are_shown_as_typed_and_run_no_script(client, member, meeting):
    make_note(meeting, text="It's *not* <script>alert(1)</script> at https://example.org/a?b=1&c=2")
    client.force_login(member)

    page = client.get(url(meeting)).content.decode()

    assert "It&#x27;s *not* &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page


# When notes are taken


def closed_cases():
    now = timezone.now()
    return {
        "a draft": ({"scheduled_at": None, "started_at": None}, "still a draft"),
        "before its day": (
            {"started_at": None, "starts_at": now + timedelta(days=3)},
            "You can start adding notes on the day of the meeting",
        ),
        "canceled": ({"started_at": None, "cancelled_at": now}, "was canceled"),
    }


@pytest.mark.parametrize("case", closed_cases())
def test_text_comes_back_where_no_notes_are_taken(client, facilitator, meeting, case):
    fields, sentence = closed_cases()[case]
    for name, value in fields.items():
        setattr(meeting, name, value)
    meeting.save()
    client.force_login(facilitator)

    response = client.post(url(meeting), typed("Do not lose me."))

    page = response.content.decode()
    assert sentence in page
    assert "Do not lose me." in page
    assert not Note.objects.exists()


def test_notes_open_on_the_day_of_the_meeting_in_its_own_time_zone(member, circle):
    far_east = make_meeting(
        circle, time_zone="Pacific/Kiritimati", starts_at=timezone.now() + timedelta(minutes=1)
    )

    assert Note.why_closed(far_east, circle.memberships.get(user=member)) == ""


def test_after_the_minutes_only_facilitators_write(client, member, facilitator, meeting):
    meeting.end()
    meeting.publish_minutes()

    client.force_login(member)
    refused = client.post(url(meeting), typed("Too late for me."))
    client.force_login(facilitator)
    client.post(url(meeting), typed("Never too late for me."))

    assert "Too late for me." in refused.content.decode()
    assert "Ask a facilitator" in refused.content.decode()
    assert only_note().text == "Never too late for me."


# Who reads and changes


def test_names_are_nowhere_in_the_page_off_the_record(client, member, meeting, section):
    make_note(meeting, make_user("Wilhelmina Quick"), text="Quoted.", section=section)
    make_note(meeting, member, text="My own.", section=section)
    client.force_login(member)

    page = client.get(f"{url(meeting)}?section=history").content.decode()

    assert "Quoted." in page
    assert "Wilhelmina" not in page and "wilhelmina" not in page
    assert page.count("Your note") == 1


def test_a_recorded_circle_names_who_wrote(client, member, meeting):
    meeting.circle.privacy = Circle.Privacy.RECORDED
    meeting.circle.save()
    make_note(meeting, make_user("Wilhelmina Quick"))
    client.force_login(member)

    page = client.get(url(meeting)).content.decode()

    assert "Wilhelmina Quick" in page


def test_the_promise_is_printed_on_the_notes(client, member, meeting):
    client.force_login(member)

    assert str(meeting.circle.privacy_line) in client.get(url(meeting)).content.decode()


def test_a_note_of_another_circle_is_not_found_under_ones_own(client, outsider, meeting):
    note = make_note(meeting, text="A secret.")
    own = make_meeting(outsider.memberships.get().circle)
    client.force_login(outsider)

    for name in ["note_edit", "note_delete", "note_restore", "note_answer"]:
        assert client.post(url(own, name, note.pk)).status_code == 404
        assert client.post(url(meeting, name, note.pk)).status_code == 404


def test_a_note_of_another_meeting_of_the_circle_is_not_found(client, facilitator, meeting):
    note = make_note(make_meeting(meeting.circle))
    client.force_login(facilitator)

    assert client.get(url(meeting, "note_edit", note.pk)).status_code == 404


def test_members_change_their_own_notes_and_facilitators_all(client, member, facilitator, meeting):
    own, other = make_note(meeting, member), make_note(meeting, make_user())

    client.force_login(member)
    assert client.get(url(meeting, "note_edit", own.pk)).status_code == 200
    assert client.get(url(meeting, "note_edit", other.pk)).status_code == 404
    assert client.post(url(meeting, "note_delete", other.pk)).status_code == 404
    client.force_login(facilitator)
    assert client.get(url(meeting, "note_edit", other.pk)).status_code == 200


def test_a_draft_meetings_notes_are_not_there_for_members(client, member, circle):
    draft = make_meeting(circle, scheduled_at=None)
    client.force_login(member)

    assert client.get(url(draft)).status_code == 404


def test_prompts_are_for_facilitators(client, member, facilitator, meeting, section):
    make_question(section, prompts="Ask about the shirt.")

    client.force_login(member)
    for_member = client.get(url(meeting)).content.decode()
    client.force_login(facilitator)
    for_facilitator = client.get(url(meeting)).content.decode()

    assert "Ask about the shirt." not in for_member
    assert "Ask about the shirt." in for_facilitator


# Editing


# Deleting


# Answers


# Places
