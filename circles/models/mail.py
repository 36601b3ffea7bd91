"""The outbox: emails to send, queued in the same transaction as their cause.

A row points at what it is about. The text is made when it is sent (`circles/mail/compose.py`), so
an email about something deleted since is dropped. `circles/mail/delivery.py` sends.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .mail_querysets import MailQuerySet
from .memberships import Membership

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .circles import Circle
    from .meetings import Meeting


# How long to wait before emailing an address again that refused an email.
BOUNCE_REST = timedelta(days=14)


class Topic(models.TextChoices):
    """The emails that a person may turn off. Invitations and sign-in codes can't be turned off."""

    MEETINGS = (
        "meetings",
        _("Meetings announced, changed, or canceled, and spots that open up for you"),
    )
    DATES = "dates", _("Date polls: which dates work for you")
    REMINDERS = "reminders", _("Reminders about meetings you’re coming to")
    ANSWERS = "answers", _("Reminders to RSVP, if you haven’t yet")
    READINGS = "readings", _("Reminders about your reading")
    MINUTES = "minutes", _("Minutes, when they’re ready")
    ACTIONS = "actions", _("Your action items, when they’re due")
    QUESTIONS = "questions", _("For facilitators: answers to questions you sent the editors")
    DELIVERY_FAILED = "trouble", _("For facilitators: emails we couldn’t deliver")

    @classmethod
    def offered_to(cls, user: User) -> "list[Topic]":
        """Those that can reach this person: some are for facilitators only."""
        is_facilitator = Membership.objects.facilitators().filter(user=user).exists()
        of_facilitators = {cls.QUESTIONS, cls.DELIVERY_FAILED}
        return [topic for topic in cls if is_facilitator or topic not in of_facilitators]


def kinds() -> list[tuple[str, str]]:
    """The choices of `Mail.kind`. Migrations name this function, so a new kind needs none."""
    return Mail.Kind.choices


class Mail(models.Model):
    """One message to one person. Several may be sent as one email (a digest)."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        SCHEDULED = "scheduled", _("Meeting announced")
        CHANGED = "changed", _("Meeting changed")
        CANCELLED = "cancelled", _("Meeting canceled")
        RESTORED = "restored", _("Meeting back on")
        PLACE = "place", _("A spot opened up")
        READING = "reading", _("Reading reminder")
        REMINDER = "reminder", _("Meeting reminder")
        NUDGE = "nudge", _("RSVP reminder")
        POLL = "poll", _("Date poll")
        POLL_NUDGE = "poll_nudge", _("Date poll reminder")
        POLL_CANCELLED = "poll_cancelled", _("Date poll canceled")
        MINUTES = "minutes", _("Minutes published")
        ACTION = "action", _("Action item due")
        DELIVERY_FAILED = "trouble", _("Email not delivered")
        PRIVACY = "privacy", _("Privacy setting changed")
        RETENTION = "retention", _("Change to when notes are deleted")
        REQUEST = "request", _("Request to start a circle")
        START_INVITED = "start_invited", _("Invitation to start a circle")
        START_DECLINED = "start_declined", _("Request to start a circle declined")
        WELCOME = "welcome", _("Welcome")
        MISTAKE_ANSWERED = "mistake_answered", _("Reported mistake answered")
        MISTAKE_FIXED = "mistake_fixed", _("Reported mistake fixed")
        QUESTION_ANSWERED = "question_answer", _("Question to the editors answered")
        QUESTION_IN_EDITION = "question_edition", _("Question answered in an edition")
        BACKUP_FAILED = "backup_failed", _("Backup failed")

    # Sent because someone pressed a button, and could press it again and again.
    BY_HAND = {Kind.SCHEDULED, Kind.CHANGED, Kind.RESTORED, Kind.POLL, Kind.POLL_NUDGE}
    # These wait for MAIL_WAIT, so that the one who pressed the button can think again. A person
    # who is invited may be on the phone, and no one may hold back news of what happens to notes.
    HELD = {*BY_HAND, Kind.CANCELLED, Kind.POLL_CANCELLED, Kind.MINUTES}
    # Those that a facilitator can stop before they leave.
    STOPPABLE = {*HELD, Kind.READING, Kind.REMINDER, Kind.NUDGE, Kind.ACTION}
    STOPPED = "a facilitator stopped it"
    CANCELED_FIRST = "the meeting was canceled before it left"
    POLL_CANCELED_FIRST = "the date poll was canceled before it left"
    # Someone who has one of these coming needs none of this kind: what waits is written when it
    # leaves, or dropped.
    COVERED_BY: dict[str, set[Kind]] = {
        Kind.CHANGED: {Kind.SCHEDULED, Kind.CHANGED},
        Kind.CANCELLED: {Kind.SCHEDULED},
        Kind.POLL_CANCELLED: {Kind.POLL},
    }
    # These have no topic, so no one turns them off: an invitation has its own way to say no,
    # everyone hears what happens to their words, a request or a report needs an answer, a welcome
    # is sent by hand, and an operator needs backups.
    REQUESTS = {Kind.REQUEST, Kind.START_INVITED, Kind.START_DECLINED}
    REPORTS = {Kind.MISTAKE_ANSWERED, Kind.MISTAKE_FIXED}
    OF_THE_SITE = {Kind.WELCOME, Kind.BACKUP_FAILED}
    ABOUT_NOTES = {Kind.PRIVACY, Kind.RETENTION}
    WITHOUT_TOPIC = {Kind.INVITATION, *ABOUT_NOTES, *OF_THE_SITE, *REQUESTS, *REPORTS}
    # Sent at once, whatever else the person had within the hour.
    URGENT = {Kind.INVITATION, Kind.CHANGED, Kind.CANCELLED, Kind.PLACE, Kind.WELCOME}
    URGENT |= {Kind.RESTORED, *ABOUT_NOTES}
    # Never a part of another email.
    ALONE = {Kind.CHANGED, Kind.CANCELLED, Kind.RESTORED}
    TOPICS: dict[str, Topic] = {
        Kind.SCHEDULED: Topic.MEETINGS,
        Kind.CHANGED: Topic.MEETINGS,
        Kind.CANCELLED: Topic.MEETINGS,
        Kind.RESTORED: Topic.MEETINGS,
        Kind.PLACE: Topic.MEETINGS,
        Kind.READING: Topic.READINGS,
        Kind.REMINDER: Topic.REMINDERS,
        Kind.NUDGE: Topic.ANSWERS,
        Kind.POLL: Topic.DATES,
        Kind.POLL_NUDGE: Topic.DATES,
        Kind.POLL_CANCELLED: Topic.DATES,
        Kind.MINUTES: Topic.MINUTES,
        Kind.ACTION: Topic.ACTIONS,
        Kind.QUESTION_ANSWERED: Topic.QUESTIONS,
        Kind.QUESTION_IN_EDITION: Topic.QUESTIONS,
        Kind.DELIVERY_FAILED: Topic.DELIVERY_FAILED,
    }

    # Of several emails about one meeting or poll that go together, only the first is told.
    PRECEDENCE = [
        *(Kind.CANCELLED, Kind.RESTORED, Kind.SCHEDULED, Kind.CHANGED, Kind.NUDGE),
        Kind.REMINDER,
        *(Kind.POLL_CANCELLED, Kind.POLL, Kind.POLL_NUDGE),
    ]

    kind = models.CharField(_("type"), max_length=16, choices=kinds)
    cause = models.CharField(max_length=120)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="mails"
    )
    address = models.EmailField(_("email address"), blank=True)

    circle = models.ForeignKey("circles.Circle", models.CASCADE, null=True, related_name="+")
    meeting = models.ForeignKey("circles.Meeting", models.CASCADE, null=True, related_name="mails")
    poll = models.ForeignKey("circles.DatePoll", models.CASCADE, null=True, related_name="mails")
    membership = models.ForeignKey(
        "circles.Membership", models.CASCADE, null=True, related_name="mails"
    )
    invitation = models.ForeignKey(
        "circles.Invitation", models.CASCADE, null=True, related_name="mails"
    )
    action_item = models.ForeignKey(
        "circles.ActionItem", models.CASCADE, null=True, related_name="mails"
    )
    details = models.JSONField(default=dict, blank=True)

    created_at = models.DateTimeField(_("queued"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    # When a facilitator asked to send it now. It then waits for nothing else either.
    hurried_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    dropped_at = models.DateTimeField(_("dropped"), null=True, editable=False)
    failed_at = models.DateTimeField(_("given up"), null=True, editable=False)
    message_id = models.CharField(max_length=200, blank=True, db_index=True, editable=False)
    is_bounce = models.BooleanField(_("address not accepted"), default=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("email")
        verbose_name_plural = _("emails")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="mail_that_waits",
                condition=Q(sent_at=None, dropped_at=None, failed_at=None),
            ),
            models.Index(fields=["user", "sent_at"], name="mail_by_user_and_sent"),
            # To find what is old.
            *(
                models.Index(
                    fields=[moment],
                    condition=Q(**{f"{moment}__isnull": False}),
                    name=f"mail_by_{moment}",
                )
                for moment in ("sent_at", "dropped_at", "failed_at")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cause"],
                condition=Q(user__isnull=False),
                name="mail_once_to_a_person",
            ),
            models.UniqueConstraint(
                fields=["address", "cause"],
                condition=Q(user=None),
                name="mail_once_to_an_address",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address="") | (Q(user=None) & ~Q(address="")),
                name="mail_goes_to_a_person_or_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def template(self) -> str:
        """The name of this kind's templates in `templates/mail/`."""
        return self.Kind(self.kind).name.lower()

    @property
    def topic(self) -> Topic | None:
        """The topic that turns this kind off; None if it is always sent."""
        return self.TOPICS.get(self.kind)

    @classmethod
    def wait(cls, kind: str, meeting: "Meeting | None" = None) -> timedelta:
        """How long an email of this kind waits until it leaves. Urgent ones don't if the meeting
        is near."""
        is_rushed = kind in cls.URGENT and meeting is not None and meeting.is_near
        return settings.MAIL_WAIT if kind in cls.HELD and not is_rushed else timedelta(0)

    @classmethod
    def why_not(cls, kind: str, user: User) -> str:
        """Why this person gets no email of this kind; empty if they do."""
        if not user.is_active:
            return "this account is closed"
        if cls.TOPICS.get(kind) in user.mails_off:
            return "turned off by this person"
        if user.is_bouncing and user.bounced_at and timezone.now() < user.bounced_at + BOUNCE_REST:
            return "this address doesn’t accept email"
        return ""

    @property
    def is_waiting(self) -> bool:
        return not (self.sent_at or self.dropped_at or self.failed_at)

    @property
    def is_pressing(self) -> bool:
        """Whether it waits for no other email."""
        return self.kind in self.URGENT or bool(self.attempts or self.hurried_at)

    def is_held(self, now: datetime) -> bool:
        """Whether a facilitator can still think again, so it doesn't leave early with others."""
        return self.kind in self.HELD and self.due_at > now and not self.is_pressing

    def covers(self, other: "Mail") -> bool:
        """Whether this email about a meeting or a poll makes the other one unnecessary."""
        same = (self.meeting_id, self.poll_id) == (other.meeting_id, other.poll_id)
        return same and {self.kind, other.kind} <= {*self.PRECEDENCE}

    @property
    def to(self) -> str:
        return self.user.email if self.user else self.address

    @property
    def to_whom(self) -> str:
        """The person's name; an invitation's address."""
        return str(self.user or self.address)

    @property
    def of_circle(self) -> "Circle | None":
        """The circle that the email comes from, by whatever it is about."""
        for subject in (self.meeting, self.poll, self.membership, self.invitation):
            if subject:
                return subject.circle
        return self.circle

    @property
    def state(self) -> "tuple[StrPromise, datetime]":
        """(state in words, since when), for lists."""
        if self.failed_at:
            return _("Failed"), self.failed_at
        if self.sent_at:
            return _("Sent"), self.sent_at
        if self.dropped_at:
            return _("No longer needed"), self.dropped_at
        if self.attempts:
            return _("Will be tried again"), self.due_at
        return _("Waiting"), self.due_at
