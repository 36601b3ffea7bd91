"""The states of a meeting, and what each allows."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from circles.models import Meeting
from tests.factories import make_meeting

from .test_meetings import NEW, as_it_stands, moments, two_copies, typed


def test_a_draft_needs_no_place_and_is_seen_by_facilitators_only(
    client, facilitator, member, circle
):
    client.force_login(facilitator)
    client.post(NEW, typed(place=None, tell=None, save="on"))
    draft = circle.meetings.get()

    answers = {}
    for name, person in {"facilitator": facilitator, "member": member}.items():
        client.force_login(person)
        answers[name] = client.get(draft.get_absolute_url()).status_code

    assert draft.is_draft
    assert answers == {"facilitator": 200, "member": 404}


def test_a_draft_cannot_start_and_what_is_called_off_cannot_either(circle):
    draft = make_meeting(circle, scheduled_at=None)
    off = make_meeting(circle, place="Here")
    off.cancel()

    for verb in (draft.start, off.start, off.schedule):
        with pytest.raises(ValidationError):
            verb()


def test_starting_ending_and_calling_off_twice_is_as_once(circle):
    held, off = make_meeting(circle), make_meeting(circle)
    held.start()
    held.end()
    started, ended = held.started_at, held.ended_at
    held.start()
    held.end()
    off.cancel()
    off.cancel()

    assert (held.started_at, held.ended_at) == (started, ended)
    assert off.sequence == 1
    with pytest.raises(ValidationError):
        held.cancel()


@pytest.mark.parametrize("verb", ["start", "end", "schedule", "publish_minutes"])
def test_nothing_is_done_to_a_meeting_that_was_called_off_meanwhile(circle, facilitator, verb):
    mine, theirs = two_copies(circle)
    theirs.cancel()
    before = moments(mine)

    with pytest.raises(ValidationError):
        getattr(mine, verb)()

    assert moments(mine) == before
    assert not mine.mails.exclude(kind="cancelled").exists()


def test_a_draft_that_was_called_off_meanwhile_is_not_told_of(circle, facilitator):
    mine, theirs = two_copies(circle, scheduled_at=None)
    theirs.cancel()

    with pytest.raises(ValidationError, match="was canceled"):
        mine.schedule()

    assert moments(mine)["scheduled_at"] is None


def test_a_meeting_that_started_meanwhile_is_not_called_off(circle, facilitator):
    mine, theirs = two_copies(circle)
    theirs.start()

    with pytest.raises(ValidationError, match="has started"):
        mine.cancel()

    assert moments(mine)["cancelled_at"] is None
    assert not mine.mails.exists()


def test_a_meeting_that_ended_meanwhile_is_not_called_off(circle, facilitator):
    mine, theirs = two_copies(circle)
    theirs.start()
    theirs.end()

    with pytest.raises(ValidationError, match="already took place"):
        mine.cancel()

    assert moments(mine)["cancelled_at"] is None


def test_a_meeting_that_was_moved_meanwhile_is_called_off_under_its_newest_number(
    circle, facilitator
):
    mine, theirs = two_copies(circle)
    theirs.title = "Moved"
    theirs.keep(["title"], calendars_hear=True)
    mine.cancel()

    assert mine.sequence == 2


def test_a_draft_without_a_place_is_not_told_to_the_circle(client, facilitator, circle):
    draft = make_meeting(circle, scheduled_at=None)
    client.force_login(facilitator)

    page = client.post(f"{draft.get_absolute_url()}schedule/", follow=True)

    draft.refresh_from_db()
    assert draft.is_draft
    assert "Add a place or a video link" in page.content.decode()


def test_a_meeting_that_is_called_off_stays_in_the_list_and_says_so(
    client, facilitator, member, meeting
):
    client.force_login(facilitator)
    client.post(f"{meeting.get_absolute_url()}cancel/")
    client.force_login(member)

    page = client.get(meeting.get_absolute_url()).content.decode()

    assert "This meeting was canceled." in page
    assert "Water" in client.get("/circles/maple-street/meetings/").content.decode()


def test_a_meeting_under_way_comes_first_and_a_past_one_is_not_ahead(circle):
    now = timezone.now()
    past = make_meeting(circle, starts_at=now - timedelta(days=3))
    running = make_meeting(circle, starts_at=now - timedelta(hours=1))
    running.start()
    ahead = make_meeting(circle, starts_at=now + timedelta(days=3))

    assert list(circle.meetings.upcoming()) == [running, ahead]
    assert list(circle.meetings.past()) == [past]


def test_calendars_hear_nothing_of_a_draft(client, facilitator, circle):
    draft = make_meeting(circle, scheduled_at=None, place="The library")
    client.force_login(facilitator)

    client.post(f"{draft.get_absolute_url()}edit/", as_it_stands(client, draft, clock="20:15"))

    draft.refresh_from_db()
    assert (draft.sequence, draft.local_start.hour) == (0, 20)


def test_a_draft_that_starts_is_refused_with_a_sentence(client, facilitator, circle):
    draft = make_meeting(circle, scheduled_at=None)
    client.force_login(facilitator)

    page = client.post(f"{draft.get_absolute_url()}start/", follow=True)

    draft.refresh_from_db()
    assert draft.is_draft
    assert "This is a draft." in page.content.decode()


@pytest.mark.parametrize("verb", ["start", "schedule"])
def test_what_was_called_off_stays_off_and_says_so(client, facilitator, meeting, verb):
    meeting.cancel()
    client.force_login(facilitator)

    page = client.post(f"{meeting.get_absolute_url()}{verb}/", follow=True)

    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CANCELLED
    assert "Schedule another one." in page.content.decode()


def test_a_draft_whose_day_is_past_is_not_told_to_the_circle(circle):
    past = timezone.now() - timedelta(days=2)
    draft = make_meeting(circle, scheduled_at=None, place="Here", starts_at=past)

    with pytest.raises(ValidationError):
        draft.schedule()
