"""Reminders, due by the clock of each circle.

The worker repeatedly queues what became due since its last look. The time of that look is saved
in the same transaction as the reminders (`Heartbeat.reminded_until`), so nothing is missed
while the worker is stopped and nothing old is sent when it starts. A late reminder that is
still useful is sent in the daytime; one that is too late is saved as dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import ActionItem, Heartbeat, Mail, Meeting, Membership

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# The time of day for reminders on the circle's wall clock, and the hours without any.
AT = time(10)
DAY_BEGINS, DAY_ENDS = time(8), time(21)
# A meeting that was announced this recently needs no reminder yet.
FRESH = timedelta(hours=12)


@dataclass(frozen=True)
class Reminder:
    """A reminder some days before a meeting. It is useless later than `late` after it is due."""

    label: "StrPromise"
    days: int
    late: timedelta


# A circle chooses from these (`Circle.reminder_days`).
MEETING_REMINDERS = [
    Reminder(_("Three weeks before"), 21, timedelta(days=4)),
    Reminder(_("Two weeks before"), 14, timedelta(days=4)),
    Reminder(_("One week before"), 7, timedelta(days=3)),
    Reminder(_("Three days before"), 3, timedelta(days=1)),
    Reminder(_("One day before"), 1, timedelta(days=1)),
]
MEETING_KINDS = [Mail.Kind.REMINDER, Mail.Kind.NUDGE]
READING_REMINDER = Reminder(_("Five days before"), 5, timedelta(days=2))
ACTION_REMINDER = Reminder(_("Two days before"), 2, timedelta(days=2))


def queue_due(now: datetime | None = None) -> int:
    """Queue the reminders that became due since the last look. Returns the number of causes.

    If two workers run at once, the second one waits and finds nothing new.
    """
    now = now or timezone.now()
    heart, _is_new = Heartbeat.objects.get_or_create(
        name="worker", defaults={"beat_at": now, "reminded_until": now}
    )
    with heart.locked():
        since, until = heart.reminded_until, _last_quarter(now)
        if since == until:
            return 0
        if since > until:
            # The clock was set back. What comes again isn't queued twice: its cause is known.
            Heartbeat.objects.filter(pk=heart.pk).update(reminded_until=until)
            return 0
        number = _meetings(since, until, now) + _actions(since, until, now)
        Heartbeat.objects.filter(pk=heart.pk).update(reminded_until=until)
    return number


def _last_quarter(now: datetime) -> datetime:
    """The last quarter hour. Time zones differ by whole quarter hours, so 10 AM in every zone
    is on one, and looking more often would find nothing."""
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)


def moment(day: date, reminder: Reminder, zone: ZoneInfo) -> datetime:
    """When a reminder about something on this day is due, by the wall clock of the zone."""
    return datetime.combine(day - timedelta(days=reminder.days), AT, zone)


def _sending(due: datetime, now: datetime, last: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """How to queue a reminder that was due at `due`: now, in the morning, or as dropped."""
    local = now.astimezone(zone)
    sends = now
    if local.time() < DAY_BEGINS or local.time() >= DAY_ENDS:
        morning = local.date() + timedelta(days=local.time() >= DAY_ENDS)
        sends = datetime.combine(morning, DAY_BEGINS, zone)
    if sends > last:
        return {"due_at": due, "dropped_at": now, "last_error": "too late to be useful"}
    return {"due_at": sends}


@cache
def _time_zones() -> set[str]:
    """All names of time zones, which are read from many files."""
    return available_timezones()


def _mornings(since: datetime, until: datetime) -> dict[date, set[ZoneInfo]]:
    """The days on which `AT` came since the last look, each with the time zones where it did."""
    found: dict[date, set[ZoneInfo]] = {}
    for name in _time_zones():
        zone = ZoneInfo(name)
        day = since.astimezone(zone).date()
        while (at := datetime.combine(day, AT, zone)) <= until:
            if at > since:
                found.setdefault(day, set()).add(zone)
            day += timedelta(days=1)
    return found


def _due(since: datetime, until: datetime, now: datetime) -> list[tuple[Meeting, Reminder]]:
    """The meetings that a reminder became due of, in their order.

    Only meetings that are the right number of days away are read: most looks read none, and none
    reads all that lie ahead.
    """
    upcoming = (
        # As the condition of the index says it.
        Meeting.objects.filter(scheduled_at__isnull=False)
        .filter(cancelled_at=None, started_at=None, ended_at=None, starts_at__gt=now)
        .select_related("circle")
    )
    due = []
    for morning, zones in _mornings(since, until).items():
        for reminder in [*MEETING_REMINDERS, READING_REMINDER]:
            day = morning + timedelta(days=reminder.days)
            begins = min(datetime.combine(day, time.min, zone) for zone in zones)
            ends = max(datetime.combine(day + timedelta(days=1), time.min, zone) for zone in zones)
            due += [
                (meeting, reminder)
                for meeting in upcoming.filter(starts_at__gte=begins, starts_at__lt=ends)
                if meeting.local_start.date() == day
                if reminder is READING_REMINDER or reminder.days in meeting.circle.reminder_days
            ]
    return sorted(due, key=lambda each: (each[0].starts_at, each[0].pk))


def _meetings(since: datetime, until: datetime, now: datetime) -> int:
    due = [
        (meeting, reminder, when)
        for meeting, reminder in _due(since, until, now)
        for when in [moment(meeting.local_start.date(), reminder, meeting.zone)]
        if since < when <= until and meeting.scheduled_at and when > meeting.scheduled_at + FRESH
    ]
    ids = {meeting.pk for meeting, _reminder, _when in due}
    people, answers = _people(ids), _answers(ids)
    with_readings = set(
        Meeting.objects.filter(pk__in=ids).exclude(readings=None).values_list("pk", flat=True)
    )
    for meeting, reminder, when in due:
        given = answers.get(meeting.pk, {})
        last = min(when + reminder.late, meeting.starts_at - timedelta(hours=3))
        how = _sending(when, now, last, meeting.zone)
        cause = f"meeting-{meeting.pk}-%s-{reminder.days}d-{meeting.local_start.date()}"
        to = recipients(people.get(meeting.circle_id, []), given, when)
        kinds = [Mail.Kind.READING] if reminder is READING_REMINDER else MEETING_KINDS
        if reminder is READING_REMINDER and meeting.pk not in with_readings:
            continue
        for kind in kinds:
            members = to[kind]
            Mail.objects.queue(kind, cause % kind.value, to=members, meeting=meeting, **how)
    return len(due)


def recipients(
    people: Iterable[Membership], given: dict[int, str], at: datetime
) -> dict[Mail.Kind, list[Membership]]:
    """Who gets which reminder: people who were there when it fell due, by their RSVPs."""
    there = [m for m in people if m.joined_at < at]
    return {
        Mail.Kind.READING: [m for m in there if given.get(m.pk) != "no"],
        Mail.Kind.REMINDER: [m for m in there if given.get(m.pk, "no") != "no"],
        Mail.Kind.NUDGE: [m for m in there if m.pk not in given],
    }


def reading_due_at(meeting: Meeting) -> datetime | None:
    """When people are reminded of a meeting's reading; None if they won't be."""
    at = moment(meeting.local_start.date(), READING_REMINDER, meeting.zone)
    since = meeting.scheduled_at or timezone.now()
    is_ahead = meeting.is_to_come and at > timezone.now() and at > since + FRESH
    return at if is_ahead else None


def _people(meeting_ids: set[int]) -> dict[int, list[Membership]]:
    """The members of these meetings' circles, by circle."""
    people: dict[int, dict[int, Membership]] = {}
    current = Membership.objects.current().select_related("user")
    for membership in current.filter(circle__meetings__in=meeting_ids):
        people.setdefault(membership.circle_id, {})[membership.pk] = membership
    return {circle: list(members.values()) for circle, members in people.items()}


def _answers(meeting_ids: set[int]) -> dict[int, dict[int, str]]:
    """The RSVPs, by meeting and membership."""
    answers: dict[int, dict[int, str]] = {}
    rows = Meeting.objects.filter(pk__in=meeting_ids, rsvps__isnull=False)
    for meeting, membership, answer in rows.values_list("pk", "rsvps__membership", "rsvps__answer"):
        answers.setdefault(meeting, {})[membership] = answer
    return answers


def _actions(since: datetime, until: datetime, now: datetime) -> int:
    """Queue reminders of action items with a due date and an owner."""
    near = (
        (since - timedelta(days=1)).date(),
        (now + timedelta(days=ACTION_REMINDER.days + 1)).date(),
    )
    actions = (
        ActionItem.objects.filter(done_at=None, due_on__range=near, owner__isnull=False)
        .filter(owner__left_at=None)
        .select_related("meeting", "owner__user")
        .order_by("due_on", "pk")
    )
    number = 0
    for action in actions:
        zone, when = action.meeting.zone, _action_moment(action)
        if when and action.owner and since < when <= until:
            Mail.objects.queue(
                Mail.Kind.ACTION,
                f"action-{action.pk}-{action.due_on}",
                to=[action.owner],
                action_item=action,
                **_sending(when, now, when + ACTION_REMINDER.late, zone),
            )
            number += 1
    return number


def action_due_at(action: ActionItem) -> datetime | None:
    """When its owner is reminded of an action item; None if no one will be."""
    at = _action_moment(action)
    is_open = not action.done_at and action.owner and not action.owner.left_at
    return at if at and is_open and at > timezone.now() else None


def _action_moment(action: ActionItem) -> datetime | None:
    """When a reminder falls due. An item without an owner or a due date has none, nor has one
    that was added shortly before."""
    if not action.due_on or not action.owner:
        return None
    at = moment(action.due_on, ACTION_REMINDER, action.meeting.zone)
    return at if at > action.created_at + FRESH else None
