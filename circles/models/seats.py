"""The places of a meeting: who has one, who waits, who moves up.

The meeting's row is the lock: two answers at once never share a place.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import timezone

from config.locks import under_lock

from .mail import Mail
from .meeting_fields import MeetingFields
from .rsvps import Rsvp, RsvpManager

if TYPE_CHECKING:
    from .memberships import Membership


class Seats(MeetingFields):
    """What a meeting does with answers. A part of `Meeting`."""

    rsvps: RsvpManager  # by `Rsvp.meeting`

    class Meta:
        abstract = True

    @under_lock
    def answer(
        self,
        membership: "Membership",
        answer: str,
        *,
        online: bool = False,
        guests: int = 0,
        comment: str = "",
        by: "Membership | None" = None,
    ) -> Rsvp:
        """Take a member's answer; gives the Rsvp.

        A yes beyond the places becomes *waiting*, and moves up by itself. Who has a place
        keeps it: guests that do not fit, or that would pass by who waits, are not added. The
        meeting's row is the lock, so two answers never share a place.

        Args:
            membership: who comes or does not.
            answer: yes, maybe or no.
            online, guests, comment: see Rsvp.
            by: the facilitator whom the member told it; None for one's own answer.
        """
        mine = self.rsvps.filter(membership=membership).first() or Rsvp(
            meeting=self,  # type: ignore[misc]  # only meetings have seats
            membership=membership,
        )
        says_yes = answer in (Rsvp.Answer.YES, Rsvp.Answer.WAITING)
        has_place = mine.answer == Rsvp.Answer.YES
        if says_yes and self.capacity is not None:
            guests = min(guests, self._room_for_guests(mine, self.capacity))
        if says_yes:
            answer = Rsvp.Answer.YES if has_place else Rsvp.Answer.WAITING
        if mine.answer != answer:
            mine.answered_at, mine.turn = timezone.now(), self.rsvps.next_turn()
        mine.answer, mine.online, mine.guests, mine.comment = answer, online, guests, comment
        mine.answered_by = by
        mine.save()
        # Who answers sees on the page that they have a place.
        self.tell_who_moved(rsvp for rsvp in self.fill_places() if rsvp.pk != mine.pk)
        mine.refresh_from_db()
        return mine

    @under_lock
    def take_answers(self, answers: "Iterable[tuple[Membership, str, str]]") -> None:
        """Take answers that were given elsewhere, in this order; who answered here keeps theirs.

        Args:
            answers: (membership, yes, maybe or no, a word to the host) of each.
        """
        known = set(self.rsvps.values_list("membership", flat=True))
        turn = self.rsvps.next_turn()
        new = [
            Rsvp(
                meeting=self,  # type: ignore[misc]  # only meetings have seats
                membership=membership,
                answer=answer,
                comment=comment,
                turn=turn + place,
            )
            for place, (membership, answer, comment) in enumerate(answers)
            if membership.pk not in known
        ]
        for rsvp in new:
            # As in `answer`: a yes waits until it is moved up, in order.
            if rsvp.answer == Rsvp.Answer.YES:
                rsvp.answer = Rsvp.Answer.WAITING
        Rsvp.objects.bulk_create(new)
        mine = {rsvp.membership_id for rsvp in new}
        moved = self.fill_places()
        self.tell_who_moved(rsvp for rsvp in moved if rsvp.membership_id not in mine)

    def _room_for_guests(self, rsvp: Rsvp, capacity: int) -> int:
        """How many guests this one may bring: more than there are places never fit, and who
        has a place adds only those for whom there is room and nobody waits."""
        if rsvp.answer != Rsvp.Answer.YES:
            return capacity - 1
        others = self.rsvps.exclude(pk=rsvp.pk)
        free = 0 if others.waiting().exists() else capacity - others.heads() - 1
        return max(rsvp.guests, free)

    def fill_places(self) -> list[Rsvp]:
        """Move people up from the waiting list, in order of answering; gives who moved.

        Who has more guests than there is room for is passed by and keeps their turn. Hold
        the meeting's lock.
        """
        taken, moved = self.rsvps.heads(), []
        for waiting in self.rsvps.waiting().select_related("membership"):
            if self.capacity is None or taken + waiting.heads <= self.capacity:
                waiting.answer = Rsvp.Answer.YES
                taken += waiting.heads
                moved.append(waiting)
        Rsvp.objects.bulk_update(moved, ["answer"])
        return moved

    def tell_who_moved(self, moved: Iterable[Rsvp]) -> None:
        """Queue a mail to each of these answers' people: they waited, and have a place now."""
        for rsvp in moved:
            cause = f"meeting-{self.pk}-place-{rsvp.answered_at.isoformat()}"
            Mail.objects.queue(Mail.Kind.PLACE, cause, to=[rsvp.membership], meeting=self)
