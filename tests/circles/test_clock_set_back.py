"""A machine's clock was ahead and is set back: nothing waits for the moment that it showed."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.guesses import Guesses
from circles.mail.delivery import deliver
from circles.mail.reminders import queue_due
from circles.models import Heartbeat, Mail
from config.limits import DAY
from operations.worker import look
from tests.factories import make_meeting
from tests.signing_in import sign_in

AHEAD = timedelta(days=300)


def test_a_meeting_that_began_by_the_earlier_clock_can_end(meeting):
    meeting.start(at=timezone.now() + AHEAD)

    meeting.end()

    assert meeting.ended_at == meeting.started_at


def test_reminders_go_on(circle):
    ahead, now = timezone.now() + AHEAD, timezone.now()
    Heartbeat.objects.create(name="worker", beat_at=ahead, reminded_until=ahead)

    queue_due(now)

    assert Heartbeat.objects.get().reminded_until <= now


@pytest.mark.parametrize("fields", [["created_at", "due_at"], ["claimed_until"]])
def test_emails_leave(circle, facilitator, member, mailoutbox, fields):
    make_meeting(circle, place="The library").schedule()
    Mail.objects.update(**dict.fromkeys(fields, timezone.now() + AHEAD))

    look()
    deliver()

    assert len(mailoutbox) == Mail.objects.count() == 2


def test_an_email_that_waits_for_its_time_still_waits(circle, facilitator, member, mailoutbox):
    make_meeting(circle, place="The library").schedule()
    Mail.objects.update(due_at=timezone.now() + timedelta(hours=3))

    look()
    deliver()

    assert mailoutbox == []


@pytest.mark.parametrize(("ahead", "is_used_up"), [(DAY / 2, True), (30 * DAY, False)])
def test_wrong_guesses_of_the_earlier_clock_count_for_a_day(db, ahead, is_used_up):
    made_at = [time.time() + ahead] * Guesses.ALLOWED
    guesses = Guesses.objects.create(account="a", kind=Guesses.Kind.CODE, made_at=made_at)

    assert guesses.is_used_up == is_used_up
    assert guesses.take() != is_used_up


def test_a_proof_of_the_earlier_clock_is_none(member):
    client = Client()
    sign_in(client, member, minutes_ago=-11)

    assert client.get("/accounts/email/").status_code == 302
