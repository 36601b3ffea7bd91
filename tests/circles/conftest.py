"""A circle with an upcoming meeting, and an email of every kind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.inviting.invite import invite_by_mail
from circles.mail.delivery import deliver
from circles.models import CircleRequest, Mail, Reading, SentQuestion
from operations.models import Outcome
from tests.factories import (
    make_meeting,
    make_membership,
    make_mistake_report,
    make_note,
    make_poll,
    make_user,
)

Kind = Mail.Kind


@pytest.fixture
def membership(circle, member):
    return circle.memberships.get(user=member)


@pytest.fixture
def soon(circle, member, brief):
    """An announced meeting in a few days."""
    meeting = make_meeting(circle, brief=brief, place="The library", time_zone="America/New_York")
    meeting.schedule()
    return meeting


@pytest.fixture
def subjects(soon, section, membership, facilitator, circle):
    """The subject of an email of each kind: {kind: (its recipient, fields of its row)}."""
    before = {
        "starts_at": "2026-01-01T19:00Z",
        "duration_minutes": 60,
        "place": "",
        "online_link": "",
    }
    Reading.objects.create(meeting=soon, section=section)
    guest = make_membership(circle, make_user("Gus Guest"))
    soon.rsvps.create(membership=guest, answer="yes")
    action = soon.action_items.create(
        text="Nobody else's business",
        owner=membership,
        due_on=timezone.localdate(timezone=soon.zone),
    )
    poll, no_poll = make_poll(circle, place="The school"), make_poll(circle, title="Picnic")
    no_poll.cancel()
    circle.retention_months, circle.retention_starts_at = 12, timezone.now()
    circle.save()
    change = circle.privacy_changes.create(before="off_the_record", after="recorded")
    invite_by_mail(circle, facilitator, ["ann@example.org"])
    invited = Mail.objects.get(kind=Kind.INVITATION)
    Mail.objects.exclude(pk=invited.pk).delete()
    asked = CircleRequest.objects.create(name="Una", email="una@example.org", place="Springfield")
    answers = {Kind.START_INVITED: "invited_at", Kind.START_DECLINED: "declined_at"}
    answered = {
        kind: CircleRequest.objects.create(
            name="Una", email="una@example.org", place="Springfield", **{moment: timezone.now()}
        )
        for kind, moment in answers.items()
    }
    report = make_mistake_report(section, answered_at=timezone.now(), answer="Well spotted!")
    sent = SentQuestion.objects.send(
        make_note(soon, text="Nobody else’s question"), "Nobody else’s question", by=facilitator
    )
    Outcome.objects.failed("backup", "The disk is full.")
    sent.question.close(facilitator, "Nobody else’s answer", in_edition=True)
    subjects = {kind: (membership, {"meeting": soon}) for kind in Kind}
    return subjects | {
        Kind.INVITATION: (None, {}),
        Kind.WELCOME: (facilitator, {}),
        Kind.REQUEST: (facilitator, {"details": {"request": asked.pk}}),
        **{kind: (row.email, {"details": {"request": row.pk}}) for kind, row in answered.items()},
        **{kind: ("una@example.org", {"details": {"report": report.pk}}) for kind in Mail.REPORTS},
        **{
            kind: (
                circle.memberships.get(user=facilitator),
                {"meeting": soon, "details": {"sent": sent.pk}},
            )
            for kind in (Kind.QUESTION_ANSWERED, Kind.QUESTION_IN_EDITION)
        },
        Kind.BACKUP_FAILED: (facilitator, {}),
        Kind.CHANGED: (membership, {"meeting": soon, "details": {"before": before}}),
        Kind.CANCELLED: (
            membership,
            {"meeting": make_meeting(circle, cancelled_at=timezone.now())},
        ),
        Kind.PLACE: (guest, {"meeting": soon}),
        Kind.POLL: (membership, {"poll": poll}),
        Kind.POLL_NUDGE: (membership, {"poll": poll}),
        Kind.POLL_CANCELLED: (membership, {"poll": no_poll}),
        Kind.MINUTES: (
            membership,
            {"meeting": make_meeting(circle, minutes_published_at=timezone.now())},
        ),
        Kind.ACTION: (membership, {"action_item": action}),
        Kind.PRIVACY: (membership, {"circle": circle, "details": {"change": change.pk}}),
        Kind.RETENTION: (membership, {"circle": circle, "details": {"by": guest.pk, "months": 12}}),
        Kind.DELIVERY_FAILED: (
            circle.memberships.get(user=facilitator),
            {"circle": circle, "details": {"mail": invited.pk}},
        ),
    }


@pytest.fixture
def send(subjects, mailoutbox):
    """Send one email of a kind and return it.

    Begin with the invitation, because any other kind marks it as failed.
    """

    def send(kind):
        mailoutbox.clear()
        recipient, about = subjects[kind]
        if kind != Kind.INVITATION:
            Mail.objects.filter(kind=Kind.INVITATION).update(failed_at=timezone.now())
            Mail.objects.queue(kind, kind, to=[recipient], **about)
        deliver()
        an_hour_ago = timezone.now() - timedelta(hours=1)
        Mail.objects.filter(sent_at__gt=an_hour_ago).update(sent_at=an_hour_ago)
        (message,) = mailoutbox
        return message

    return send
