"""The roles of a meeting: whose turn each is, taking a role, and giving it back.

Roles rotate. The next turn goes to the person who had the role least often, then to the one
who had it longest ago, then to the one with the fewest roles of any kind. No one gets two
roles in one meeting while there are enough people. The same data always gives the same
suggestion.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Case, FilteredRelation, Q, QuerySet, When
from django.utils import timezone

from config.prepared import prepared

from ..models import Meeting, Membership, Roster, Rsvp

if TYPE_CHECKING:
    from ..models import Circle


NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Slot:
    """One role at one meeting.

    Args:
        role: its name, one of Meeting.ROLES.
        person: the membership that has the role; None if it is open.
        suggested: whose turn it is; None if the role is taken or no one is coming.
    """

    role: str
    person: Membership | None
    suggested: Membership | None = None

    @property
    def label(self) -> str:
        return Meeting.role_label(self.role)


@dataclass
class Turn:
    """Who had one role, when last and how often, and who never had it.

    Args:
        role: its name, one of Meeting.ROLES.
        done: [(membership, latest start, how many times), …], latest first.
        never: current members who never had it.
    """

    role: str
    done: list[tuple[Membership, datetime, int]]
    never: list[Membership]

    @property
    def label(self) -> str:
        return Meeting.role_label(self.role)


@prepared
def _turns(
    circle: int, now: datetime, since: datetime, *, drafts: bool
) -> "QuerySet[Meeting, tuple[Any, ...]]":
    meetings = Meeting.objects.filter(circle=circle, cancelled_at=None)
    ahead = Q(starts_at__gt=now, started_at=None, ended_at=None)
    if not drafts:
        ahead &= Q(scheduled_at__isnull=False)
    away = Q(rsvps__answer=Rsvp.Answer.NO, starts_at__gt=now)
    rows = meetings.filter(meetings.past_ones(since) | ahead).annotate(
        away=FilteredRelation("rsvps", condition=away),
        ahead=Case(When(ahead, then="pk")),
    )
    ids = [f"{role}_id" for role in Meeting.ROLES]
    return rows.order_by("-starts_at", "-pk").values_list(
        "starts_at", "ahead", "away__membership", *ids
    )


class Rotation:
    """A circle's roles as one member sees them. Three queries, however many meetings.

    Args:
        circle: which circle.
        membership: of the member.
        roster: the circle's people, if the page has read them already.
    """

    def __init__(
        self, circle: "Circle", membership: Membership, roster: Roster | None = None
    ) -> None:
        self.circle, self.membership = circle, membership
        self._roster = roster

    @staticmethod
    def includes(meeting: Meeting) -> bool:
        """Whether roles are suggested for this meeting: it is still to come."""
        begun_or_over = meeting.started_at or meeting.ended_at or meeting.cancelled_at
        return not begun_or_over and meeting.starts_at > timezone.now()

    @cached_property
    def roster(self) -> Roster:
        taken = [pk for _starts_at, *ids in self._ahead.values() for pk in ids]
        return self._roster or Roster(self.circle, self.membership, also=taken)

    @property
    def people(self) -> list[Membership]:
        return self.roster.members

    @cached_property
    def upcoming(self) -> list[Meeting]:
        """Upcoming meetings that this member may see, soonest first."""
        visible = self.circle.meetings.visible_to(self.membership)
        meetings = list(visible.to_come().for_cards())
        for meeting in meetings:
            meeting.circle = self.circle
        return meetings

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        """Of each past and upcoming meeting, the newest first: (start, its id if it is upcoming,
        the id of one member who RSVPed no to it, a membership's id for each role in order). An
        upcoming meeting comes once for each such member."""
        since, drafts = Meeting.over_if_unstarted_since(), self.membership.is_facilitator
        return _turns(self.circle.pk, timezone.now(), since, drafts=drafts)

    @property
    def _past(self) -> list[tuple[Any, ...]]:
        """[(start, a membership's id for each role in order), …] of past meetings, newest first."""
        return [(starts_at, *ids) for starts_at, ahead, _away, *ids in self._rows if ahead is None]

    @cached_property
    def _ahead(self) -> dict[int, tuple[Any, ...]]:
        """The same of upcoming meetings, soonest first: {meeting's id: (start, id, …)}."""
        rows = reversed(self._rows)
        return {ahead: (starts_at, *ids) for starts_at, ahead, _away, *ids in rows if ahead}

    @cached_property
    def _away(self) -> set[tuple[int, int]]:
        """Ids (meeting, membership) of people who RSVPed no."""
        return {(ahead, away) for _start, ahead, away, *_ids in self._rows if ahead and away}

    def _done(self) -> dict[tuple[str, int], list[datetime]]:
        """When each person had each role: {(role, membership's id): [starts]}.

        Roles already taken at upcoming meetings count too.
        """
        done: dict[tuple[str, int], list[datetime]] = {}
        for starts_at, *ids in [*self._past, *self._ahead.values()]:
            for role, pk in zip(Meeting.ROLES, ids, strict=True):
                if pk:
                    done.setdefault((role, pk), []).append(starts_at)
        return done

    @cached_property
    def slots(self) -> dict[int, list[Slot]]:
        """The roles of each upcoming meeting: {meeting's id: [Slot, …]}."""
        done = self._done()
        total: Counter[int] = Counter()
        for (_role, pk), moments in done.items():
            total[pk] += len(moments)
        slots = {}
        for meeting, (starts_at, *ids) in self._ahead.items():
            slots[meeting] = [
                Slot(role, self.roster.known.get(pk))
                for role, pk in zip(Meeting.ROLES, ids, strict=True)
            ]
            busy = {slot.person.pk for slot in slots[meeting] if slot.person}
            for slot in slots[meeting]:
                if slot.person is None:
                    slot.suggested = self._next(slot.role, meeting, busy, done, total)
                    if slot.suggested:
                        pk = slot.suggested.pk
                        busy.add(pk)
                        total[pk] += 1
                        done.setdefault((slot.role, pk), []).append(starts_at)
        return slots

    def _next(
        self,
        role: str,
        meeting: int,
        busy: set[int],
        done: dict[tuple[str, int], list[datetime]],
        total: Counter[int],
    ) -> Membership | None:
        """Whose turn it is. A person with another role at this meeting is the last resort."""
        coming = [person for person in self.people if (meeting, person.pk) not in self._away]
        free = [person for person in coming if person.pk not in busy]

        def burden(person: Membership) -> tuple[int, datetime, int, int]:
            moments = done.get((role, person.pk), [])
            return len(moments), max(moments, default=NEVER), total[person.pk], person.pk

        return min(free or coming, key=burden, default=None)

    @property
    def labels(self) -> list[Any]:
        """What the roles are called, in their order."""
        return [Meeting.role_label(role) for role in Meeting.ROLES]

    @property
    def meetings(self) -> list[tuple[Meeting, list[Slot]]]:
        """[(meeting, its slots), …], soonest first."""
        return [(meeting, self.slots[meeting.pk]) for meeting in self.upcoming]

    @property
    def turns(self) -> list[Turn]:
        """Which current members had each role: [Turn, …]."""
        by_id = {person.pk: person for person in self.people}
        turns = []
        for column, role in enumerate(Meeting.ROLES, 1):
            moments: dict[Membership, list[datetime]] = {}
            for row in self._past:
                if row[column] in by_id:
                    moments.setdefault(by_id[row[column]], []).append(row[0])
            done = [(person, starts[0], len(starts)) for person, starts in moments.items()]
            never = [person for person in self.people if person not in moments]
            turns.append(Turn(role, done, never))
        return turns


def take(meeting: Meeting, membership: Membership, role: str) -> bool:
    """Take a role if it is open. Returns whether this member has it now.

    If two people take it at once, the first one gets it: the update only matches an open role.
    """
    Meeting.objects.filter(pk=meeting.pk, **{role: None}).update(**{role: membership})
    return Meeting.objects.filter(pk=meeting.pk, **{role: membership}).exists()


def give_back(meeting: Meeting, membership: Membership, role: str) -> None:
    """Make a role open again if this member has it; otherwise nothing changes."""
    Meeting.objects.filter(pk=meeting.pk, **{role: membership}).update(**{role: None})
