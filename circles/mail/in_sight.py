"""Who gets an email and when: beside a button that sends it, and in the message afterward.

No email's words are here. What waits and what left is in `causes.py`. The rules are those of the
outbox itself: `audience()` of a meeting or a poll, and `Mail.why_not` and `Mail.wait`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.when import when

from ..models import Circle, Mail, Meeting, Rsvp
from . import reminders

if TYPE_CHECKING:
    from ..models import ActionItem, DatePoll
    from ..models.mail_querysets import MailQuerySet
    from ..models.memberships import MembershipQuerySet


@dataclass(frozen=True)
class Planned:
    """The emails that a button would send, or has just queued.

    Args:
        number: how many people get one.
        wait: how long until they leave.
        is_slower: someone just had another email, so theirs may leave within the hour.
    """

    number: int
    wait: timedelta = timedelta(0)
    is_slower: bool = False

    @property
    def words(self) -> str:
        """“Emails 8 people, in 5 minutes”, beside the button."""
        values = {"number": self.number, "minutes": self.minutes}
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

    @property
    def told(self) -> str:
        """“8 people get an email in 5 minutes.”, once the button was pressed."""
        values = {"number": self.number, "minutes": self.minutes}
        if not self.number:
            text = _("No one gets an email.")
        elif self.is_slower:
            text = ngettext(
                "%(number)d person gets an email within the hour.",
                "%(number)d people get an email within the hour.",
                self.number,
            )
        elif not self.minutes:
            text = ngettext(
                "%(number)d person gets an email right away.",
                "%(number)d people get an email right away.",
                self.number,
            )
        elif self.minutes == 1:
            text = ngettext(
                "%(number)d person gets an email in a minute.",
                "%(number)d people get an email in a minute.",
                self.number,
            )
        else:
            text = ngettext(
                "%(number)d person gets an email in %(minutes)d minutes.",
                "%(number)d people get an email in %(minutes)d minutes.",
                self.number,
            )
        return text % values

    @property
    def minutes(self) -> int:
        """The wait, in whole minutes."""
        return ceil(self.wait.total_seconds() / 60)


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


def planned_undoing(meeting: Meeting) -> Planned:
    """What undoing a cancellation sends: that the meeting is back on, to those who heard that it
    was canceled, and to the others what was dropped because of it. Two queries."""
    heard = meeting.told_of_cancellation()
    people = {mail.user for mail in heard if mail.membership and mail.membership.is_current}
    dropped = meeting.mails.dropped_because(Mail.CANCELED_FIRST).select_related("user")
    people |= {mail.user for mail in dropped}
    kind = Mail.Kind.RESTORED
    told = [each for each in people if each and not Mail.why_not(kind, each)]
    return Planned(len(told), Mail.wait(kind, meeting))


def queued(mails: "MailQuerySet", *kinds: Mail.Kind, since: datetime) -> Planned:
    """What a button just queued, for the message that follows. One query.

    Args:
        mails: of what the button is about.
        kinds: that it may have queued.
        since: when it was pressed. What left before isn't counted.
    """
    coming = mails.filter(kind__in=kinds, dropped_at=None, failed_at=None)
    coming = coming.filter(Q(sent_at=None) | Q(sent_at__gte=since))
    sums = coming.with_hold_up(sent_at__lt=since).aggregate(
        number=Count("user", distinct=True),
        due=Max("due_at"),
        slower=Count("pk", filter=Q(is_slower=True)),
    )
    now = timezone.now()
    wait = max((sums["due"] or now) - now, timedelta(0))
    return Planned(sums["number"], wait, bool(sums["slower"]))


def action_reminder(action: "ActionItem") -> str:
    """“Reminds Ann by email Saturday, December 12 at 10 AM, unless it’s done”, of a saved action
    item; empty if no one is reminded."""
    at = reminders.action_due_at(action)
    if not (at and action.owner) or Mail.why_not(Mail.Kind.ACTION, action.owner.user):
        return ""
    text = _("Reminds %(name)s by email %(when)s, unless it’s done")
    return text % {"name": action.owner, "when": when(at)}


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
