"""Notes name their writer or not, by the circle's privacy setting when they were written."""

import json
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Note
from circles.notes.minutes import compose
from circles.notes.minutes_export import as_document
from tests.factories import make_meeting, make_membership, make_note, make_user

from .test_privacy_changes import switch_privacy

WRITER = "Wilhelmina Quick"


@pytest.fixture
def writer(circle):
    user = make_user(WRITER)
    make_membership(circle, user)
    return user


@pytest.fixture
def meeting(circle, brief, section):
    """A meeting that ended and has published minutes."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(hours=2))
    meeting.start()
    meeting.end()
    meeting.publish_minutes()
    return meeting


@pytest.fixture
def switch(client, circle, facilitator):
    """Change the circle's privacy setting on its page, as a facilitator does."""

    def switch(privacy):
        switch_privacy(client, circle, facilitator, privacy)

    return switch


def url(meeting, name, *args):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])


def told(client, meeting, reader):
    """Every response with a meeting's notes that a member can get, by path."""
    client.force_login(reader)
    membership = meeting.circle.memberships.select_related("circle").get(user=reader)
    note = meeting.notes.first()
    return {
        "notes": client.get(url(meeting, "note_list")).text,
        "answer": client.get(url(meeting, "note_answer", note.pk)).text,
        "wire": client.get(url(meeting, "change_list")).text,
        "minutes": client.get(url(meeting, "minutes_detail")).text,
        "markdown": client.get(url(meeting, "minutes_markdown")).text,
        "paper": json.dumps(as_document(compose(meeting, membership)), default=str),
        "brief": client.get(reverse("circles:section_notes", args=["water", "history"])).text,
    }


def naming(pages):
    return {path for path, text in pages.items() if WRITER in text}


PATHS = {"notes", "wire", "minutes", "markdown", "paper", "brief"}


def test_a_switch_to_names_tells_nothing_of_what_was_written_before(
    client, circle, meeting, writer, member, section, switch
):
    old = make_note(meeting, writer, section=section, kind="question", text="Said in confidence.")

    switch(Circle.Privacy.RECORDED)

    pages = told(client, meeting, member)
    assert naming(pages) == set()
    assert all("Said in confidence." in pages[path] for path in PATHS)
    old.delete_softly()
    assert WRITER not in client.get(url(meeting, "change_list")).text


def test_what_is_written_after_the_switch_is_named_and_stays_so(
    client, circle, meeting, writer, member, section, switch
):
    make_note(meeting, writer, section=section, text="Before.")
    switch(Circle.Privacy.RECORDED)
    make_note(meeting, writer, section=section, text="Between.")
    switch(Circle.Privacy.OFF_THE_RECORD)
    make_note(meeting, writer, section=section, text="After.")

    pages = told(client, meeting, member)

    assert naming(pages) >= PATHS
    named = {note["text"]: note["author"] for note in json.loads(pages["wire"])["notes"]}
    assert named == {"Before.": "", "Between.": WRITER, "After.": ""}
    assert pages["notes"].count(f'note__author">{WRITER}') == 1
    assert pages["markdown"].count(f"*({WRITER}") == 1


def test_new_words_are_named_only_if_old_and_new_setting_both_name(
    client, circle, meeting, writer, member, section, switch
):
    """Also where a page joins a note of later with a note of before."""
    switch(Circle.Privacy.RECORDED)
    note = make_note(meeting, writer, section=section, text="Before.")
    switch(Circle.Privacy.OFF_THE_RECORD)

    note.edit(started_from=1, kind="question")
    was_named = Note.objects.get().is_named
    note.edit(started_from=2, text="Before, and after.")

    assert was_named
    assert not Note.objects.get().is_named
    switch(Circle.Privacy.RECORDED)
    assert naming(told(client, meeting, member)) == set()


def test_a_change_of_the_words_names_nobody_anew(client, meeting, writer, member, section, switch):
    note_id = uuid.uuid4()
    Note(id=note_id, meeting=meeting, section=section, text="Before.").write(writer)
    switch(Circle.Privacy.RECORDED)

    Note(id=note_id, meeting=meeting, section=section, text="Sent again.").write(writer)
    kept = Note.objects.get()
    kept.edit(started_from=kept.version, text="Changed.")
    kept.keep_answer("Yes.", started_from="")
    kept.delete_softly()
    kept.restore()

    note = Note.objects.get()
    assert (note.text, note.is_named, note.named_author) == ("Changed.", False, None)


def test_what_was_typed_before_the_switch_and_sent_after_it_is_kept_as_the_server_promises(
    client, circle, brief, section, facilitator, switch
):
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now())
    meeting.start()
    switch(Circle.Privacy.RECORDED)
    switch(Circle.Privacy.CHATHAM_HOUSE)

    answer = client.put(
        url(meeting, "note_edit", uuid.uuid4()),
        urlencode({"text": "From the queue.", "kind": "point", "section": "history"}),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.json()["author"] == ""
    assert not Note.objects.get().is_named


def test_what_was_typed_on_a_page_from_before_the_switch_is_kept_as_the_page_promised(
    client, circle, brief, section, facilitator, switch
):
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now())
    meeting.start()
    client.force_login(facilitator)
    forms = {
        name: client.get(url(meeting, name)).context["form"]
        for name in ("note_list", "note_sheet_transcribe")
    }
    live = client.get(url(meeting, "meeting_run")).context["page"]
    switch(Circle.Privacy.RECORDED)

    client.put(
        url(meeting, "note_edit", uuid.uuid4()),
        urlencode({"text": "Live.", "section": "history", "privacy": live["privacy"]}),
        content_type="application/x-www-form-urlencoded",
    )
    for name, field in {"note_list": "text", "note_sheet_transcribe": "part-history"}.items():
        hidden = {field.name: field.value() or "" for field in forms[name].hidden_fields()}
        sent = client.post(url(meeting, name), hidden | {"section": "history", field: name})
        assert sent.status_code == 302

    kept = {note.text: note.privacy for note in Note.objects.all()}
    assert kept == dict.fromkeys(["Live.", "note_list", "note_sheet_transcribe"], "off_the_record")


def test_a_page_can_ask_for_nothing_that_names_more_than_the_circle_does(
    client, circle, meeting, facilitator
):
    client.force_login(facilitator)

    client.put(
        url(meeting, "note_edit", uuid.uuid4()),
        urlencode({"text": "Forged.", "privacy": "recorded"}),
        content_type="application/x-www-form-urlencoded",
    )

    assert Note.objects.get().privacy == Circle.Privacy.OFF_THE_RECORD


@pytest.mark.parametrize("rule", Circle.Privacy)
def test_many_notes_at_once_are_named_as_one_is(circle, meeting, writer, rule):
    # This circle was loaded before the change, as in a request that began earlier.
    Circle.objects.update(privacy=rule)

    Note.write_all(meeting, [Note(text="One."), Note(text="Two.")], writer)

    is_recorded = rule == Circle.Privacy.RECORDED
    assert {note.is_named for note in Note.objects.all()} == {is_recorded}


@pytest.fixture
def before_notes_were_named(transactional_db):
    """The database as it was then; gives its models."""
    executor = MigrationExecutor(connection)
    yield executor.migrate([("circles", "0016_mail_message_id")]).apps.get_model
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.long
def test_notes_from_before_are_named_only_where_the_circle_shows_names_today(
    before_notes_were_named,
):
    model, notes = before_notes_were_named, {}
    for rule in Circle.Privacy.values:
        circle = model("circles", "Circle").objects.create(
            slug=rule.replace("_", "-"), name=rule, confidentiality=rule
        )
        meeting = model("circles", "Meeting").objects.create(
            circle=circle, number=1, starts_at=timezone.now(), time_zone="America/New_York"
        )
        notes[rule] = model("circles", "Note").objects.create(meeting=meeting, text="Said.").pk

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    named = [rule for rule, pk in notes.items() if Note.objects.get(pk=pk).is_named]
    assert named == [Circle.Privacy.RECORDED]
