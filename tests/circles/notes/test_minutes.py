"""The minutes: their contents, their order, and who may read them."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from circles.models import ActionItem, AgendaItem, Attendance, Stale
from circles.notes.minutes import compose, keep_summary
from tests.factories import (
    make_meeting,
    make_membership,
    make_note,
    make_question,
    make_section,
    make_user,
)


@pytest.fixture
def meeting(circle, brief):
    """A past meeting."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(hours=2))
    meeting.start()
    meeting.end()
    return meeting


def make_item(meeting, title, kind=AgendaItem.Kind.OTHER, **times):
    return AgendaItem.objects.create(meeting=meeting, kind=kind, title=title, **times)


def url(meeting, name="minutes_detail"):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def test_members_are_sent_to_the_notes_until_the_minutes_are_out(client, member, meeting):
    make_note(meeting, text="Not yet.")
    client.force_login(member)

    page = client.get(url(meeting)).content.decode()

    assert "The minutes aren’t ready yet." in page
    assert url(meeting, "note_list") in page
    assert "Not yet." not in page


def test_facilitators_see_the_draft_and_publish_it(client, facilitator, member, meeting):
    make_note(meeting, text="It is out.")
    client.force_login(facilitator)

    draft = client.get(url(meeting)).content.decode()
    client.post(url(meeting, "minutes_publish"))
    client.force_login(member)
    published = client.get(url(meeting)).content.decode()

    assert "This is a draft." in draft and "It is out." in draft
    assert "It is out." in published
    assert url(meeting, "minutes_edit") not in published


def test_members_neither_edit_nor_publish(client, member, meeting):
    client.force_login(member)

    assert client.get(url(meeting, "minutes_edit")).status_code == 403
    assert client.post(url(meeting, "minutes_publish")).status_code == 403


def test_nothing_is_published_of_a_meeting_that_has_not_begun(client, facilitator, circle):
    meeting = make_meeting(circle, minutes_summary="Too soon.")
    client.force_login(facilitator)

    page = client.post(url(meeting, "minutes_publish"), follow=True).content.decode()

    meeting.refresh_from_db()
    assert meeting.minutes_published_at is None
    assert "once the meeting has started" in page


def test_empty_minutes_say_what_to_do_and_are_not_published(client, facilitator, meeting):
    client.force_login(facilitator)

    page = client.get(url(meeting)).content.decode()
    client.post(url(meeting, "minutes_publish"))

    meeting.refresh_from_db()
    assert "The minutes are empty." in page
    assert meeting.minutes_published_at is None


def test_the_minutes_stand_in_the_briefs_order_and_what_is_shared_first(
    client, facilitator, meeting, brief, section
):
    later = make_section(brief, heading="Later", position=section.position + 5)
    make_note(meeting, section=later, text="b-later")
    make_note(meeting, section=section, kind="point", text="a-point")
    make_note(meeting, section=section, kind="quotation", text="a-quotation")
    make_note(meeting, section=section, kind="difference", text="a-difference")
    make_note(meeting, section=section, kind="common_ground", text="a-common")
    make_note(meeting, section=section, kind="concern", text="a-concern")
    make_note(meeting, section=section, kind="question", text="a-question")
    make_note(meeting, section=section, kind="takeaway", text="t-takeaway")
    make_note(meeting, kind="question", text="p-parked").keep_answer("p-answer", started_from="")
    ActionItem(meeting=meeting, text="m-promise").add()
    keep_summary(meeting, "s-summary", started_from="")
    client.force_login(facilitator)

    page = client.get(url(meeting)).content.decode()

    order = re.findall(r">\s*(?:<p>)?([abmpst]-[a-z]+)", page)
    assert order == [
        "s-summary",
        "m-promise",
        "t-takeaway",
        "a-common",
        "a-difference",
        "a-point",
        "a-concern",
        "a-question",
        "a-quotation",
        "b-later",
        "p-parked",
        "p-answer",
    ]


def test_without_a_note_the_minutes_tell_what_was_talked_about_and_what_was_left(
    client, facilitator, meeting
):
    make_item(meeting, "Talked", opened_at=meeting.started_at)
    make_item(meeting, "Put off", opened_at=meeting.started_at, deferred_at=meeting.started_at)
    make_item(meeting, "Not reached")
    make_item(meeting, "Tea", kind=AgendaItem.Kind.BREAK, opened_at=meeting.started_at)
    client.force_login(facilitator)

    page = client.get(url(meeting)).text
    minutes = compose(meeting, meeting.circle.memberships.get(user=facilitator))
    client.post(url(meeting, "minutes_publish"))

    meeting.refresh_from_db()
    assert [str(item) for item in minutes.talked] == ["Talked"]
    assert [str(item) for item in minutes.left] == ["Put off", "Not reached"]
    assert "What we talked about" in page and "Left for next time" in page
    assert "The minutes are empty." not in page
    assert meeting.minutes_published_at


def test_a_section_with_notes_was_talked_about_though_its_step_was_never_opened(
    client, facilitator, meeting, section
):
    make_item(meeting, "Opened", opened_at=meeting.started_at)
    make_item(meeting, "", kind=AgendaItem.Kind.SECTION, section=section)
    make_note(meeting, section=section)

    minutes = compose(meeting, meeting.circle.memberships.get(user=facilitator))

    assert [str(item) for item in minutes.talked] == ["Opened", section.heading]
    assert minutes.left == []


def test_while_a_meeting_runs_its_minutes_call_no_step_left(circle, facilitator):
    meeting = make_meeting(circle, starts_at=timezone.now() - timedelta(hours=1))
    meeting.start()
    make_item(meeting, "Opened", opened_at=meeting.started_at)
    make_item(meeting, "Still to come")

    assert compose(meeting, circle.memberships.get(user=facilitator)).left == []


def test_an_agenda_that_nobody_followed_tells_nothing(client, facilitator, meeting):
    make_item(meeting, "Perhaps talked about")
    client.force_login(facilitator)

    page = client.get(url(meeting)).text

    assert "Perhaps talked about" not in page
    assert "The minutes are empty." in page


def test_the_minutes_name_who_came_but_never_who_spoke(client, facilitator, meeting):
    came = make_membership(meeting.circle, make_user("Cleo Came"))
    Attendance.objects.create(meeting=meeting, membership=came)
    Attendance.objects.create(meeting=meeting, visitor_name="Vic Visitor", is_first_visit=True)
    make_note(meeting, make_user("Wilhelmina Quick"))
    client.force_login(facilitator)

    page = client.get(url(meeting)).content.decode()

    assert "Cleo Came, Vic Visitor (first-time visitor)" in page
    assert "Wilhelmina" not in page


@pytest.mark.parametrize(
    ("zone", "when"),
    [
        ("America/New_York", "Thursday, May 15, 2031, 7–8:30 PM"),
        ("America/Chicago", "Thursday, May 15, 2031, 7–8:30 PM Eastern (6 PM your time)"),
    ],
)
def test_the_minutes_say_when_it_was_and_name_the_zone_to_who_lives_in_another(
    client, facilitator, meeting, zone, when
):
    facilitator.time_zone = zone
    facilitator.save()
    starts = datetime(2031, 5, 15, 19, tzinfo=meeting.zone)
    type(meeting).objects.update(
        starts_at=starts, started_at=starts, ended_at=starts + timedelta(minutes=90)
    )
    client.force_login(facilitator)

    files = [client.get(url(meeting, name)).text for name in ("minutes_detail", "minutes_markdown")]

    assert [when in " ".join(text.split()) for text in files] == [True, True]


def test_the_promise_of_the_circle_and_the_roles_are_on_the_minutes(client, facilitator, meeting):
    meeting.note_taker = make_membership(meeting.circle, make_user("Rex Recorder"))
    meeting.save()
    client.force_login(facilitator)

    page = client.get(url(meeting)).content.decode()

    assert str(meeting.circle.privacy_line) in page
    assert "Note taker: Rex Recorder" in page


def test_the_next_meeting_closes_the_minutes(facilitator, meeting):
    coming = make_meeting(meeting.circle)

    minutes = compose(meeting, facilitator.memberships.get())

    assert minutes.next_meeting == coming


def test_what_came_after_publication_is_marked(client, facilitator, member, meeting):
    changed = make_note(meeting, facilitator, text="Before.")
    meeting.publish_minutes()
    make_note(meeting, facilitator, text="After.")
    client.force_login(member)

    added = client.get(url(meeting)).content.decode()
    changed.edit(started_from=1, text="Mended.")
    mended = client.get(url(meeting)).content.decode()

    assert added.count("Added after the minutes were published") == 1
    assert "Edited after the minutes were published" not in added
    assert mended.count("Edited after the minutes were published") == 1


def test_two_facilitators_summaries_are_both_shown(client, facilitator, meeting):
    keep_summary(meeting, "Theirs.", started_from="")
    client.force_login(facilitator)

    response = client.post(url(meeting, "minutes_edit"), {"summary": "Mine.", "started_from": ""})
    page = response.content.decode()
    again = response.context["form"].initial
    client.post(url(meeting, "minutes_edit"), again | {"summary": "Theirs. Mine."})

    meeting.refresh_from_db()
    assert response.status_code == 409
    assert "Theirs." in page and "Mine." in page
    assert meeting.minutes_summary == "Theirs. Mine."


def test_a_stale_summary_changes_nothing(meeting):
    keep_summary(meeting, "First.", started_from="")
    revision = meeting.revision

    with pytest.raises(Stale):
        keep_summary(meeting, "Second.", started_from="")

    meeting.refresh_from_db()
    assert (meeting.minutes_summary, meeting.revision) == ("First.", revision)


def test_a_stranger_finds_no_minutes(client, outsider, meeting):
    meeting.publish_minutes()
    client.force_login(outsider)

    assert client.get(url(meeting)).status_code == 404


def test_the_minutes_cost_the_same_with_one_note_and_with_many(client, facilitator, meeting, brief):
    def queries():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(meeting)).status_code == 200
        return len(queries)

    def fill(many):
        for _time in range(many):
            section = make_section(brief)
            make_note(meeting, make_user(), section=section, question=make_question(section))
            make_note(meeting, make_user())
            person = make_membership(meeting.circle)
            Attendance.objects.create(meeting=meeting, membership=person)
            ActionItem(meeting=meeting, text="Promised.", owner=person).add()

    client.force_login(facilitator)
    fill(1)
    with_few = queries()
    fill(4)

    assert queries() == with_few
