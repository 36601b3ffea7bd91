"""Who gets an email and when: before a button sends it, while it waits, and afterward.

Facilitators see this beside the button and on the page of their circle's emails. No email's words
are here. The rules are those of the outbox itself: `audience()` of a meeting or a poll, and
`Mail.why_not` and `Mail.wait`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.when import when

from ..models import Circle, Mail, Meeting, Rsvp
from . import reminders

if TYPE_CHECKING:
    from ..models import DatePoll
    from ..models.memberships import MembershipQuerySet

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Planned:
    """The emails that a button would send.

    Args:
        number: how many people get one.
        wait: how long until they leave.
        is_slower: someone just had another email, so theirs may leave within the hour.
    """

    number: int
    wait: timedelta
    is_slower: bool = False

    @property
    def words(self) -> str:
        """“Emails 8 people, in 5 minutes”."""
        values = {"number": self.number, "minutes": ceil(self.wait.total_seconds() / 60)}
        if not self.number:
            text = _("No one gets an email")
        elif self.is_slower:
            text = ngettext(
                "Emails %(number)d person within the hour",
                "Emails %(number)d people within the hour",
                self.number,
            )
        elif self.wait:
            text = ngettext(
                "Emails %(number)d person, in %(minutes)d minutes",
                "Emails %(number)d people, in %(minutes)d minutes",
                self.number,
            )
        else:
            text = ngettext(
                "Emails %(number)d person right away",
                "Emails %(number)d people right away",
                self.number,
            )
        return text % values


def planned(kind: Mail.Kind, people: Iterable[Any], meeting: Meeting | None = None) -> Planned:
    """What queueing this kind to these people would send.

    Args:
        kind: of the email.
        people: read by `readers`.
        meeting: what it is about.
    """
    told = [each for each in people if not Mail.why_not(kind, each.user)]
    is_slower = kind not in Mail.URGENT and any(each.had_email_lately for each in told)
    return Planned(len(told), Mail.wait(kind, meeting), is_slower)


def readers(people: "MembershipQuerySet") -> Any:
    """These with what decides whether and when an email reaches them."""
    lately = Exists(Mail.objects.lately(OuterRef("user")))
    return people.select_related("user").annotate(had_email_lately=lately)


def planned_for(kind: Mail.Kind, subject: "Meeting | DatePoll") -> Planned:
    """The same for a meeting or a poll, saved or not. One query."""
    meeting = subject if isinstance(subject, Meeting) else None
    people = subject.audience(kind) if subject.pk else subject.circle.memberships.current()
    return planned(kind, readers(people), meeting)


def planned_for_all(kind: Mail.Kind, circle: Circle) -> Planned:
    """The same for every member of a circle. One query."""
    return planned(kind, readers(circle.memberships.current()))


def planned_at_poll(poll: "DatePoll") -> dict[str, Planned]:
    """What the buttons of a poll send: a reminder, and the meeting's announcement. One query."""
    unanswered = poll.audience(Mail.Kind.POLL_NUDGE).filter(pk=OuterRef("pk"))
    everyone = poll.circle.memberships.current().annotate(is_asked=Exists(unanswered))
    people = list(readers(everyone))
    asked = [each for each in people if each.is_asked]
    return {
        "remind": planned(Mail.Kind.POLL_NUDGE, asked),
        "announce": planned(Mail.Kind.SCHEDULED, people),
    }


def reading_reminder(meeting: Meeting) -> str:
    """“Emails 8 people Saturday, December 12 at 10 AM”, of the reading that a meeting has; empty
    if none will go out. One query."""
    at = reminders.reading_due_at(meeting)
    if at is None:
        return ""
    answer = Rsvp.objects.filter(meeting=meeting, membership=OuterRef("pk")).values("answer")
    people = meeting.circle.memberships.current().select_related("user")
    rows: list[Any] = list(people.annotate(said=Subquery(answer[:1])))
    given = {each.pk: each.said for each in rows if each.said}
    kind = Mail.Kind.READING
    told = [
        each
        for each in reminders.recipients(rows, given, at)[kind]
        if not Mail.why_not(kind, each.user)
    ]
    text = ngettext(
        "Reminds %(number)d person by email %(when)s, unless they’re done reading",
        "Reminds %(number)d people by email %(when)s, unless they’re done reading",
        len(told),
    )
    return text % {"number": len(told), "when": when(at)} if told else ""


@dataclass
class Sent:
    """The emails of one cause: those that wait, left, failed, or were dropped.

    Args:
        circle: from which they come.
        first: the id of one of them, which names the cause in an address.
        waiting, sent, failed: how many there are of each.
        due, left: when the last of those that wait leaves, and of those that are sent left.
        mails: each of them, where the page names people.
    """

    circle: Circle
    kind: str
    cause: str
    first: int
    waiting: int
    due: datetime | None
    sent: int = 0
    left: datetime | None = None
    failed: int = 0
    mails: "tuple[Mail, ...]" = ()

    @property
    def label(self) -> str:
        return str(Mail.Kind(self.kind).label)

    @property
    def can_be_stopped(self) -> bool:
        return bool(self.waiting) and self.kind in Mail.STOPPABLE

    @property
    def goes_out(self) -> str:
        """“Goes to 8 people in 4 minutes”, for those that wait."""
        due_at = self.due or timezone.now()
        left = due_at - timezone.now()
        values = {
            "number": self.waiting,
            "minutes": max(1, ceil(left.total_seconds() / 60)),
            "when": when(due_at.astimezone(self.circle.zone)),
        }
        if left <= timedelta(0):
            text = ngettext(
                "Going out to %(number)d person now",
                "Going out to %(number)d people now",
                self.waiting,
            )
        elif left > HOUR:
            text = ngettext(
                "Goes to %(number)d person %(when)s",
                "Goes to %(number)d people %(when)s",
                self.waiting,
            )
        elif values["minutes"] == 1:
            text = ngettext(
                "Goes to %(number)d person in a minute",
                "Goes to %(number)d people in a minute",
                self.waiting,
            )
        else:
            text = ngettext(
                "Goes to %(number)d person in %(minutes)d minutes",
                "Goes to %(number)d people in %(minutes)d minutes",
                self.waiting,
            )
        return text % values

    # --- On the page of a circle's emails ---

    @property
    def alone(self) -> "list[Sent]":
        return [self]

    @cached_property
    def about(self) -> "Meeting | DatePoll | None":
        return (self.mails[0].meeting or self.mails[0].poll) if self.mails else None

    @property
    def shows_names(self) -> bool:
        """Who gets no reminder of reading has read all of it, and that's their own business."""
        return self.kind != Mail.Kind.READING

    @property
    def names(self) -> list[str]:
        """Whom it goes or went to."""
        return [mail.to_whom for mail in self.mails if not (mail.dropped_at or mail.failed_at)]

    @property
    def lost(self) -> list[str]:
        """Whom it didn't reach."""
        return [mail.to_whom for mail in self.mails if mail.failed_at]

    @property
    def why_none(self) -> str:
        """Why no one got it, if no one did."""
        if self.waiting or self.sent or self.failed:
            return ""
        reasons = {mail.last_error for mail in self.mails}
        if Mail.STOPPED in reasons:
            return _("A facilitator stopped it.")
        if Mail.CANCELED_FIRST in reasons:
            return _("The meeting was canceled before it left.")
        return _("It wasn’t needed anymore.")


# What is known of each cause. A failed email was never sent, or it was returned.
_WAITING = Q(sent_at=None, dropped_at=None, failed_at=None)
_SUMS: dict[str, Any] = {
    "first": Min("pk"),
    "waiting": Count("pk", filter=_WAITING),
    "due": Max("due_at", filter=_WAITING),
    "sent": Count("pk", filter=Q(sent_at__isnull=False, failed_at=None)),
    "left": Max("sent_at"),
    "failed": Count("pk", filter=Q(failed_at__isnull=False)),
}


def waiting_about(subject: "Meeting | DatePoll") -> list[Sent]:
    """The emails about a meeting or a poll that wait in the outbox. One query."""
    causes = subject.mails.waiting().order_by().values("kind", "cause").annotate(**_SUMS)
    return [_sent(subject.circle, row) for row in causes.order_by("first")]


def causes_of(circle: Circle) -> Any:
    """All that a circle emailed, newest first: rows to be paged, and read with `read_causes`.

    That an email failed is part of what failed, not an entry of its own.
    """
    mails = Mail.objects.filter(circle=circle).exclude(kind=Mail.Kind.DELIVERY_FAILED)
    rows = mails.order_by().values("kind", "cause").annotate(**_SUMS)
    return rows.order_by("-first")


def read_causes(circle: Circle, rows: Iterable[dict[str, Any]]) -> list[Sent]:
    """These rows with the emails of each. One query."""
    rows = list(rows)
    mails: dict[str, list[Mail]] = {}
    causes = [row["cause"] for row in rows]
    found = Mail.objects.filter(circle=circle, cause__in=causes)
    found = found.select_related("user", "meeting__brief", "poll__brief", "invitation")
    for mail in found.order_by("user__display_name", "pk"):
        for subject in (mail.meeting, mail.poll):
            if subject:
                subject.circle = circle
        mails.setdefault(mail.cause, []).append(mail)
    return [_sent(circle, row, mails.get(row["cause"], [])) for row in rows]


def _sent(circle: Circle, row: Any, mails: Iterable[Mail] = ()) -> Sent:
    values = {name: row[name] for name in ("kind", "cause", *_SUMS)}
    return Sent(circle=circle, mails=tuple(mails), **values)
