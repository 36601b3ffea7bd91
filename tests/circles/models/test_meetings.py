"""Planning and changing a meeting, and its states."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from circles.models import Meeting
from tests.factories import make_brief, make_meeting, make_membership, make_note, make_user

NEW_YORK = ZoneInfo("America/New_York")
NEW = "/circles/maple-street/meetings/new/"


def typed(**changes):
    """The form of a meeting next spring, as a facilitator fills it in."""
    fields = {
        "day": "2031-05-15",
        "clock": "19:00",
        "duration_minutes": 90,
        "place": "The library",
        "tell": "on",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def as_it_stands(client, meeting, **changes):
    """The fields of the edit page as opened, with these changes."""
    form = client.get(f"{meeting.get_absolute_url()}edit/").context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in (fields | changes).items()}


def test_a_meeting_is_planned_on_the_wall_clock_of_the_circle(client, facilitator, circle):
    client.force_login(facilitator)

    client.post(NEW, typed())

    meeting = circle.meetings.get()
    assert meeting.starts_at == datetime(2031, 5, 15, 23, 0, tzinfo=UTC)
    assert meeting.state == Meeting.State.SCHEDULED


@pytest.mark.parametrize(
    ("day", "utc_hour"), [("2031-03-08", 0), ("2031-03-09", 23), ("2031-11-02", 0)]
)
def test_seven_in_the_evening_stays_seven_across_clock_changes(
    client, facilitator, circle, day, utc_hour
):
    client.force_login(facilitator)

    client.post(NEW, typed(day=day))

    meeting = circle.meetings.get()
    assert meeting.local_start.hour == 19
    assert meeting.starts_at.astimezone(UTC).hour == utc_hour


def test_a_time_that_the_clocks_skip_is_refused_with_a_sentence(client, facilitator, circle):
    client.force_login(facilitator)

    page = client.post(NEW, typed(day="2031-03-09", clock="02:30", place="My own house"))

    assert not circle.meetings.exists()
    assert "Clocks spring forward that night" in page.content.decode()
    assert "My own house" in page.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_refused_with_a_sentence(
    client, facilitator, circle, day
):
    client.force_login(facilitator)

    page = client.post(NEW, typed(day=day)).content.decode()

    assert "That date has passed." in page or "That’s years away." in page
    assert not circle.meetings.exists()


def test_a_day_just_past_is_refused_with_a_sentence_also_beside_a_last_day_to_answer(
    client, facilitator, circle
):
    yesterday = timezone.localdate() - timedelta(days=1)
    client.force_login(facilitator)

    page = client.post(NEW, typed(day=yesterday, clock="00:00", answer_by=yesterday))

    assert "That date has passed." in page.content.decode()
    assert not circle.meetings.exists()


def test_a_time_that_comes_twice_is_the_first_of_the_two(client, facilitator, circle):
    client.force_login(facilitator)

    client.post(NEW, typed(day="2031-11-02", clock="01:30"))

    assert circle.meetings.get().starts_at == datetime(2031, 11, 2, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "2001-05-15"}, "That date has passed."),
        ({"place": None}, "Add a place or a video link"),
        ({"answer_by": "2031-05-16"}, "That’s after the meeting."),
        ({"duration_minutes": "601"}, "Enter the length in minutes, from 15 to 600."),
        # More than a length of time can be, to Python.
        ({"duration_minutes": str(2**63)}, "Enter the length in minutes, from 15 to 600."),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_comes_back(
    client, facilitator, circle, changes, sentence
):
    client.force_login(facilitator)

    page = client.post(NEW, typed(title="Wells and rivers", **changes)).content.decode()

    assert not circle.meetings.exists()
    assert sentence in page
    assert "Wells and rivers" in page


def test_calendars_hear_of_a_new_time_and_not_of_a_new_recorder(
    client, facilitator, circle, meeting
):
    Meeting.objects.update(place="The library")
    client.force_login(facilitator)
    me = circle.memberships.get(user=facilitator)

    client.post(
        f"{meeting.get_absolute_url()}edit/", as_it_stands(client, meeting, note_taker=me.pk)
    )
    meeting.refresh_from_db()
    quiet = meeting.sequence
    client.post(f"{meeting.get_absolute_url()}edit/", as_it_stands(client, meeting, clock="20:15"))
    meeting.refresh_from_db()

    assert (quiet, meeting.sequence) == (0, 1)
    assert (meeting.note_taker, meeting.local_start.minute) == (me, 15)


def test_the_second_of_two_writers_is_shown_the_first_ones_change(
    client, facilitator, circle, meeting
):
    Meeting.objects.update(place="The library")
    client.force_login(facilitator)
    url = f"{meeting.get_absolute_url()}edit/"
    mine = as_it_stands(client, meeting, place="My house")
    client.post(url, as_it_stands(client, meeting, place="The church hall"))

    stale = client.post(url, mine)
    meeting.refresh_from_db()
    between = meeting.place
    form = stale.context["form"]
    client.post(url, mine | {"seen": form["seen"].value()})
    meeting.refresh_from_db()

    text = stale.content.decode()
    assert ("The church hall" in text, "My house" in text) == (True, True)
    assert (between, meeting.place) == ("The church hall", "My house")


def test_the_brief_stays_once_notes_hang_on_it(client, facilitator, member, meeting, section):
    Meeting.objects.update(place="The library")
    make_note(meeting, member, section=section)
    other = make_brief(title="Other")
    client.force_login(facilitator)

    page = client.post(
        f"{meeting.get_absolute_url()}edit/", as_it_stands(client, meeting, brief=other.pk)
    )

    meeting.refresh_from_db()
    assert meeting.brief.title == "Water"
    assert "This meeting already has notes or readings on “Water”" in page.content.decode()


STATES = ["scheduled_at", "started_at", "ended_at", "cancelled_at", "minutes_published_at"]


def two_copies(circle, **fields):
    """A meeting today, loaded by two requests."""
    meeting = make_meeting(circle, place="The library", starts_at=timezone.now(), **fields)
    return meeting, Meeting.objects.get(pk=meeting.pk)


def moments(meeting):
    return Meeting.objects.values(*STATES).get(pk=meeting.pk)


def test_starting_what_has_started_meanwhile_keeps_the_first_time(circle, facilitator):
    mine, theirs = two_copies(circle)
    theirs.start(timezone.now() - timedelta(minutes=5))
    mine.start()

    assert mine.started_at == theirs.started_at == moments(mine)["started_at"]


def test_a_meeting_that_started_elsewhere_can_be_ended_from_a_page_that_is_older(
    circle, facilitator
):
    mine, theirs = two_copies(circle)
    theirs.start()
    mine.end()

    assert moments(mine)["ended_at"] == mine.ended_at
    theirs.end()
    assert theirs.ended_at == mine.ended_at


def test_minutes_are_published_once_the_meeting_has_begun(circle):
    with pytest.raises(ValidationError, match="has started"):
        make_meeting(circle).publish_minutes()


def test_a_meeting_that_has_started_offers_no_way_to_call_it_off(client, facilitator, circle):
    client.force_login(facilitator)
    meeting = make_meeting(circle, starts_at=timezone.now())
    page, cancel = meeting.get_absolute_url(), f"{meeting.get_absolute_url()}cancel/"
    assert f'href="{cancel}"' in client.get(f"{page}edit/").content.decode()
    meeting.start()

    assert f'href="{cancel}"' not in client.get(f"{page}edit/").content.decode()
    for answer in [client.get(cancel, follow=True), client.post(cancel, follow=True)]:
        assert answer.redirect_chain == [(page, 302)]
        assert "This meeting has started, so it can’t be canceled" in answer.content.decode()
    assert moments(meeting)["cancelled_at"] is None


def test_numbers_count_up_within_each_circle(circle):
    first, second = make_meeting(circle), make_meeting(circle)
    elsewhere = make_meeting()

    assert [first.number, second.number, elsewhere.number] == [1, 2, 1]


def test_the_database_refuses_an_end_before_the_beginning(meeting):
    meeting.start()

    with pytest.raises(IntegrityError):
        Meeting.objects.update(ended_at=meeting.started_at - timedelta(minutes=1))


def test_the_page_gives_the_circles_time_and_the_readers_own(client, circle, member):
    meeting = make_meeting(circle, starts_at=datetime(2031, 5, 15, 19, 0, tzinfo=NEW_YORK))
    type(member).objects.filter(pk=member.pk).update(time_zone="Europe/London")
    client.force_login(member)

    page = client.get(meeting.get_absolute_url()).content.decode()

    own_time = "Fri, May 16, 2031 at midnight your time"
    assert f"Thursday, May 15, 2031, 7–8:30 PM Eastern ({own_time})" in page


def test_lists_ask_as_many_questions_of_four_meetings_as_of_one(client, member, circle, brief):
    client.force_login(member)

    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    paths = ["/circles/maple-street/meetings/", "/circles/maple-street/", "/circles/", "/"]
    one = make_meeting(circle, brief=brief)
    one.answer(circle.memberships.get(user=member), "yes")
    before = [queries(path) for path in [*paths, one.get_absolute_url()]]
    for _number in range(3):
        meeting = make_meeting(circle, brief=brief)
        newcomer = make_membership(circle, make_user())
        for each in (one, meeting):
            each.answer(newcomer, "yes")

    assert [queries(path) for path in [*paths, one.get_absolute_url()]] == before


def test_the_brief_stays_once_readings_hang_on_it(client, facilitator, meeting, section):
    Meeting.objects.update(place="The library")
    meeting.readings.create(section=section)
    client.force_login(facilitator)

    client.post(f"{meeting.get_absolute_url()}edit/", as_it_stands(client, meeting, brief=""))

    meeting.refresh_from_db()
    assert meeting.brief.title == "Water"


@pytest.mark.parametrize(
    ("changes", "sequence"),
    [
        ({"duration_minutes": 120}, 1),
        ({"place": "The church hall"}, 1),
        ({"online_link": "https://meet.example.org/maple"}, 1),
        ({"title": "Wells"}, 1),
        ({"welcome": "Park behind the house."}, 1),
        ({"capacity": 9}, 0),
    ],
)
def test_calendars_hear_of_what_they_show_and_of_nothing_else(
    client, facilitator, circle, changes, sequence
):
    start = datetime(2031, 5, 15, 19, 0, tzinfo=NEW_YORK)
    meeting = make_meeting(circle, place="The library", starts_at=start)
    client.force_login(facilitator)

    client.post(f"{meeting.get_absolute_url()}edit/", as_it_stands(client, meeting, **changes))

    meeting.refresh_from_db()
    assert meeting.sequence == sequence


def test_a_number_is_given_once_only(circle):
    first = make_meeting(circle)

    with pytest.raises(IntegrityError):
        Meeting.objects.create(
            circle=circle, number=first.number, starts_at=timezone.now(), time_zone="UTC"
        )


def test_an_evening_in_chicago_is_on_its_own_weekday(client, circle, member):
    meeting = make_meeting(
        circle,
        time_zone="America/Chicago",
        starts_at=datetime(2031, 5, 15, 19, 0, tzinfo=ZoneInfo("America/Chicago")),
    )
    client.force_login(member)

    pages = [meeting.get_absolute_url(), "/circles/maple-street/meetings/"]
    texts = [client.get(page).content.decode() for page in pages]

    assert "Thursday, May 15, 2031, 7–8:30 PM" in texts[0]
    assert "Thu, May 15, 2031 at 7 PM" in texts[1]


@pytest.mark.parametrize(
    ("state", "button"),
    [
        ("draft", "Announce meeting"),
        ("scheduled", "Edit meeting"),
        ("under_way", "End the meeting"),
    ],
)
def test_the_page_offers_a_facilitator_the_next_step_and_not_a_member(
    client, facilitator, member, circle, state, button
):
    is_draft = {"scheduled_at": None, "place": "The library"} if state == "draft" else {}
    meeting = make_meeting(circle, **is_draft)
    if state == "under_way":
        meeting.start()

    seen = []
    for person in (facilitator, member):
        client.force_login(person)
        seen.append(button in client.get(meeting.get_absolute_url()).content.decode())

    assert seen == [True, False]


def test_keeping_a_change_leaves_what_others_did_meanwhile(circle):
    meeting = make_meeting(circle, starts_at=timezone.now())
    another = Meeting.objects.get(pk=meeting.pk)
    another.start()
    meeting.place = "The library"

    meeting.keep(["place"], calendars_hear=True)

    meeting.refresh_from_db()
    assert meeting.place == "The library"
    assert meeting.started_at
    assert meeting.revision == another.revision + 1
