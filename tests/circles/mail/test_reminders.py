"""Reminders: queued once, by the circle's clock, and never at night."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from circles.mail.delivery import deliver
from circles.mail.reminders import queue_due
from circles.models import Heartbeat, Mail, Meeting, Reading
from tests.factories import make_circle, make_meeting, make_membership, make_section, make_user

CHICAGO = ZoneInfo("America/Chicago")
# The clocks of Chicago go back on Sunday, November 1, at two.
EVENING = datetime(2026, 11, 5, 19, tzinfo=CHICAGO)


def at(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=CHICAGO)


@pytest.fixture
def circle(db):
    return make_circle(name="Maple Street", slug="maple-street", time_zone="America/Chicago")


@pytest.fixture
def meeting(circle):
    long_ago = at(9, 1, 12)
    for name in ("Yes", "No", "Silent"):
        make_membership(circle, make_user(name), joined_at=long_ago)
    meeting = make_meeting(circle, starts_at=EVENING, scheduled_at=long_ago, place="The library")
    for name in ("Yes", "No"):
        membership = circle.memberships.get(user__display_name=name)
        meeting.rsvps.create(membership=membership, answer=name.lower())
    return meeting


def look(now, since=None):
    """Let the worker look for reminders at `now`; its last look was `since` (a minute ago)."""
    heart, _made = Heartbeat.objects.get_or_create(name="worker", defaults={"beat_at": now})
    heart.reminded_until = since or now - timedelta(minutes=1)
    heart.save()
    queue_due(now)


def queued():
    """The waiting emails in the outbox: (kind, recipient)."""
    rows = Mail.objects.waiting().order_by("kind", "user__display_name")
    return list(rows.values_list("kind", "user__display_name"))


TOLD = [("nudge", "Silent"), ("reminder", "Yes")]


@pytest.mark.parametrize("day", [at(10, 15, 10), at(10, 29, 10), at(11, 4, 10)])
def test_who_comes_is_reminded_and_who_is_silent_is_asked_by_the_circles_clock(meeting, day):
    look(day - timedelta(minutes=1))
    before = queued()
    look(day)

    assert (before, queued()) == ([], TOLD)


def test_a_circle_chooses_the_days(meeting):
    meeting.circle.reminder_days = [3]
    meeting.circle.save()
    look(at(11, 4, 10))
    before = queued()
    look(at(11, 2, 10))

    assert (before, queued()) == ([], TOLD)


def test_looking_twice_or_by_two_workers_reminds_once(meeting):
    look(at(11, 4, 10))
    look(at(11, 4, 10), since=at(11, 4, 9))
    queue_due(at(11, 4, 10))

    assert queued() == TOLD


def test_a_meeting_that_moved_reminds_again_and_not_for_its_old_day(meeting):
    look(at(11, 4, 10))
    Meeting.objects.update(starts_at=EVENING + timedelta(days=7))
    look(at(11, 5, 10))
    look(at(11, 11, 10))

    causes = Mail.objects.filter(kind="reminder").values_list("cause", flat=True)
    assert sorted(causes) == [
        f"meeting-{meeting.pk}-reminder-1d-2026-11-05",
        f"meeting-{meeting.pk}-reminder-1d-2026-11-12",
        f"meeting-{meeting.pk}-reminder-7d-2026-11-12",
    ]


def test_another_place_on_the_same_day_reminds_no_second_time(meeting):
    look(at(11, 4, 10))
    Meeting.objects.update(place="The school", sequence=1)
    look(at(11, 4, 12), since=at(11, 4, 9))

    assert queued() == TOLD


def test_a_reminder_that_is_late_and_of_use_is_sent(meeting):
    look(at(10, 31, 12), since=at(10, 28, 12))

    assert queued() == TOLD


def test_a_reminder_that_is_too_late_is_written_down_and_not_sent(meeting):
    look(at(11, 3, 12), since=at(10, 28, 12))

    skipped = Mail.objects.exclude(dropped_at=None)
    assert queued() == []
    assert set(skipped.values_list("last_error", flat=True)) == {"too late to be useful"}
    assert skipped.count() == 2


def test_after_a_week_away_the_worker_reminds_of_nothing_that_is_past(meeting):
    look(at(11, 9, 12), since=at(10, 14, 12))

    assert not Mail.objects.exists()


def test_what_is_found_at_night_waits_for_the_morning(meeting):
    look(at(11, 5, 3), since=at(11, 3, 12))

    assert set(Mail.objects.values_list("due_at", flat=True)) == {at(11, 5, 8)}


def test_nobody_is_reminded_of_what_they_were_told_a_moment_ago(meeting):
    Meeting.objects.update(scheduled_at=at(11, 4, 9))
    look(at(11, 4, 10))

    assert queued() == []


def test_who_joined_since_is_not_reminded_of_what_was_before(meeting):
    make_membership(meeting.circle, make_user("New"), joined_at=at(10, 30, 12))
    look(at(10, 31, 12), since=at(10, 28, 12))

    assert queued() == TOLD


@pytest.mark.parametrize("state", ["scheduled_at", "cancelled_at", "started_at"])
def test_a_draft_a_meeting_called_off_and_one_under_way_remind_of_nothing(meeting, state):
    Meeting.objects.update(**{state: None if state == "scheduled_at" else at(11, 1, 12)})
    look(at(11, 4, 10))

    assert queued() == []


def test_a_reminder_is_dropped_when_the_meeting_is_called_off_before_it_goes(
    circle, member, mailoutbox
):
    soon = make_meeting(circle, place="The library")
    Mail.objects.queue("reminder", "1d", to=circle.memberships.all(), meeting=soon)
    soon.cancel()
    deliver()

    (mail,) = mailoutbox
    assert mail.subject.startswith("Canceled: ")


def test_whom_the_question_finds_answered_is_not_asked(circle, member, mailoutbox):
    soon = make_meeting(circle, place="The library")
    Mail.objects.queue("nudge", "1d", to=circle.memberships.all(), meeting=soon)
    soon.answer(circle.memberships.get(), "no")
    deliver()

    assert mailoutbox == []


def test_reading_is_reminded_of_five_days_before_if_there_is_any(meeting):
    look(at(10, 31, 10))
    without = queued()
    Reading.objects.create(meeting=meeting, section=make_section())
    look(at(10, 31, 10))

    assert without == []
    assert queued() == [("reading", "Silent"), ("reading", "Yes")]


def test_a_promise_is_reminded_of_two_days_before_it_is_due(meeting):
    owner = meeting.circle.memberships.get(user__display_name="Yes")
    fields = {"owner": owner, "due_on": date(2026, 11, 20), "created_at": at(11, 5, 20)}
    meeting.action_items.create(text="Ask", **fields)
    meeting.action_items.create(text="Done", **fields, done_at=timezone.now())
    meeting.action_items.create(text="Nobody's", **(fields | {"owner": None}))

    look(at(11, 18, 9, 59))
    before = queued()
    look(at(11, 18, 10))

    assert (before, queued()) == ([], [("action", "Yes")])


def test_finding_reminders_asks_the_same_number_of_questions_of_many_people(
    meeting, django_assert_max_num_queries
):
    for number in range(20):
        make_membership(meeting.circle, make_user(f"More {number}"), joined_at=at(9, 1, 12))

    # Six of these look for meetings, one for each reminder.
    with django_assert_max_num_queries(22):
        look(at(11, 4, 10))

    assert len(queued()) == 22
