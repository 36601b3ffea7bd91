"""What a reader marks: what their scripts send, who sees a shared note, and all in one place."""

import json
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from circles.models import Circle, Mark, Meeting
from tests.factories import (
    make_brief,
    make_circle,
    make_meeting,
    make_membership,
    make_section,
    make_user,
)

MARKS = "/briefs/water/sections/history/marks/"
SECTION = "/briefs/water/mine/?at=history"
ALL = "/me/notes/"
PASSAGE = {"paragraph": "history-p1", "quote": "The first pipes"}


@pytest.fixture
def section(section):
    section.body = "The first **pipes** were [wood](https://wood.example).\n\nThen came lead."
    section.save()
    return section


@pytest.fixture
def upcoming(circle, brief, section):
    return make_meeting(circle, brief=brief)


@pytest.fixture
def reader(member, upcoming):
    return member


def put(person, *, key=None, at=MARKS, **fields):
    client = Client()
    client.force_login(person)
    address = f"{at}{key or uuid.uuid4()}/"
    body = urlencode({"kind": "note", "text": "Ask my aunt."} | fields)
    return client.put(address, body, content_type="application/x-www-form-urlencoded")


def delete(person, key):
    client = Client()
    client.force_login(person)
    return client.delete(f"{MARKS}{key}/")


def seen_by(person, url=SECTION):
    client = Client()
    client.force_login(person)
    return client.get(url, headers={"HX-Request": "true"} if url == SECTION else {}).text


def test_a_mark_that_is_sent_twice_is_made_once_and_kept_as_it_is(reader):
    key = uuid.uuid4()
    sent = {"key": key, **PASSAGE}

    answers = [put(reader, **sent), put(reader, **sent)]

    assert [answer.status_code for answer in answers] == [201, 200]
    expected = {"id": str(key), "kind": "note", "text": "Ask my aunt.", "shared": "", "version": 1}
    assert answers[1].json() == expected | PASSAGE
    mark = Mark.objects.get()
    assert (mark.user, mark.paragraph, mark.quote) == (reader, 1, "The first pipes")


def test_an_edit_replaces_what_its_writer_saw_and_nothing_newer(reader):
    key = uuid.uuid4()
    put(reader, key=key)
    edited = put(reader, key=key, text="Ask my uncle.", version=1)

    stale = put(reader, key=key, text="Ask my niece.", version=1)
    again = put(reader, key=key, text="Ask my uncle.", version=1)

    assert (edited.status_code, edited.json()["version"]) == (200, 2)
    assert (stale.status_code, again.status_code) == (409, 200)
    told = stale.json()
    assert (told["yours"]["text"], told["theirs"]["text"]) == ("Ask my niece.", "Ask my uncle.")
    assert told["version"] == 2
    assert Mark.objects.get().text == "Ask my uncle."


def test_a_deleted_mark_is_gone_with_its_words_and_no_device_brings_it_back(reader):
    key = uuid.uuid4()
    put(reader, key=key, **PASSAGE)

    deleted = [delete(reader, key), delete(reader, key)]
    late = put(reader, key=key, text="From the laptop.", version=1)

    assert [answer.status_code for answer in deleted] == [200, 200]
    assert late.status_code == 410
    assert late.json()["yours"]["text"] == "From the laptop."
    mark = Mark.objects.get()
    assert (mark.text, mark.quote) == ("", "")
    assert "Ask my aunt." not in seen_by(reader) + seen_by(reader, ALL)
    assert delete(reader, uuid.uuid4()).status_code == 404


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "heart"}, "kind"),
        ({"text": " "}, "text"),
        ({"text": "a" * 5001}, "text"),
        ({"kind": "question", "text": "why " * 100}, "text"),
        ({"quote": "a" * 2001}, "quote"),
        ({"version": "none"}, "version"),
    ],
)
def test_what_cannot_be_saved_is_said_field_by_field(reader, fields, wrong):
    answer = put(reader, **fields)

    assert answer.status_code == 400
    assert [*answer.json()["errors"]] == [wrong]
    assert answer.json()["errors"][wrong][0]
    assert not Mark.objects.exists()


def test_no_one_reads_edits_or_deletes_the_mark_of_another(reader, facilitator):
    key = uuid.uuid4()
    put(reader, key=key, shared="maple-street")
    client = Client()
    client.force_login(facilitator)

    answers = [
        put(facilitator, key=key, text="Mine now."),
        delete(facilitator, key),
        client.get(f"{MARKS}{key}/"),
        client.post(f"{MARKS}{key}/", {"kind": "note", "text": "Mine now."}),
        client.post(f"{MARKS}{key}/delete/"),
    ]

    assert [answer.status_code for answer in answers] == 5 * [404]
    assert Mark.objects.get().text == "Ask my aunt."


def test_what_another_person_saved_on_the_device_is_not_taken(client, reader):
    client.force_login(reader)
    headers = {"X-Person": "0"}

    answers = [
        client.put(f"{MARKS}{uuid.uuid4()}/", "kind=star", headers=headers),
        client.put("/briefs/water/sections/history/read/", "read=1", headers=headers),
    ]
    client.logout()
    signed_out = client.put(f"{MARKS}{uuid.uuid4()}/", "kind=star")

    assert [answer.status_code for answer in answers] == [401, 401]
    assert signed_out.status_code == 401
    assert not Mark.objects.exists()


def test_a_section_is_read_by_what_a_script_sends_as_often_as_it_likes(client, reader, section):
    client.force_login(reader)
    address = "/briefs/water/sections/history/read/"

    read = [client.put(address, "read=1").json() for _time in range(2)]
    marked = section.read_marks.count()
    unread = client.put(address, "read=").json()

    assert (read, marked, unread) == (2 * [{"read": True}], 1, {"read": False})
    assert not section.read_marks.exists()


def test_what_was_written_offline_reaches_a_section_that_was_renamed_or_removed_since(
    reader, section
):
    section.was, section.slug = section.slug, "the-past"
    section.save()
    renamed = put(reader, text="To the new name.")
    section.retired_at = timezone.now()
    section.save()
    retired = put(reader, at="/briefs/water/sections/the-past/marks/", text="Too late.")

    assert (renamed.status_code, retired.status_code) == (201, 201)
    assert set(Mark.objects.values_list("section", flat=True)) == {section.pk}
    assert put(reader, at="/briefs/water/sections/nowhere/marks/").status_code == 404


def test_a_question_counts_for_the_circles_that_meet_on_it_soon_and_can_become_a_note(
    reader, upcoming, facilitator
):
    key = uuid.uuid4()
    put(reader, key=key, kind="question", text="Who paid?")
    asked = seen_by(facilitator, upcoming.get_absolute_url())

    put(reader, key=key, kind="note", text="Who paid?", version=1)

    assert "“Who paid?”" in asked
    assert "Who paid?" not in seen_by(facilitator, upcoming.get_absolute_url())


def test_several_stars_of_one_member_in_a_section_count_once(reader, upcoming, facilitator):
    for person in (make_user("Ann"), make_user("Ben")):
        make_membership(upcoming.circle, person)
        put(person, kind="confusing")
    for quote in ("The first pipes", "Then came lead."):
        put(reader, kind="star", quote=quote)

    page = seen_by(facilitator, upcoming.get_absolute_url())

    assert "1 star<" in page.replace("\n", "").replace("  ", "")
    assert "2 “confusing” marks" in page


def share(person, privacy=None, **fields):
    if privacy:
        Circle.objects.update(privacy=privacy)
    return put(person, shared="maple-street", **fields)


def test_a_shared_note_is_read_by_members_without_a_name_until_the_meeting_begins(
    reader, upcoming, facilitator, outsider
):
    share(reader, named="maple-street", **PASSAGE)
    before = seen_by(facilitator)
    upcoming.start()
    after = seen_by(facilitator)

    assert "Ask my aunt." in before
    assert "Someone in Maple Street" in before
    assert str(reader) not in before
    assert "Ask my aunt." not in after
    assert "Ask my aunt." not in seen_by(outsider)
    assert "Ask my aunt." in seen_by(reader)


def test_it_closes_by_the_clock_too_and_with_a_canceled_meeting(reader, upcoming, facilitator):
    share(reader)
    Meeting.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    by_the_clock = seen_by(facilitator)
    Meeting.objects.update(starts_at=timezone.now() + timedelta(days=1))
    moved = seen_by(facilitator)
    Meeting.objects.update(cancelled_at=timezone.now())

    assert "Ask my aunt." not in by_the_clock
    assert "Ask my aunt." in moved
    assert "Ask my aunt." not in seen_by(facilitator)


def test_who_left_the_circle_shares_nothing_and_sees_nothing(reader, circle, facilitator, upcoming):
    other = make_membership(circle, make_user("Olive Other"))
    share(other.user, text="From Olive.")
    share(reader, text="From the member.")
    other.leave()

    assert "From Olive." not in seen_by(facilitator)
    assert "From the member." not in seen_by(other.user)
    assert "From the member." in seen_by(facilitator)


def test_a_name_is_shown_where_notes_have_names_if_the_writers_page_said_so(
    reader, upcoming, facilitator
):
    share(reader, "recorded", text="Said so.", named="maple-street")
    share(reader, text="Said nothing of names.")
    share(reader, "off_the_record", text="Too late for a name.", named="maple-street")

    page = seen_by(facilitator)

    assert f"{reader}, Maple Street" in page
    assert page.count("Someone in Maple Street") == 2


def test_a_note_for_a_circle_of_others_or_a_meeting_that_began_stays_private(reader, upcoming):
    make_meeting(make_circle(slug="elsewhere"), brief=upcoming.brief)
    elsewhere = put(reader, shared="elsewhere")
    upcoming.start()
    late = share(reader)

    assert [elsewhere.json()["shared"], late.json()["shared"]] == ["", ""]
    assert not Mark.objects.exclude(shared_for=None).exists()


def test_on_a_page_a_note_is_written_shared_edited_and_deleted(client, reader, upcoming):
    client.force_login(reader)
    form = client.get(MARKS).context["form"]
    action = form.helper.form_action
    typed = {"kind": "note", "text": "Ask my aunt.", "shared": "maple-street"}

    added = client.post(action, typed, follow=True).text
    client.post(action, typed)
    edited = client.post(action, typed | {"text": "Ask my uncle.", "version": 1}, follow=True).text
    deleted = client.post(f"{action}delete/", follow=True).text

    assert "Note saved." in added
    assert "Shared with Maple Street until the meeting on" in added
    assert "Ask my uncle." in edited
    assert "Ask my aunt." not in edited
    assert "Ask my uncle." not in deleted


def test_a_page_shows_what_another_device_saved_before_it_is_replaced(client, reader):
    client.force_login(reader)
    key = uuid.uuid4()
    put(reader, key=key, text="From the phone.")
    put(reader, key=key, text="From the phone, again.", version=1)
    typed = {"kind": "note", "text": "From the laptop.", "version": 1}

    stale = client.post(f"{MARKS}{key}/", typed)
    again = client.post(
        f"{MARKS}{key}/", typed | {"version": stale.context["form"].data["version"]}
    )

    assert stale.status_code == 409
    assert "From the phone, again." in stale.text
    assert "From the laptop." in stale.text
    assert again.status_code == 302
    assert Mark.objects.get().text == "From the laptop."


def test_a_page_gives_back_what_was_typed_on_a_note_deleted_elsewhere(client, reader):
    client.force_login(reader)
    key = uuid.uuid4()
    put(reader, key=key)
    delete(reader, key)

    gone = client.post(f"{MARKS}{key}/", {"kind": "note", "text": "Still here.", "version": 1})
    form = gone.context["form"]
    client.post(form.helper.form_action, {"kind": "note", "text": "Still here."})

    assert gone.status_code == 409
    assert "You deleted this somewhere else" in gone.text
    assert Mark.objects.not_deleted().get().text == "Still here."


def test_a_form_of_before_comes_back_in_the_new_one(client, reader):
    client.force_login(reader)

    moved = client.post("/briefs/water/sections/history/margin/", {"note": "x"})
    page = client.post(moved.url, {"note": "Ask my aunt.", "question": "Who paid?"})

    assert moved.status_code == 308
    assert "Ask my aunt.\nWho paid?" in page.text


def test_a_passage_that_a_new_edition_no_longer_has_stays_on_the_note_and_is_said(reader, section):
    put(reader, **PASSAGE | {"quote": "first pipes were wood"})
    as_it_was = seen_by(reader) + seen_by(reader, ALL)
    section.body = "The first pipes were of lead."
    section.save()

    assert "has changed" not in as_it_was
    for page in (seen_by(reader), seen_by(reader, ALL)):
        assert "first pipes were wood" in page
        assert "This passage has changed since you marked it." in page


def test_all_marks_of_all_briefs_are_found_by_words_brief_and_type(client, reader, section):
    another = make_section(make_brief(slug="air", title="Air"), slug="smog", heading="Smog")
    put(reader, text="Ask my aunt.", **PASSAGE)
    put(reader, kind="star", at="/briefs/air/sections/smog/marks/", quote="Some words")
    put(make_user(), text="Someone else's.")
    client.force_login(reader)

    def found(**asked):
        return [mark.text or mark.kind for mark in client.get(ALL, asked).context["page"]]

    assert found() == ["star", "Ask my aunt."]
    assert found(q="AUNT pipes") == ["Ask my aunt."]
    assert found(q="smog") == ["star"]
    assert found(brief="water") == ["Ask my aunt."]
    assert found(kind="star") == ["star"]
    assert found(kind="question") == []
    page = client.get(ALL).text
    assert f'href="{section.get_absolute_url()}#history-p1"' in page
    assert f'href="{another.get_absolute_url()}"' in page


def test_a_note_on_a_brief_that_closed_is_still_ones_own(reader, brief, section):
    put(reader)
    brief.audience = "editors"
    brief.save()

    page = seen_by(reader, ALL)

    assert "Ask my aunt." in page
    assert section.get_absolute_url() not in page


def test_who_has_no_marks_reads_how_to_make_one(reader):
    assert "Select words in a brief" in seen_by(reader, ALL)


def test_erasing_a_person_erases_their_marks(reader):
    other = make_user()
    put(other, **PASSAGE)

    other.delete()

    assert not Mark.objects.exists()


def test_no_answer_of_the_wire_is_anything_but_json(reader):
    for answer in (put(reader), put(reader, kind="x"), delete(reader, uuid.uuid4())):
        assert answer["Content-Type"] == "application/json"
        json.loads(answer.content)
