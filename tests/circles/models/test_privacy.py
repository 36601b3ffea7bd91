"""Whatever the privacy setting promised when something was written holds for it afterward.

Every place that asks the circle's setting when something is read is listed here, and says why
it may. What else people write or answer follows no setting: RSVPs and answers to polls are seen
by the whole circle (`Membership.sees_answers`), a reader's notes by their writer alone, or by a
circle until it meets, with a name only if the writer's page said so (`Mark.is_named`), marks and
feedback carry no name for anyone, and whose reading facilitators see by name each person decides
for themselves (`Membership.shows_reading`).
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Meeting, Note, ReadMark
from circles.notes.minutes import compose, keep_summary
from circles.notes.minutes_export import as_markdown
from tests.factories import (
    make_mark,
    make_meeting,
    make_membership,
    make_note,
    make_poll,
    make_user,
    say_suits,
)

from .test_privacy_changes import switch_privacy

ROOT = Path(__file__).resolve().parents[3]
OFF, CHATHAM, RECORDED = Circle.Privacy.values
LINES = Circle.PRIVACY_LINES

# What is asked for is always the setting of now; these pages may, for the reason given.
ASKED_NOW = {
    "circles/forms/notes.py": "the setting that the page shows is sent with what is written",
    "circles/forms/note_sheets.py": "likewise",
    "circles/forms/sent_questions.py": "both it and the note's own are asked before words leave",
    "circles/reading/marks.py": "likewise, of notes that readers share before a meeting",
    "circles/live/sync.py": "likewise, for the scripts of the live page",
    "circles/notes/privacy.py": "a meeting that has no setting of its own yet",
    "circles/forms/circles.py": "the setting itself is edited",
    "circles/management/network/meetings.py": "made up as if written at the time",
    "circles/management/network/people.py": "likewise",
    "templates/circles/circles/circle_create.html": "what a new circle begins with",
    "templates/circles/circles/circle_detail.html": "the circle's own page",
    "templates/circles/circles/_privacy_changes.html": "what holds from now on",
    "templates/circles/invitations/_invitation.html": "what holds for who joins now",
    "templates/circles/live/_notes.html": "below the line where notes are written",
    "templates/circles/live/stage/_welcome.html": "read aloud before people speak",
    "templates/circles/live/stage/_agreements.html": "read aloud before people speak",
    "templates/circles/notes/note_list.html": "what is written now, beside what was promised",
    "circles/views/note_sheets.py": "paper to write on",
    "templates/circles/note_sheets/note_sheet_transcribe.html": "a form to write in",
}


def test_every_place_that_asks_the_setting_of_now_is_listed():
    asks = re.compile(
        r"(?:circle|instance)\."
        r"(?:privacy\b|privacy_line|notes_line|shows_names|get_privacy_display)"
    )
    found = {
        str(path.relative_to(ROOT))
        for folder in ("circles", "templates")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".html", ".txt")
        and not {"models", "migrations"} & set(path.parts)
        and asks.search(path.read_text())
    }

    assert found == set(ASKED_NOW)


@pytest.fixture
def meeting(circle, brief, section):
    """A meeting that was held off the record, with published minutes."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(hours=2))
    meeting.start()
    make_note(meeting, make_user("Wilhelmina Quick"), section=section, text="Said then.")
    meeting.end()
    meeting.publish_minutes()
    return meeting


@pytest.fixture
def switch(client, circle, facilitator, member):
    def switch(privacy):
        switch_privacy(client, circle, facilitator, privacy)

    return switch


def url(meeting, name, *args):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])


def pages_of_the_past(client, meeting, reader):
    """The pages that print a sentence about what was said at a meeting."""
    client.force_login(reader)
    note = meeting.notes.order_by("created_at").first()
    return {
        "meeting": client.get(meeting.get_absolute_url()).text,
        "minutes": client.get(url(meeting, "minutes_detail")).text,
        "markdown": client.get(url(meeting, "minutes_markdown")).text,
        "answer": client.get(url(meeting, "note_answer", note.pk)).text,
        "brief": client.get(reverse("circles:section_notes", args=["water", "history"])).text,
    }


def test_what_was_said_keeps_the_sentence_of_its_time(client, circle, meeting, member, switch):
    switch(CHATHAM)

    for name, page in pages_of_the_past(client, meeting, member).items():
        assert str(LINES[OFF]) in page, name
        assert str(LINES[CHATHAM]) not in page, name


def test_published_minutes_never_change_their_promise(client, meeting, facilitator, switch):
    client.force_login(facilitator)
    before = client.get(url(meeting, "minutes_markdown")).text
    switch(RECORDED)
    switch(CHATHAM)

    assert client.get(url(meeting, "minutes_markdown")).text == before


def test_minutes_say_so_if_some_of_their_notes_were_written_under_another_setting(
    client, circle, meeting, facilitator, member, switch
):
    switch(RECORDED)
    make_note(meeting, member, text="Said later.")

    minutes = compose(meeting, circle.memberships.get(user=facilitator))

    first, second = minutes.privacy_lines
    assert first == LINES[OFF]
    assert second == f"Some notes use the setting “Notes with names”: {LINES[RECORDED]}"
    written = as_markdown(minutes)
    assert str(first) in written and second in written


def test_the_page_of_notes_says_what_held_and_what_holds_for_what_is_written_now(
    client, meeting, facilitator, switch
):
    switch(RECORDED)
    client.force_login(facilitator)

    page = client.get(url(meeting, "note_list")).text

    assert str(LINES[OFF]) in page
    assert f"New notes use the setting “Notes with names”: {LINES[RECORDED]}" in page


def test_a_meeting_takes_the_setting_that_it_began_with(circle, brief):
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now())
    make_note(meeting)
    Circle.objects.update(privacy=CHATHAM)
    meeting.start()
    Circle.objects.update(privacy=RECORDED)
    meeting.start()
    meeting.end()

    assert Meeting.objects.get(pk=meeting.pk).privacy == CHATHAM


def test_a_summary_alone_settles_it_too(circle):
    meeting = make_meeting(circle, starts_at=timezone.now() - timedelta(days=2))
    keep_summary(meeting, "We talked.", started_from="")
    Circle.objects.update(privacy=RECORDED)

    assert Meeting.objects.get(pk=meeting.pk).privacy_line == LINES[OFF]


def test_a_meeting_ahead_follows_the_circle(circle):
    meeting = make_meeting(circle)
    Circle.objects.update(privacy=CHATHAM)

    assert Meeting.objects.get(pk=meeting.pk).privacy_line == LINES[CHATHAM]


def test_the_summary_may_name_only_where_all_notes_were_recorded_with_names(
    client, meeting, facilitator, switch
):
    switch(RECORDED)
    client.force_login(facilitator)

    assert "Please don’t name anyone." in client.get(url(meeting, "minutes_edit")).text


def test_a_note_says_on_its_page_what_holds_once_its_words_are_changed(
    client, circle, meeting, facilitator, switch
):
    old = meeting.notes.get()
    switch(RECORDED)
    new = make_note(meeting, facilitator)
    switch(CHATHAM)
    client.force_login(facilitator)

    pages = [client.get(url(meeting, "note_edit", note.pk)).text for note in (old, new)]

    assert str(LINES[OFF]) in pages[0]
    assert str(LINES[CHATHAM]) in pages[1]


def strip(text):
    """A page without hidden fields and tokens, which differ from one request to the next."""
    return re.sub(r'<input type="hidden"[^>]*>|csrf-token" content="\w+"', "", text)


def test_a_switch_tells_nothing_new_of_readings_marks_feedback_polls_and_answers(
    client, circle, brief, section, facilitator, member, switch
):
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(hours=1))
    people = [make_membership(circle, make_user(name)) for name in ("Ann", "Ben", "Cleo")]
    meeting.readings.create(section=section)
    poll = make_poll(circle)
    for person in people:
        meeting.answer(person, "yes", comment="I bring a cake.")
        ReadMark.objects.set(person.user, section, read=True)
        make_mark(person.user, section, text="For me alone.")
        make_mark(person.user, section, kind="question", text="Why?", memberships=[person])
        poll.answer(person, say_suits({option.pk: "yes" for option in poll.options.all()}))
    meeting.start()
    for _person in people:
        meeting.evaluations.create(could_speak=4, understood=4, change="Less haste.")
    addresses = [
        *(url(meeting, name) for name in ("reading_edit", "wrap_up_detail", "rsvp_edit")),
        *(meeting.get_absolute_url(), poll.get_absolute_url()),
        reverse("circles:member_list", args=[circle.slug]),
    ]

    def shown():
        client.force_login(facilitator)
        return {address: strip(client.get(address).text) for address in addresses}

    before = shown()
    switch(RECORDED)

    client.get("/")  # takes the message that the settings are saved
    assert shown() == before
    assert not any("For me alone." in page for page in before.values())


@pytest.fixture
def before_settings_were_kept(transactional_db):
    """The database as it was then; gives its models."""
    executor = MigrationExecutor(connection)
    yield executor.migrate([("circles", "0023_mail_kinds")]).apps.get_model
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.long
def test_notes_and_meetings_from_before_get_the_setting_they_were_most_likely_under(
    before_settings_were_kept,
):
    model, notes, empty = before_settings_were_kept, {}, []
    for setting in Circle.Privacy.values:
        circle = model("circles", "Circle").objects.create(
            slug=setting.replace("_", "-"), name=setting, privacy=setting
        )
        when = {"starts_at": timezone.now(), "time_zone": "America/New_York"}
        rows = model("circles", "Meeting").objects
        empty.append(rows.create(circle=circle, number=9, **when).pk)
        for number, names in enumerate([[False], [True], [False, True]], start=1):
            meeting = rows.create(circle=circle, number=number, **when)
            for is_named in names:
                note = model("circles", "Note").objects.create(
                    meeting=meeting, text="Said.", is_named=is_named
                )
                notes[setting, number, is_named] = note.pk

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    kept = {key: Note.objects.select_related("meeting").get(pk=pk) for key, pk in notes.items()}
    for (setting, number, is_named), note in kept.items():
        unnamed = OFF if setting == RECORDED else setting
        assert note.privacy == (RECORDED if is_named else unnamed)
        assert note.meeting.privacy == (
            RECORDED if setting == RECORDED and number == 2 else unnamed
        )
    assert set(Meeting.objects.filter(pk__in=empty).values_list("privacy", flat=True)) == {""}
