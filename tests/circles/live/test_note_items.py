"""Notes stay with the agenda item they were written under."""

import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from circles.live import agenda
from circles.models import AgendaItem
from circles.notes import minutes
from circles.notes.names import name_in, name_words
from circles.notes.outline import Outline
from tests.factories import make_meeting, make_membership, make_note, make_user


@pytest.fixture
def meeting(circle, brief, section):
    """A meeting in progress, in its opening round."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(minutes=20))
    meeting.agenda_items.create(kind=AgendaItem.Kind.OPENING, position=1)
    meeting.agenda_items.create(kind=AgendaItem.Kind.SECTION, section=section, position=2)
    meeting.agenda_items.create(kind=AgendaItem.Kind.CLOSING, position=3)
    meeting.start()
    meeting.agenda_items.filter(position=1).update(opened_at=timezone.now())
    return meeting


@pytest.fixture
def opening(meeting):
    return meeting.agenda_items.get(position=1)


def url(meeting, name, *args):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])


def put(client, meeting, note_id=None, **fields):
    fields = {"text": "Shirts are cheap.", "kind": "point", "section": ""} | fields
    return client.put(
        url(meeting, "note_edit", note_id or uuid.uuid4()),
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
    )


def test_a_takeaway_in_the_opening_round_is_a_takeaway(client, member, meeting, opening):
    client.force_login(member)

    answer = put(client, meeting, kind="takeaway", item=opening.pk)

    assert (answer.json()["kind"], answer.json()["item"]) == ("takeaway", opening.pk)
    assert Outline(meeting, list(meeting.notes.all())).takeaways.notes == [meeting.notes.get()]


def test_a_point_in_the_opening_round_is_no_entry_of_the_parking_lot(
    client, member, meeting, opening
):
    client.force_login(member)

    put(client, meeting, text="Said in the round.", item=opening.pk)
    put(client, meeting, text="For later.")

    assert meeting.notes.parking_lot().get().text == "For later."
    composed = minutes.compose(meeting, meeting.circle.memberships.get(user=member))
    assert [str(chapter.title) for chapter in composed.chapters[:2]] == [
        "Opening round",
        "Parking lot: topics for later",
    ]


def test_a_note_keeps_its_place_when_its_item_leaves_the_agenda(client, member, meeting, opening):
    note = make_note(meeting, member, item_id=opening.pk)
    rest = list(meeting.agenda_items.exclude(pk=opening.pk))

    agenda.keep(meeting, rest, started_from=meeting.agenda_revision)

    note.refresh_from_db()
    assert not note.is_parked
    assert not meeting.notes.parking_lot().exists()
    composed = minutes.compose(meeting, meeting.circle.memberships.get(user=member))
    assert str(composed.chapters[0].title) == "Other notes"
    client.force_login(member)
    again = put(client, meeting, note.pk, text="Changed.", item=opening.pk, version=1)
    assert again.json()["item"] == opening.pk


@pytest.mark.parametrize("item", ["999999", "no", "-1", "9" * 5000])
def test_an_item_that_is_not_there_does_not_cost_the_note(client, member, meeting, item):
    client.force_login(member)

    answer = put(client, meeting, item=item)

    assert (answer.status_code, answer.json()["item"]) == (201, "")


def test_an_edit_of_an_older_page_keeps_the_item_unless_the_section_changes(
    client, member, meeting, opening
):
    note = make_note(meeting, member, item_id=opening.pk)
    client.force_login(member)

    kept = put(client, meeting, note.pk, text="Changed.", version=1)
    moved = put(client, meeting, note.pk, text="Changed.", section="history", version=2)

    assert (kept.json()["item"], moved.json()["item"]) == (opening.pk, "")


def test_without_scripts_notes_are_written_under_the_open_item_and_moved(
    client, member, meeting, opening
):
    client.force_login(member)
    page = client.get(url(meeting, "note_list"))
    assert page.context["open_part"].title == "Opening round"
    form = page.context["form"]
    typed = {name: form[name].value() or "" for name in ("id", "section", "item", "kind")}
    key = page.context["open_part"].key

    client.post(f"{url(meeting, 'note_list')}?section={key}", typed | {"text": "In the round."})

    note = meeting.notes.get()
    assert (note.item_id, note.is_parked) == (opening.pk, False)
    address = url(meeting, "note_edit", note.pk)
    fields = client.get(address).context["form"].initial
    client.post(address, fields | {"text": "Said again."})
    note.refresh_from_db()
    assert (note.text, note.item_id) == ("Said again.", opening.pk)
    client.post(address, fields | {"text": "Said again.", "section": "", "version": 2})
    note.refresh_from_db()
    assert note.is_parked


def test_a_name_in_a_nameless_circle_gets_a_hint_and_the_note_is_kept(client, member, meeting):
    make_membership(meeting.circle, make_user("Marisol Vega"))
    client.force_login(member)

    page = client.post(
        url(meeting, "note_list"), {"text": "Marisol’s shop closed.", "kind": "point"}, follow=True
    )

    assert meeting.notes.count() == 1
    assert "This note says “Marisol.” Notes in your circle don’t include names." in [
        str(message) for message in page.context["messages"]
    ]
    live = client.get(url(meeting, "meeting_run")).context["page"]
    assert {"Marisol", "Vega"} <= set(live["names"])


def test_names_are_found_as_whole_words_that_are_written_like_names():
    assert name_words(["Marisol Vega", "bo@example.org", "Dr. Ann O’Hara", "de Wit"]) == [
        *("Ann", "Marisol", "O’Hara", "Vega", "Wit")
    ]
    assert name_in("Las Vegas", ["Vega"]) == ""
    assert name_in("marisol", ["Marisol"]) == ""
    assert name_in("No one", []) == ""
    assert name_in("Then Vega said", ["Marisol", "Vega"]) == "Vega"


def test_only_who_runs_the_meeting_reads_how_far_behind_it_is(client, member, facilitator, meeting):
    client.force_login(member)
    assert "data-pace" not in client.get(url(meeting, "meeting_run")).content.decode()
    client.force_login(facilitator)
    assert "data-pace" in client.get(url(meeting, "meeting_run")).content.decode()


def test_what_was_left_for_next_time_is_taken_back_without_scripts(
    client, facilitator, meeting, section
):
    client.force_login(facilitator)
    run = url(meeting, "meeting_run")
    opening = meeting.agenda_items.get(position=1)
    client.post(run, {"do": "defer", "item": opening.pk, "on": "on"})
    page = client.get(run)
    assert page.context["live"].left_before == opening

    client.post(run, {"do": "defer", "item": opening.pk})

    page = client.get(run)
    assert page.context["live"].here.item == opening
    assert page.context["live"].following.section == section
    assert page.context["live"].left_before is None
