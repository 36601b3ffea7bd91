"""What is said is kept once, by whom it should, and is never lost or attributed."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from circles.models import AgendaItem, Circle, Membership, Note
from circles.notes.outline import Outline
from tests.factories import (
    make_brief,
    make_circle,
    make_meeting,
    make_membership,
    make_note,
    make_question,
    make_section,
    make_user,
)


@pytest.fixture
def meeting(circle, brief):
    """Under way."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(minutes=20))
    meeting.start()
    return meeting


def url(meeting, name="note_list", *args):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])


def typed(text="We all buy cheap shirts.", **fields):
    return {"id": uuid.uuid4(), "text": text, "kind": "point"} | fields


def edit_of(note, **fields):
    return {
        "text": note.text,
        "kind": note.kind,
        "section": note.section.slug if note.section else "",
        "version": note.version,
    } | fields


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
    assert Note.objects.standing().get().text == "Deleted and sent again."


def test_an_empty_note_is_asked_for_words(client, member, meeting):
    client.force_login(member)

    response = client.post(url(meeting), typed("   "))

    assert "Write what was said, then add it." in response.content.decode()
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

    assert "That question is asked on another section." in response.content.decode()
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
            "Notes open on the day of the meeting",
        ),
        "called off": ({"started_at": None, "cancelled_at": now}, "called off"),
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
    assert page.count("Yours") == 1


def test_a_recorded_circle_names_who_wrote(client, member, meeting):
    meeting.circle.confidentiality = Circle.Confidentiality.RECORDED
    meeting.circle.save()
    make_note(meeting, make_user("Wilhelmina Quick"))
    client.force_login(member)

    page = client.get(url(meeting)).content.decode()

    assert "Wilhelmina Quick" in page


def test_the_promise_is_printed_on_the_notes(client, member, meeting):
    client.force_login(member)

    assert str(meeting.circle.promise) in client.get(url(meeting)).content.decode()


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


# Deleting


def test_a_deleted_note_leaves_the_list_and_can_be_taken_back(client, member, meeting):
    note = make_note(meeting, member, text="Slip of the pen.")
    client.force_login(member)

    page = client.post(url(meeting, "note_delete", note.pk), follow=True).content.decode()
    gone = not Note.objects.standing().exists()
    client.post(url(meeting, "note_restore", note.pk))

    assert gone
    assert "Undo" in page
    assert Note.objects.standing().get() == note


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


# Answers


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


# Places


def test_a_meeting_without_a_brief_takes_notes(client, member, circle):
    meeting = make_meeting(circle, starts_at=timezone.now())
    client.force_login(member)

    client.post(url(meeting), typed("Parked."))

    assert Note.objects.parking_lot().get().text == "Parked."
    assert "Parked." in client.get(url(meeting)).content.decode()


def test_notes_on_a_retired_section_stay_under_its_name(client, member, meeting, section):
    make_note(meeting, section=section, text="Said on what is gone.")
    section.retired_at = timezone.now()
    section.save()
    client.force_login(member)

    page = client.get(url(meeting)).content.decode()

    assert "Said on what is gone." in page
    assert "No longer in the brief" in page


def test_notes_on_another_brief_stay_visible_and_can_be_edited(client, member, meeting, section):
    make_note(meeting, member, section=section, text="Said on the first brief.")
    meeting.brief = make_brief(title="Air")
    make_section(meeting.brief, slug="history")
    meeting.save()
    client.force_login(member)

    page = client.get(url(meeting)).content.decode()
    form = client.get(url(meeting, "note_edit", only_note().pk)).context["form"]
    client.post(url(meeting, "note_edit", only_note().pk), form.initial | {"text": "Mended."})

    assert "Said on the first brief." in page
    assert (only_note().text, only_note().section) == ("Mended.", section)


def test_the_agendas_sections_come_first_in_its_order(client, member, meeting, brief, section):
    later, sooner = make_section(brief, slug="later"), make_section(brief, slug="sooner")
    AgendaItem.objects.create(meeting=meeting, section=sooner, position=1)
    AgendaItem.objects.create(meeting=meeting, section=later, position=2)
    client.force_login(member)

    outline = client.get(url(meeting)).context["outline"]

    assert [part.key for part in outline.parts] == [
        "sooner",
        "later",
        "history",
        "~takeaways",
        "~parking-lot",
    ]


def test_the_section_that_the_agenda_has_open_is_open_for_writing(
    client, member, meeting, brief, section
):
    now = make_section(brief, slug="now")
    AgendaItem.objects.create(meeting=meeting, section=section, position=1)
    AgendaItem.objects.create(meeting=meeting, section=now, position=2, opened_at=timezone.now())
    client.force_login(member)

    assert client.get(url(meeting)).context["open_part"].key == "now"


def test_sections_stand_in_tree_order_and_bare_headings_are_left_out(
    client, member, meeting, brief, section
):
    part_two = make_section(brief, slug="two", body="", position=section.position + 2)
    make_section(brief, slug="two-a", parent=part_two, position=0)
    make_section(brief, slug="three", position=section.position + 3)
    client.force_login(member)

    outline = client.get(url(meeting)).context["outline"]

    assert [part.key for part in outline.rest] == ["history", "two-a", "three"]


def test_a_takeaway_without_a_section_has_its_own_place(client, member, meeting):
    client.force_login(member)

    client.post(f"{url(meeting)}?section=~takeaways", typed("I will listen.", kind="takeaway"))

    outline = client.get(url(meeting)).context["outline"]
    assert [note.text for note in outline.takeaways.notes] == ["I will listen."]
    assert not outline.parking_lot.notes


def test_a_form_sent_after_the_session_ended_comes_back_with_its_text(client, meeting):
    response = client.post(url(meeting), typed("Typed for ninety minutes."))

    assert response.status_code == 401
    assert "Typed for ninety minutes." in response.content.decode()


@pytest.mark.parametrize("kind", Note.Kind)
def test_query_note_and_outline_agree_on_what_is_in_the_parking_lot(meeting, section, kind):
    question = make_question(section)
    on_nothing = make_note(meeting, kind=kind)
    make_note(meeting, kind=kind, section=section)
    make_note(meeting, kind=kind, question=question)
    make_note(meeting, kind=kind, section=section, question=question)

    notes = list(meeting.notes.standing().select_related("section__brief", "question"))
    parked = [] if kind == Note.Kind.TAKEAWAY else [on_nothing]
    assert list(meeting.notes.parking_lot()) == parked
    assert [note for note in notes if note.is_parked] == parked
    assert Outline(meeting, notes).parking_lot.notes == parked


@pytest.mark.parametrize("path", ["", "?section=~parking-lot"])
def test_the_page_costs_the_same_with_one_note_and_with_many(
    client, facilitator, meeting, brief, section, path
):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url(meeting) + path).status_code == 200
        return len(queries)

    def fill(many):
        for _time in range(many):
            place = make_section(brief)
            question = make_question(place)
            AgendaItem.objects.create(meeting=meeting, section=place)
            make_note(meeting, make_user(), section=place, question=question)
            make_note(meeting, facilitator)
            make_note(meeting, facilitator).delete_softly()

    client.force_login(facilitator)
    fill(1)
    with_few = queries()
    fill(4)

    assert queries() == with_few


def test_a_reader_sees_what_their_circles_noted_on_a_section(member, meeting, brief, section):
    from circles.notes.outline import notes_by_section

    mine = make_note(meeting, section=section)
    make_note(make_meeting(make_circle(), brief=brief), section=section, text="Not for me.")
    make_note(meeting, section=section).delete_softly()

    assert notes_by_section(member, brief.sections.all()) == {section.pk: [(meeting, [mine])]}


def test_who_left_the_circle_no_longer_reads_its_notes(client, circle, meeting):
    membership = make_membership(circle)
    membership.leave()
    client.force_login(membership.user)

    assert client.get(url(meeting)).status_code == 404
    assert not Note.objects.read_by(membership.user).exists()
    assert Membership.objects.filter(pk=membership.pk).exists()
