"""The emails of one cause, as facilitators see them: waiting, sent, failed, or dropped.

Beside what caused them, they can be sent now or stopped. The page of a circle's emails lists them
all. No email's words are here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.addresses import reverse
from config.when import when

from ..models import Circle, Mail, Meeting
from ..models.mail_querysets import HOUR

if TYPE_CHECKING:
    from ..models import DatePoll
    from ..models.mail_querysets import MailQuerySet


@dataclass
class Sent:
    """The emails of one cause: those that wait, left, failed, or were dropped.

    Args:
        circle: from which they come.
        first: the id of one of them, which names the cause in an address.
        waiting, sent, failed: how many there are of each.
        due, left: when the last of those that wait leaves, and of those that are sent left.
        slower: how many of those that wait may leave within the hour only, as their reader just
            had another email.
        mails: each of them, where the page names people.
        more: as `first`, of other causes that are shown with this one.
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
    slower: int = 0
    mails: "tuple[Mail, ...]" = ()
    more: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """“Meeting announced”, or of several, “Meeting announced (3 meetings)”."""
        label = str(Mail.Kind(self.kind).label)
        if not self.more:
            return label
        number = 1 + len(self.more)
        text = ngettext("%(kind)s (%(number)d meeting)", "%(kind)s (%(number)d meetings)", number)
        return text % {"kind": label, "number": number}

    @property
    def can_be_stopped(self) -> bool:
        return bool(self.waiting) and self.kind in Mail.STOPPABLE

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """What can be done with those that wait: [(label, address), …]."""
        names = {"mail_send": _("Send now")}
        if self.can_be_stopped:
            names["mail_stop"] = _("Don’t send")
        at = [self.circle.slug, self.first]
        return [(label, reverse(f"circles:{name}", args=at)) for name, label in names.items()]

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
        elif self.slower:
            text = ngettext(
                "Goes to %(number)d person within the hour",
                "Goes to %(number)d people within the hour",
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
        if Mail.POLL_CANCELED_FIRST in reasons:
            return _("The poll was canceled before it left.")
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
    "slower": Count("pk", filter=_WAITING & Q(is_slower=True)),
}


def _by_cause(mails: "MailQuerySet") -> Any:
    """A row for each cause of these: its kind, and how many of them wait, left, and so on."""
    return mails.with_hold_up().order_by().values("kind", "cause").annotate(**_SUMS)


def waiting_about(subject: "Meeting | DatePoll") -> list[Sent]:
    """The emails about a meeting or a poll that wait in the outbox. One query."""
    causes = _by_cause(subject.mails.waiting()).order_by("first")
    return [_sent(subject.circle, row) for row in causes]


def waiting_at_meetings(circle: Circle) -> list[Sent]:
    """What buttons queued about any meetings of a circle and hasn't left yet, each kind once,
    with the number of people. One query."""
    mails = Mail.objects.waiting().filter(circle=circle, meeting__isnull=False, kind__in=Mail.HELD)
    names = ("kind", "cause", "pk", "user", "due_at", "is_slower")
    rows = list(mails.with_hold_up().order_by("pk").values_list(*names))
    together = []
    for kind in dict.fromkeys(row[0] for row in rows):
        of_kind = [row for row in rows if row[0] == kind]
        firsts: dict[str, int] = {}
        for row in of_kind:
            firsts.setdefault(row[1], row[2])
        cause, *_others = firsts
        together.append(
            Sent(
                circle=circle,
                kind=kind,
                cause=cause,
                first=firsts[cause],
                waiting=len({row[3] for row in of_kind}),
                due=max(row[4] for row in of_kind),
                slower=sum(row[5] for row in of_kind),
                more=tuple(firsts.values())[1:],
            )
        )
    return together


def causes_of(circle: Circle) -> Any:
    """All that a circle emailed, newest first: rows to be paged, and read with `read_causes`.

    That an email failed is part of what failed, not an entry of its own.
    """
    mails = Mail.objects.filter(circle=circle).exclude(kind=Mail.Kind.DELIVERY_FAILED)
    return _by_cause(mails).order_by("-first")


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
