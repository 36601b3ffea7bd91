"""The end of a meeting: agenda items not reached, the next meeting, and feedback."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import AgendaItem, Evaluation, Note
from ..models.agenda import Talk
from ..models.feedback import OPEN_FOR, giver_hashes
from ..planning.rotation import Rotation
from . import agenda

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from ..models import Meeting, Membership
    from ..planning.rotation import Slot


FEWEST = 3  # with fewer evaluations people could guess who gave them, so none are shown


def not_reached(meeting: "Meeting") -> list[AgendaItem]:
    """Items of talk that were left for next time, or not reached so far while it still runs."""
    return _not_reached(AgendaItem.objects.talk(meeting))


def _not_reached(talk: Talk) -> list[AgendaItem]:
    return sorted([*talk.left, *talk.ahead], key=lambda item: (item.position, item.pk))


def next_meeting(meeting: "Meeting") -> "Meeting | None":
    """The circle's next meeting after this one, drafts included, or None."""
    later = meeting.circle.meetings.to_come().filter(starts_at__gt=meeting.starts_at)
    return later.with_brief().first()


def carried_title(item: AgendaItem, following: "Meeting") -> str:
    """An item's title on the next agenda; "" if it is a section of that meeting's brief."""
    is_in_brief = item.section and item.section.brief_id == following.brief_id
    return "" if is_in_brief else (_("From last time: %s") % item)[:160]


def carried(items: list[AgendaItem], following: "Meeting") -> list[AgendaItem]:
    """Those of the items that are already on the next meeting's agenda."""
    planned = following.agenda_items.all()
    sections = {item.section_id for item in planned if item.section_id}
    titles = {item.title for item in planned if item.title}
    return [
        item
        for item in items
        if (title := carried_title(item, following)) in titles
        or (not title and item.section_id in sections)
    ]


def carry(meeting: "Meeting", following: "Meeting") -> int:
    """Add the items not reached to the next meeting's agenda, before its closing.

    If that meeting has no agenda, one is proposed. Carrying again changes nothing.

    Returns:
        How many items were added.
    """
    with following.locked():
        items = not_reached(meeting)
        there = carried(items, following)
        waiting = [item for item in items if item not in there]
        if not waiting:
            return 0
        planned = list(following.agenda_items.select_related("section"))
        is_new = not planned
        if is_new:
            planned = agenda.propose(following, [])
        closing = next((at for at, item in enumerate(planned) if item.is_reserved), len(planned))
        planned[closing:closing] = [_moved(item, following) for item in waiting]
        if is_new:
            agenda.share(following, planned)
        agenda.keep(following, planned, started_from=following.agenda_revision)
    return len(waiting)


def _moved(item: AgendaItem, following: "Meeting") -> AgendaItem:
    title = carried_title(item, following)
    kind = AgendaItem.Kind.OTHER if title else AgendaItem.Kind.SECTION
    section = None if title else item.section
    return AgendaItem(kind=kind, title=title, section=section, minutes=item.minutes)


@dataclass
class Answered:
    """The answers to one question: its text, and [(answer, how many), …]."""

    question: "StrPromise | str"
    counts: Sequence[tuple["StrPromise | str", int]]


class WrapUp:
    """Everything on the wrap-up page. A fixed number of queries.

    Args:
        meeting: with its circle.
        membership: of the person whose page it is.
    """

    def __init__(self, meeting: "Meeting", membership: "Membership") -> None:
        self.meeting, self.membership = meeting, membership

    @property
    def is_fresh(self) -> bool:
        """Whether people still wrap up: not long after the end, nor once the circle met again."""
        meeting = self.meeting
        since = meeting.circle.meetings.filter(
            starts_at__gt=meeting.starts_at, started_at__isnull=False
        )
        return not meeting.closes_links and not since.exists()

    @cached_property
    def talk(self) -> Talk:
        return AgendaItem.objects.talk(self.meeting)

    @cached_property
    def not_reached(self) -> list[AgendaItem]:
        return _not_reached(self.talk)

    @cached_property
    def next(self) -> "Meeting | None":
        """The next meeting; None if there is none or this person may not see it yet."""
        following = next_meeting(self.meeting)
        is_hidden = following and following.is_draft and not self.membership.is_facilitator
        return None if is_hidden else following

    @cached_property
    def to_carry(self) -> list[AgendaItem]:
        """Items not reached that aren't on the next agenda yet."""
        if not self.next:
            return []
        there = carried(self.not_reached, self.next)
        return [item for item in self.not_reached if item not in there]

    @cached_property
    def slots(self) -> "list[Slot]":
        """The roles of the next meeting."""
        if not self.next:
            return []
        return Rotation(self.meeting.circle, self.membership).slots.get(self.next.pk, [])

    @cached_property
    def takeaways(self) -> list[Note]:
        notes = self.meeting.notes.not_deleted().filter(kind=Note.Kind.TAKEAWAY)
        return list(notes.shown_to(self.membership))

    @property
    def takes_feedback(self) -> bool:
        """Whether feedback is open: from the start until `OPEN_FOR` after the end."""
        meeting = self.meeting
        ends = (meeting.ended_at or meeting.ends_at) + OPEN_FOR
        return bool(meeting.started_at and not meeting.is_cancelled and timezone.now() < ends)

    @cached_property
    def evaluations(self) -> list[Evaluation]:
        return list(self.meeting.evaluations.all())

    @property
    def is_answered(self) -> bool:
        """Whether this person has given an answer that another one would replace."""
        mine = giver_hashes(self.meeting.pk, self.membership.user_id)
        return any(one.giver in mine for one in self.evaluations)

    @property
    def answered(self) -> list[Answered]:
        """The answers to each multiple-choice question; empty if fewer than `FEWEST`."""
        if len(self.evaluations) < FEWEST:
            return []
        found = []
        for name in ["could_speak", "understood"]:
            counts = Counter(getattr(one, name) for one in self.evaluations)
            label = Evaluation._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # no relation
            answers = [(choice.label, counts[choice]) for choice in reversed(Evaluation.Measure)]
            found.append(Answered(label, answers))
        return found

    @property
    def changes(self) -> list[str]:
        """What people would keep or change. The order is by random id, so it reveals no one."""
        if len(self.evaluations) < FEWEST:
            return []
        return [one.change for one in self.evaluations if one.change]
