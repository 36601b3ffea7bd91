"""What happened in a person's circles of late, and what they did after a meeting: one query."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from config.prepared import prepared

from ..models import Evaluation, Meeting, Membership, Note, Reading
from ..models.feedback import giver_hashes

NOTES, READINGS, ASKS, JOINED, FEEDBACK, TAKEAWAYS = range(6)

# Longer ago isn't news, even for someone who was away longer.
NEWS_LAST = timedelta(days=21)


@prepared
def _found(
    circles: Collection[int],
    meetings: Collection[int],
    ended: Collection[int],
    memberships: Collection[int],
    givers: Collection[str],
    user: int,
    since: datetime,
) -> "QuerySet[Any, tuple[Any, ...]]":
    """Of each thing that happened: (what, id of the meeting or circle, how many, when, who)."""
    no_one, counted, newest = Value(""), Count("pk"), Max("created_at")
    notes = Note.objects.filter(deleted_at=None).order_by()
    new = notes.filter(meeting__in=meetings, created_at__gt=since).exclude(author=user)
    new_notes = new.values("meeting").annotate(number=counted, at=newest)
    mine = Q(membership=None) | Q(membership__in=memberships)
    readings = Reading.objects.filter(mine, meeting__in=meetings, assigned_at__gt=since)
    new_readings = (
        readings.order_by()
        .values("meeting")
        .annotate(number=Count("section", distinct=True), at=Max("assigned_at"))
    )
    here = Membership.objects.filter(circle__in=circles, left_at=None).exclude(user=user)
    people = here.filter(Q(approved_at__gt=since) | Q(approved_at=None)).annotate(
        what=Case(
            When(approved_at=None, then=Value(ASKS)),
            default=Value(JOINED),
            output_field=IntegerField(),
        ),
        at=Coalesce("approved_at", "joined_at"),
    )
    given = Evaluation.objects.filter(meeting__in=ended, giver__in=givers).order_by()
    takeaways = notes.filter(meeting__in=ended, author=user, kind=Note.Kind.TAKEAWAY)
    return new_notes.values_list(Value(NOTES), "meeting", "number", "at", no_one).union(
        new_readings.values_list(Value(READINGS), "meeting", "number", "at", no_one),
        people.values_list("what", "circle", Value(1), "at", "user__display_name"),
        given.values_list(Value(FEEDBACK), "meeting", Value(1), F("meeting__ended_at"), no_one),
        takeaways.values_list(Value(TAKEAWAYS), "meeting", Value(1), "created_at", no_one),
        all=True,
    )


@dataclass
class Lately:
    """What happened: each by the id of its meeting, people by that of their circle.

    Args:
        notes, readings: {meeting's id: (how many are new to this person, when the last came)}.
        joined, asks: {circle's id: [(name, when), …]}, who joined and who asks to join.
        feedback: ids of meetings that just ended on which they gave feedback.
        takeaways: {meeting's id: how many takeaways of theirs}, likewise.
    """

    notes: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    readings: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    joined: dict[int, list[tuple[str, datetime]]] = field(default_factory=lambda: defaultdict(list))
    asks: dict[int, list[tuple[str, datetime]]] = field(default_factory=lambda: defaultdict(list))
    feedback: set[int] = field(default_factory=set)
    takeaways: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def lately(
    memberships: dict[int, Membership],
    meetings: Collection[Meeting],
    ended: Collection[Meeting],
    since: datetime,
) -> Lately:
    """What happened in a person's circles since this moment.

    Args:
        memberships: theirs, by the circle's id; at least one.
        meetings: of which notes and readings are news.
        ended: of which it tells what the person did afterward.
        since: when their last visit ended.
    """
    user = next(iter(memberships.values())).user_id
    givers = [one for meeting in ended for one in giver_hashes(meeting.pk, user)]
    found = Lately()
    rows = _found(
        [*memberships],
        [meeting.pk for meeting in meetings],
        [meeting.pk for meeting in ended],
        [mine.pk for mine in memberships.values()],
        givers,
        user,
        since,
    )
    for what, pk, number, at, who in rows:
        if what == FEEDBACK:
            found.feedback.add(pk)
        elif what == TAKEAWAYS:
            found.takeaways[pk] += number
        elif what in (ASKS, JOINED):
            (found.asks if what == ASKS else found.joined)[pk].append((who, at))
        else:
            (found.notes if what == NOTES else found.readings)[pk] = (number, at)
    return found
