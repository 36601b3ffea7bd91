"""The outbox as a queue: put in, claimed by a worker, sent now, or not sent at all."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.locks import one_at_a_time
from config.refusal import LimitReached
from config.when import when

if TYPE_CHECKING:
    from .circles import Circle
    from .mail import Mail
    from .memberships import Membership


# How long a worker has to send an email that it claimed. If the worker dies, another one takes
# the email after that. Longer than any wait for a mail server (EMAIL_TIMEOUT per command).
LEASE = timedelta(minutes=5)
# Emails to a person within the same hour are combined.
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# More things than this a day, and members would only look away.
MOST_A_DAY = 60


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> Self:
        """Not sent, not dropped and not failed."""
        return self.filter(sent_at=None, dropped_at=None, failed_at=None)

    def unclaimed(self) -> Self:
        """Waiting, and no worker is sending it right now. Only these can still be changed.

        A claim further ahead than any lasts was made by a clock that has been set back since.
        """
        now = timezone.now()
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        return self.waiting().filter(free | Q(claimed_until__gt=now + 2 * LEASE))

    def bring_back(self) -> int:
        """Make due what was queued by a clock that was ahead and has been set back. Otherwise it
        would wait for that moment."""
        now = timezone.now()
        ahead = now + LEASE
        queued = self.waiting().filter(due_at__gt=ahead, created_at__gt=ahead)
        return queued.update(created_at=now, due_at=now)

    def covering(self, kind: str) -> Self:
        """Those that make one of this kind unnecessary for the people who get them."""
        covering = self.model.COVERED_BY.get(kind, ())
        return self.unclaimed().filter(kind__in=covering, membership__isnull=False)

    def lately(self, user: Any) -> Self:
        """What a person got within the hour, after which emails that can wait do."""
        return self.filter(user=user, sent_at__gt=timezone.now() - HOUR)

    def with_hold_up(self, **earlier: Any) -> Self:
        """With `is_slower`: it may leave later than its time, as its reader just had another.

        Args:
            earlier: what else is true of the other one, as for `filter`.
        """
        other = Exists(self.model.objects.lately(OuterRef("user")).filter(**earlier))
        return self.annotate(is_slower=Q(other) & ~Q(kind__in=self.model.URGENT))

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
        however many recipients. Those who don't want it (`Mail.why_not`) get a dropped row.

        Args:
            kind: one of `Mail.Kind`.
            cause: a unique name of this cause, such as "meeting-12-cancelled".
            to: memberships with their people, people, or plain addresses.
            due_at: when to send it; by default after `Mail.wait`.
            about: what it is about, by the names of Mail's fields; `details` holds what the
                rows no longer say when it is sent.
        """
        if isinstance(to, models.QuerySet) and to.model is not User:
            to = to.select_related("user")
        due_at = due_at or timezone.now() + self.model.wait(kind, about.get("meeting"))
        rows = [self._row(each, kind=kind, cause=cause, due_at=due_at, **about) for each in to]
        self.bulk_create(rows, ignore_conflicts=True)

    def _row(self, to: "Membership | User | str", **fields: Any) -> "Mail":
        mail = self.model(**(fields | _recipient(to)))
        mail.circle_id = mail.circle_id or _circle_of(mail)
        if mail.user and (why := self.model.why_not(mail.kind, mail.user)):
            mail.dropped_at, mail.last_error = timezone.now(), why
        return mail

    def check_daily_sum(self, circle: "Circle") -> None:
        """Check that a circle may email its members about one more thing today.

        Call it in the transaction that will, before `queue`. Calling something off is never
        held up: it can't happen more often than announcing it.

        Raises:
            LimitReached: people of this circle had `MOST_A_DAY` things emailed within a day.
        """
        with one_at_a_time(f"mails of circle {circle.pk}"):
            lately = self.filter(kind__in=self.model.BY_HAND, created_at__gt=timezone.now() - DAY)
            causes = lately.order_by().values("cause").annotate(first=Min("created_at"))
            # Each cause is about a meeting or about a poll. Asked for both at once, a database
            # would look through the outbox of all circles.
            of_meetings, of_polls = (
                causes.filter(**{f"{about}__circle": circle}) for about in ("meeting", "poll")
            )
            both = of_meetings.union(of_polls, all=True).order_by("-first")
            oldest = list(both[MOST_A_DAY - 1 : MOST_A_DAY])
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
        sent as one email. What changes where people have to be goes alone, so that its subject
        says it. No two workers claim the same rows: PostgreSQL skips rows that another
        transaction has locked, and SQLite allows one writer at a time (IMMEDIATE).
        """
        now = timezone.now()
        free = self.unclaimed().select_for_update(skip_locked=True).order_by("due_at", "pk")
        while first := free.filter(due_at__lte=now).first():
            near = [first]
            if first.user_id:
                others = free.filter(user=first.user_id, due_at__lte=now + HOUR)
                near += others.exclude(pk=first.pk)
            group, held = _together(near, now)
            taken = self.filter(pk__in=[mail.pk for mail in group])
            wait_until = self._quiet_until(group, held, now)
            if not wait_until:
                taken.update(claimed_until=now + LEASE)
                return [mail.pk for mail in group]
            taken.update(due_at=wait_until)
        return []

    def _quiet_until(
        self, group: "list[Mail]", held: "list[Mail]", now: datetime
    ) -> datetime | None:
        """When to send these, if all of them can wait: when the last of what this person is about
        to get anyway is due, and an hour after their last email."""
        if not group[0].user_id or any(mail.is_pressing for mail in group):
            return None
        last = self.lately(group[0].user_id).aggregate(last=Max("sent_at"))["last"]
        moments = [mail.due_at for mail in held] + ([last + HOUR] if last else [])
        return max(moments, default=None)

    def recipients(self) -> int:
        """How many people and addresses these go to."""
        return self.order_by().values("user", "address").distinct().count()

    def send_now(self) -> int:
        """Send these with no further wait. Returns how many had not left yet."""
        now = timezone.now()
        return self.unclaimed().update(due_at=now, hurried_at=now)

    def stop(self) -> int:
        """Don't send these, because a facilitator said so. Returns how many had not left yet."""
        return self.unclaimed().filter(kind__in=self.model.STOPPABLE).drop(self.model.STOPPED)

    def take_up_again(self, why: str) -> int:
        """Send what was dropped for this reason after all. Returns how many there are."""
        due_at = timezone.now() + settings.MAIL_WAIT
        dropped = self.dropped_because(why)
        return dropped.update(dropped_at=None, last_error="", due_at=due_at)

    def dropped_because(self, why: str) -> Self:
        """Not sent, for this reason."""
        return self.filter(dropped_at__isnull=False, sent_at=None, last_error=why)

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
    return {"user": each.user, "membership": each}


def _circle_of(mail: "Mail") -> int | None:
    """The id of the circle that an email comes from, so that its list finds it."""
    subjects = (mail.membership, mail.meeting, mail.poll, mail.invitation)
    return next((subject.circle_id for subject in subjects if subject), None)


def _together(near: "list[Mail]", now: datetime) -> "tuple[list[Mail], list[Mail]]":
    """Which of these, all to one person, go as one email now, and which of them still wait.

    One that goes alone takes along only what it says as well, and goes before all others.
    """
    alone = [mail for mail in near if mail.kind in mail.ALONE and mail.due_at <= now]
    if alone:
        first = alone[0]
        return [first, *(mail for mail in near if mail != first and first.covers(mail))], []
    calm = [mail for mail in near if mail.kind not in mail.ALONE]
    held = [mail for mail in calm if mail.is_held(now)]
    return [mail for mail in calm if mail not in held], held
