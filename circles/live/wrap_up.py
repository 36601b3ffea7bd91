"""The end of an evening: what was not reached, what comes next, and how it was."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import AgendaItem, Evaluation, Note
from ..planning.rotation import Rotation
from . import agenda

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from ..models import Meeting, Membership
    from ..planning.rotation import Slot


FEWEST = 3  # evaluations that are shown: of fewer, one could guess whose they are
OPEN_FOR = timedelta(days=14)  # after the meeting's end


def not_reached(meeting: "Meeting") -> list[AgendaItem]:
    """Stretches of talk that were left for next time, or never opened once it had begun."""
    if not meeting.started_at:
        return []
    items = meeting.agenda_items.select_related("section")
    return [item for item in items if item.is_talk and (item.deferred_at or not item.opened_at)]


def next_meeting(meeting: "Meeting") -> "Meeting | None":
    """The meeting to come after this one, be it still a draft; None without one."""
    later = meeting.circle.meetings.to_come().filter(starts_at__gt=meeting.starts_at)
    return later.with_brief().first()


def carried_title(item: AgendaItem, following: "Meeting") -> str:
    """How an item is called in the next evening: "" where its own section stands for it."""
    is_in_brief = item.section and item.section.brief_id == following.brief_id
    return "" if is_in_brief else (_("From last time: %s") % item)[:160]


def carried(items: list[AgendaItem], following: "Meeting") -> list[AgendaItem]:
    """Those of the items that are on the agenda of the next meeting already."""
    standing = following.agenda_items.all()
    sections = {item.section_id for item in standing if item.section_id}
    titles = {item.title for item in standing if item.title}
    return [
        item
        for item in items
        if (title := carried_title(item, following)) in titles
        or (not title and item.section_id in sections)
    ]


def carry(meeting: "Meeting", following: "Meeting") -> int:
    """Put what was not reached on the agenda of the next meeting, before its closing.

    Without an agenda there, one is proposed. Carrying again changes nothing.

    Returns:
        how many items were put there.
    """
    with following.locked():
        items = not_reached(meeting)
        there = carried(items, following)
        waiting = [item for item in items if item not in there]
        if not waiting:
            return 0
        standing = list(following.agenda_items.select_related("section"))
        is_new = not standing
        if is_new:
            standing = agenda.propose(following, [])
        place = next((at for at, item in enumerate(standing) if item.is_reserved), len(standing))
        standing[place:place] = [_moved(item, following) for item in waiting]
        if is_new:
            agenda.share(following, standing)
        agenda.keep(following, standing, started_from=following.agenda_revision)
    return len(waiting)


def _moved(item: AgendaItem, following: "Meeting") -> AgendaItem:
    title = carried_title(item, following)
    kind = AgendaItem.Kind.OTHER if title else AgendaItem.Kind.SECTION
    section = None if title else item.section
    return AgendaItem(kind=kind, title=title, section=section, minutes=item.minutes)


@dataclass
class Answered:
    """What was answered to one question: its words, and [(answer, how many), …]."""

    question: "StrPromise | str"
    counts: Sequence[tuple["StrPromise | str", int]]


class WrapUp:
    """All that the page of the closing shows. A fixed number of queries.

    Args:
        meeting: with its circle.
        membership: whose page it is.
    """

    def __init__(self, meeting: "Meeting", membership: "Membership") -> None:
        self.meeting, self.membership = meeting, membership

    @cached_property
    def not_reached(self) -> list[AgendaItem]:
        return not_reached(self.meeting)

    @cached_property
    def next(self) -> "Meeting | None":
        """The next meeting, as far as this person may know of it."""
        following = next_meeting(self.meeting)
        is_hidden = following and following.is_draft and not self.membership.is_facilitator
        return None if is_hidden else following

    @cached_property
    def to_carry(self) -> list[AgendaItem]:
        """What is not on the next agenda yet."""
        if not self.next:
            return []
        there = carried(self.not_reached, self.next)
        return [item for item in self.not_reached if item not in there]

    @cached_property
    def slots(self) -> "list[Slot]":
        """The roles of the next evening."""
        if not self.next:
            return []
        return Rotation(self.meeting.circle, self.membership).slots.get(self.next.pk, [])

    @cached_property
    def takeaways(self) -> list[Note]:
        notes = self.meeting.notes.not_deleted().filter(kind=Note.Kind.TAKEAWAY)
        return list(notes.shown_to(self.membership))

    @property
    def takes_feedback(self) -> bool:
        """From the beginning of the evening until two weeks after its end."""
        meeting = self.meeting
        ends = (meeting.ended_at or meeting.ends_at) + OPEN_FOR
        return bool(meeting.started_at and not meeting.is_cancelled and timezone.now() < ends)

    @cached_property
    def evaluations(self) -> list[Evaluation]:
        return list(self.meeting.evaluations.all())

    @property
    def answered(self) -> list[Answered]:
        """The answers to each question that is measured; nothing of fewer than `FEWEST`."""
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
        """What to keep or to do differently, in no order that tells anything."""
        if len(self.evaluations) < FEWEST:
            return []
        return [one.change for one in self.evaluations if one.change]
