"""The outbox: emails to send, queued in the same transaction as their cause.

A row points at what it is about. The text is made when it is sent (`circles/mail/compose.py`), so
an email about something deleted since is dropped. `circles/mail/delivery.py` sends.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.locks import one_at_a_time
from config.refusal import LimitReached
from config.when import when

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .circles import Circle
    from .memberships import Membership


# How long a worker has to send an email that it claimed. If the worker dies, another one takes
# the email after that. Longer than any wait for a mail server (EMAIL_TIMEOUT per command).
LEASE = timedelta(minutes=5)
# Emails to a person within the same hour are combined.
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# More things than this a day, and members would only look away.
MOST_A_DAY = 60


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
    DELIVERY_FAILED = "trouble", _("For facilitators: emails we couldn’t deliver")


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> Self:
        """Not sent, not dropped and not failed."""
        return self.filter(sent_at=None, dropped_at=None, failed_at=None)

    def queue(
        self,
        kind: str,
        cause: str,
        *,
        to: "Iterable[Membership | User | str]",
        due_at: datetime | None = None,
        **about: Any,
    ) -> None:
        """Queue one email to each recipient. Call it inside the transaction of its cause.

        The same cause is never queued twice for one recipient. Two statements at most,
        however many recipients.

        Args:
            kind: one of `Mail.Kind`.
            cause: a unique name of this cause, such as "meeting-12-cancelled".
            to: memberships, people or plain addresses.
            due_at: when to send it; now by default.
            about: what it is about, by the names of Mail's fields; `details` holds what the
                rows no longer say when it is sent.
        """
        due_at = due_at or timezone.now()
        rows = [
            Mail(kind=kind, cause=cause, due_at=due_at, **about, **_recipient(each)) for each in to
        ]
        self.bulk_create(rows, ignore_conflicts=True)

    def check_daily_sum(self, circle: "Circle") -> None:
        """Check that a circle may email its members about one more thing today.

        Call it in the transaction that will, before `queue`. Calling something off is never
        held up: it can't happen more often than announcing it, or undoing that.

        Raises:
            LimitReached: people of this circle had `MOST_A_DAY` things emailed within a day.
        """
        with one_at_a_time(f"mails of circle {circle.pk}"):
            lately = self.filter(kind__in=Mail.BY_HAND, created_at__gt=timezone.now() - DAY)
            causes = lately.order_by().values("cause").annotate(first=Min("created_at"))
            # Asked for both at once, a database would look through the outbox of all circles.
            of_polls = causes.filter(poll__circle=circle)
            both = causes.filter(meeting__circle=circle).union(of_polls, all=True)
            oldest = list(both.order_by("-first")[MOST_A_DAY - 1 : MOST_A_DAY])
        for cause in oldest:
            moment = (cause["first"] + DAY + timedelta(minutes=1)).astimezone(circle.zone)
            raise LimitReached(
                _(
                    "“%(circle)s” has emailed its members about %(most)d things in 24 hours, which "
                    "is the limit for one day. Nothing was changed or sent. Try again after "
                    "%(when)s."
                ),
                code="limit",
                params={
                    "circle": circle,
                    "most": MOST_A_DAY,
                    "when": when(moment),
                },
            )

    @transaction.atomic
    def claim(self) -> list[int]:
        """Claim the next email to send for `LEASE`; returns its ids, or none if nothing is due.

        That is one row that is due and all others to the same person within the hour, to be
        sent as one email. No two workers claim the same rows: PostgreSQL skips rows that
        another transaction has locked, and SQLite allows one writer at a time (IMMEDIATE).
        """
        now = timezone.now()
        free = (
            self.waiting()
            .filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
            .select_for_update(skip_locked=True)
            .order_by("due_at", "pk")
        )
        while first := free.filter(due_at__lte=now).first():
            group = [first]
            if first.user_id:
                group += free.filter(user=first.user_id, due_at__lte=now + HOUR).exclude(
                    pk=first.pk
                )
            taken = self.filter(pk__in=[mail.pk for mail in group])
            wait_until = self._quiet_until(group, now)
            if not wait_until:
                taken.update(claimed_until=now + LEASE)
                return [mail.pk for mail in group]
            taken.update(due_at=wait_until)
        return []

    def _quiet_until(self, group: "list[Mail]", now: datetime) -> datetime | None:
        """The end of the hour since this person's last email, if all of these can wait."""
        user = group[0].user_id
        if not user or any(mail.kind in Mail.URGENT or mail.attempts for mail in group):
            return None
        last = self.filter(user=user, sent_at__gt=now - HOUR).aggregate(last=Max("sent_at"))["last"]
        return last and last + HOUR

    def with_subjects(self) -> Self:
        """With all rows that the text needs."""
        return self.select_related(
            "user",
            "circle",
            "meeting__circle",
            "meeting__brief",
            "poll__circle",
            "poll__brief",
            "membership__circle",
            "membership__user",
            "invitation__circle",
            "invitation__invited_by",
            "action_item__meeting__circle",
        ).prefetch_related("poll__options")

    def mark_sent(self, message_id: str) -> int:
        """Mark these as sent in one email with this Message-ID."""
        return self.update(
            sent_at=timezone.now(), claimed_until=None, last_error="", message_id=message_id
        )

    def drop(self, why: str) -> int:
        """Don't send these: their subject is deleted, or their reader doesn't want them."""
        return self.update(dropped_at=timezone.now(), claimed_until=None, last_error=why)

    def forget_old(self, *, days: int = 200) -> int:
        """Delete rows that were sent, dropped or failed long ago; their causes don't recur."""
        before = timezone.now() - timedelta(days=days)
        old = Q(sent_at__lt=before) | Q(dropped_at__lt=before) | Q(failed_at__lt=before)
        return self.filter(old).delete()[0]


def _recipient(each: "Membership | User | str") -> dict[str, Any]:
    if isinstance(each, str):
        return {"address": each}
    if isinstance(each, User):
        return {"user": each}
    return {"user_id": each.user_id, "membership": each}


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
        REQUEST = "request", _("Request to start a circle")
        START_INVITED = "start_invited", _("Invitation to start a circle")
        START_DECLINED = "start_declined", _("Request to start a circle declined")

    # Sent because someone pressed a button, and could press it again and again.
    BY_HAND = {Kind.SCHEDULED, Kind.CHANGED, Kind.RESTORED, Kind.POLL, Kind.POLL_NUDGE}
    # These have no topic, so no one turns them off: an invitation has its own way to say no,
    # everyone hears what happens to their words, and a request needs an answer.
    REQUESTS = {Kind.REQUEST, Kind.START_INVITED, Kind.START_DECLINED}
    WITHOUT_TOPIC = {Kind.INVITATION, Kind.PRIVACY, *REQUESTS}
    # Sent at once, whatever else the person had within the hour.
    URGENT = {Kind.INVITATION, Kind.CHANGED, Kind.CANCELLED, Kind.PLACE, Kind.PRIVACY}
    URGENT |= {Kind.RESTORED}
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

    @property
    def to(self) -> str:
        return self.user.email if self.user else self.address

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
