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

from ..models import Meeting, Membership, Rsvp

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


class Rotation:
    """A circle's roles as one member sees them. Four queries, however many meetings."""

    def __init__(self, circle: "Circle", membership: Membership) -> None:
        self.circle, self.membership = circle, membership

    @cached_property
    def people(self) -> list[Membership]:
        return list(self.circle.memberships.current().by_name())

    @cached_property
    def upcoming(self) -> list[Meeting]:
        """Upcoming meetings that this member may see, soonest first."""
        visible = self.circle.meetings.visible_to(self.membership)
        return list(visible.to_come().with_brief().with_roles())

    @cached_property
    def _past(self) -> list[tuple[Any, ...]]:
        """[(start, a membership's id for each role in order), …] of past meetings, newest first."""
        ids = [f"{role}_id" for role in Meeting.ROLES]
        return list(self.circle.meetings.past().values_list("starts_at", *ids))

    @cached_property
    def _away(self) -> set[tuple[int, int]]:
        """Ids (meeting, membership) of people who RSVPed no."""
        no = Rsvp.objects.filter(meeting__in=self.upcoming, answer=Rsvp.Answer.NO)
        return set(no.values_list("meeting", "membership"))

    def _done(self) -> dict[tuple[str, int], list[datetime]]:
        """When each person had each role: {(role, membership's id): [starts]}.

        Roles already taken at upcoming meetings count too.
        """
        done: dict[tuple[str, int], list[datetime]] = {}
        taken = [
            (m.starts_at, *(getattr(m, f"{role}_id") for role in Meeting.ROLES))
            for m in self.upcoming
        ]
        for starts_at, *ids in [*self._past, *taken]:
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
        for meeting in self.upcoming:
            slots[meeting.pk] = [Slot(role, getattr(meeting, role)) for role in Meeting.ROLES]
            busy = {slot.person.pk for slot in slots[meeting.pk] if slot.person}
            for slot in slots[meeting.pk]:
                if slot.person is None:
                    slot.suggested = self._next(slot.role, meeting, busy, done, total)
                    if slot.suggested:
                        pk = slot.suggested.pk
                        busy.add(pk)
                        total[pk] += 1
                        done.setdefault((slot.role, pk), []).append(meeting.starts_at)
        return slots

    def _next(
        self,
        role: str,
        meeting: Meeting,
        busy: set[int],
        done: dict[tuple[str, int], list[datetime]],
        total: Counter[int],
    ) -> Membership | None:
        """Whose turn it is. A person with another role at this meeting is the last resort."""
        coming = [person for person in self.people if (meeting.pk, person.pk) not in self._away]
        free = [person for person in coming if person.pk not in busy]

        def burden(person: Membership) -> tuple[int, datetime, int, int]:
            moments = done.get((role, person.pk), [])
            return len(moments), max(moments, default=NEVER), total[person.pk], person.pk

        return min(free or coming, key=burden, default=None)

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
