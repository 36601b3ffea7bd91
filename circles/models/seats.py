"""The spots of a meeting: who has one, who is on the waitlist, who moves up.

All of this holds the lock of the meeting's row, so two RSVPs at once never share a spot.
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
    """How a meeting takes RSVPs. A base class of `Meeting`."""

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
        """Save a member's RSVP.

        A yes without a free spot becomes *waiting* and moves up when a spot opens. A person
        who has a spot keeps it: added guests who don't fit, or who would pass people on the
        waitlist, are left out.

        Args:
            membership: of the member.
            answer: yes, maybe or no.
            online, guests, comment: see Rsvp.
            by: the facilitator who enters it for the member; None for the member's own.

        Returns:
            The saved Rsvp.
        """
        mine = self.rsvps.filter(membership=membership).first() or Rsvp(
            meeting=self,  # type: ignore[misc]  # only meetings have seats
            membership=membership,
        )
        says_yes = answer in (Rsvp.Answer.YES, Rsvp.Answer.WAITING)
        has_spot = mine.answer == Rsvp.Answer.YES
        if says_yes and self.capacity is not None:
            guests = min(guests, self._room_for_guests(mine, self.capacity))
        if says_yes:
            answer = Rsvp.Answer.YES if has_spot else Rsvp.Answer.WAITING
        if mine.answer != answer:
            mine.answered_at, mine.turn = timezone.now(), self.rsvps.next_turn()
        mine.answer, mine.online, mine.guests, mine.comment = answer, online, guests, comment
        mine.answered_by = by
        mine.save()
        # This person sees on the page that they have a spot, so they get no email.
        self.tell_who_moved(rsvp for rsvp in self.fill_places() if rsvp.pk != mine.pk)
        mine.refresh_from_db()
        return mine

    @under_lock
    def take_answers(self, answers: "Iterable[tuple[Membership, str, str]]") -> None:
        """Save replies from a poll as RSVPs, in this order. Existing RSVPs stay.

        Args:
            answers: (membership, yes, maybe or no, comment) of each.
        """
        known = set(self.rsvps.values_list("membership", flat=True))
        turn = self.rsvps.next_turn()
        new = [
            Rsvp(
                meeting=self,  # type: ignore[misc]  # only meetings have seats
                membership=membership,
                answer=answer,
                comment=comment,
                turn=turn + index,
            )
            for index, (membership, answer, comment) in enumerate(answers)
            if membership.pk not in known
        ]
        for rsvp in new:
            # As in `answer`: a yes waits until `fill_places` moves it up, in order.
            if rsvp.answer == Rsvp.Answer.YES:
                rsvp.answer = Rsvp.Answer.WAITING
        Rsvp.objects.bulk_create(new)
        mine = {rsvp.membership_id for rsvp in new}
        moved = self.fill_places()
        self.tell_who_moved(rsvp for rsvp in moved if rsvp.membership_id not in mine)

    def _room_for_guests(self, rsvp: Rsvp, capacity: int) -> int:
        """How many guests this person may bring.

        Someone without a spot may ask for as many as the limit allows. Someone with a spot may
        add guests only while there is room and no one is on the waitlist.
        """
        if rsvp.answer != Rsvp.Answer.YES:
            return capacity - 1
        others = self.rsvps.exclude(pk=rsvp.pk)
        free = 0 if others.waiting().exists() else capacity - others.heads() - 1
        return max(rsvp.guests, free)

    def fill_places(self) -> list[Rsvp]:
        """Move people up from the waitlist in order of answering. Returns their RSVPs.

        Someone with more guests than there is room for is skipped and keeps their turn. The
        caller holds the meeting's lock.
        """
        taken, moved = self.rsvps.heads(), []
        for waiting in self.rsvps.waiting().select_related("membership__user"):
            if self.capacity is None or taken + waiting.heads <= self.capacity:
                waiting.answer = Rsvp.Answer.YES
                taken += waiting.heads
                moved.append(waiting)
        Rsvp.objects.bulk_update(moved, ["answer"])
        return moved

    def tell_who_moved(self, moved: Iterable[Rsvp]) -> None:
        """Queue an email to each of these people, who have a spot now."""
        for rsvp in moved:
            cause = f"meeting-{self.pk}-place-{rsvp.answered_at.isoformat()}"
            Mail.objects.queue(Mail.Kind.PLACE, cause, to=[rsvp.membership], meeting=self)
