"""The people of a circle, read once for a page: names for roles, RSVPs, readings and swaps."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import FilteredRelation, Q, QuerySet

from accounts.models import User

from .columns import Columns, prepared_rows
from .memberships import Membership
from .readings import Swap
from .rsvps import Rsvp

if TYPE_CHECKING:
    from .circles import Circle
    from .meetings import Meeting

# What a page shows of a person, of their RSVP and of their request to swap. The rest of these
# rows, such as passwords and settings, isn't read.
MEMBER = Columns(
    Membership,
    [*("circle", "user", "role", "shows_reading", "reads_on_paper"), *("approved_at", "left_at")],
)
NAME = Columns(User, ["display_name", "email"], "user__")
RSVP = Columns(
    Rsvp,
    [
        *("membership", "meeting", "answer", "online", "guests", "comment", "turn"),
        *("answered_at", "answered_by"),
    ],
    "their_rsvp__",
)
SWAP = Columns(Swap, ["meeting", "asker", "asked", "declined_at"], "their_swap__")


@prepared_rows(MEMBER, NAME)
def _people(circle: int, also: Collection[int]) -> QuerySet[Membership]:
    wanted = Q(left_at=None) | Q(pk__in=also)
    people = Membership.objects.filter(wanted, circle=circle)
    return people.order_by("user__display_name", "pk")


@prepared_rows(MEMBER, NAME, RSVP, SWAP)
def _people_at(circle: int, also: Collection[int], meeting: int) -> QuerySet[Membership]:
    """Each person has one RSVP to a meeting and asks one other to swap, so each comes once."""
    rsvp = FilteredRelation("rsvps", condition=Q(rsvps__meeting=meeting))
    swap = FilteredRelation("swaps_asked", condition=Q(swaps_asked__meeting=meeting))
    wanted = Q(left_at=None) | Q(pk__in=also)
    wanted |= Q(their_rsvp__isnull=False) | Q(their_swap__isnull=False)
    people = Membership.objects.filter(circle=circle)
    people = people.annotate(their_rsvp=rsvp, their_swap=swap).filter(wanted)
    return people.order_by("user__display_name", "pk")


class Roster:
    """A circle's people, and what they said about one meeting. One query.

    Args:
        circle: which circle.
        viewer: the member who looks.
        meeting: adds what people said about this meeting, and who has a role in it, even if
            they left since.
        also: ids of memberships that it adds, even if they left since.
    """

    def __init__(
        self,
        circle: "Circle",
        viewer: Membership,
        meeting: "Meeting | None" = None,
        also: Iterable[int | None] = (),
    ) -> None:
        self.circle, self.viewer, self.meeting = circle, viewer, meeting
        self._also = {pk for pk in (*also, *(meeting.role_ids if meeting else [])) if pk}

    @cached_property
    def _rows(self) -> list[Membership]:
        also, found = self._also or {0}, []  # no one has the number 0
        if not self.meeting:
            rows = _people(self.circle.pk, also)
        else:
            rows = _people_at(self.circle.pk, also, self.meeting.pk)
        for member, user, *said in rows:
            member.user = user
            if said:
                member.rsvp, member.swap = said
            found.append(member)
        return found

    @cached_property
    def known(self) -> dict[int, Membership]:
        """Everyone by the membership's id, also people who left or are waiting."""
        return {membership.pk: membership for membership in self._rows}

    @cached_property
    def members(self) -> list[Membership]:
        """The current members: facilitators first, then by name."""
        current = [membership for membership in self._rows if membership.is_current]
        return sorted(current, key=lambda membership: -membership.role)

    @property
    def waiting(self) -> list[Membership]:
        """People whose request to join isn't answered yet."""
        return [m for m in self._rows if m.left_at is None and m.approved_at is None]

    @cached_property
    def rsvps(self) -> list[Rsvp]:
        """All RSVPs to the meeting by name, as `RsvpQuerySet.shown_to` gives them."""
        rsvps = [m.rsvp for m in self._rows if getattr(m, "rsvp", None)]
        for rsvp in rsvps:
            rsvp.membership = self.known[rsvp.membership_id]
            rsvp.is_named = self.viewer.sees_answers
            self.name(rsvp, "answered_by")
        return rsvps

    @cached_property
    def swaps(self) -> "list[Swap]":
        """All requests to swap readings for the meeting."""
        swaps = [m.swap for m in self._rows if getattr(m, "swap", None)]
        for swap in swaps:
            self.name(swap, "asker", "asked")
        return swaps

    def name(self, row: Any, *names: str) -> None:
        """Fill these relations of a row with the people of the roster."""
        for name in names:
            person = self.known.get(getattr(row, f"{name}_id"))
            if person:
                setattr(row, name, person)
