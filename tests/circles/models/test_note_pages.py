"""Which pages show notes, and in which order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from circles.models import AgendaItem, Membership, Note
from circles.notes.outline import Outline
from tests.factories import (
    make_brief,
    make_meeting,
    make_membership,
    make_note,
    make_question,
    make_section,
    make_user,
)

from .test_notes import only_note, typed, url


@pytest.fixture
def meeting(circle, brief):
    """A meeting in progress."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(minutes=20))
    meeting.start()
    return meeting


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

    notes = list(meeting.notes.not_deleted().select_related("section__brief", "question"))
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


def test_who_left_the_circle_no_longer_reads_its_notes(client, circle, meeting):
    membership = make_membership(circle)
    membership.leave()
    client.force_login(membership.user)

    assert client.get(url(meeting)).status_code == 404
    assert not Note.objects.read_by(membership.user).exists()
    assert Membership.objects.filter(pk=membership.pk).exists()
