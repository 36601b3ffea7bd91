"""An evening laid along the clock: what is proposed for it, and whether it holds the talk.

The end is fixed and the closing is reserved: whatever comes before is counted from the start,
the closing from the end. Ten people at two minutes each make a round of twenty, so an evening
holds about three sections well; the agenda says so when it holds more talk than time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count

from briefs.models import Question
from briefs.page.compose import in_tree_order

from ..models import ActionItem, AgendaItem, Note, Reaction, Stale

if TYPE_CHECKING:
    from briefs.models import Section

    from ..models import Meeting


MINUTES_EACH = 2  # of talk that each person has on a section
SECTIONS_A_MEETING = 3
SHORT_MEETING = 60  # minutes; below it everything around the talk is halved

Kind = AgendaItem.Kind

# What every evening begins and ends with, in minutes.
AROUND = [
    (Kind.WELCOME, 3),
    (Kind.AGREEMENTS, 3),
    (Kind.CARRIED, 5),
    (Kind.OPENING, 10),
    (Kind.SECTION, 0),
    (Kind.PROMISES, 6),
    (Kind.CLOSING, 6),
    (Kind.NEXT_DATE, 3),
]


@dataclass
class Row:
    """An item in its place on the clock."""

    item: AgendaItem
    starts_at: datetime
    people: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.item.minutes)

    @property
    def round_minutes(self) -> int:
        """Minutes that a round of all takes, at `MINUTES_EACH`."""
        return self.people * MINUTES_EACH

    @property
    def is_short(self) -> bool:
        """Not all could speak on it."""
        return self.item.is_talk and self.item.minutes < self.round_minutes


class Agenda:
    """The items of a meeting along its clock.

    Args:
        meeting: with its circle.
        items: `AgendaItem`s in their order, saved or not.
        people: how many are expected.
    """

    def __init__(self, meeting: "Meeting", items: Iterable[AgendaItem], people: int) -> None:
        self.meeting = meeting
        self.items = list(items)
        self.people = people

    @classmethod
    def lay_out(cls, meeting: "Meeting") -> "Agenda":
        """The saved agenda. A fixed number of queries."""
        items = meeting.agenda_items.select_related("section__brief")
        return cls(meeting, items, expected(meeting))

    @cached_property
    def rows(self) -> list[Row]:
        clock = self.meeting.local_start
        rows: list[Row] = []
        for item in self.items:
            if item.is_reserved and not any(row.item.is_reserved for row in rows):
                # From here on the clock is counted from the end.
                clock = max(clock, self.closing_starts_at)
            rows.append(Row(item, clock, self.people))
            clock += timedelta(minutes=item.minutes)
        return rows

    @property
    def reserved_minutes(self) -> int:
        return sum(item.minutes for item in self.items if item.is_reserved)

    @property
    def closing_starts_at(self) -> datetime:
        return self.meeting.local_end - timedelta(minutes=self.reserved_minutes)

    @property
    def planned_minutes(self) -> int:
        return sum(item.minutes for item in self.items)

    @property
    def spare_minutes(self) -> int:
        """What is left between the last stretch of talk and the closing; below zero, how much
        the plan is over."""
        return self.meeting.duration_minutes - self.planned_minutes

    @property
    def over_minutes(self) -> int:
        return max(0, -self.spare_minutes)

    @property
    def talk(self) -> list[AgendaItem]:
        return [item for item in self.items if item.is_talk]

    @property
    def talk_minutes(self) -> int:
        return sum(item.minutes for item in self.talk)

    @property
    def talk_needed(self) -> int:
        """Minutes in which everyone could speak on everything that is planned."""
        return len(self.talk) * self.people * MINUTES_EACH

    @property
    def holds_well(self) -> int:
        """How many stretches of talk the planned time holds, with a round in each."""
        return max(1, self.talk_minutes // max(1, self.people * MINUTES_EACH))

    @property
    def is_too_full(self) -> bool:
        return self.talk_needed > self.talk_minutes and len(self.talk) > 1


def expected(meeting: "Meeting") -> int:
    """How many people are expected: who is there, else who said yes, else the circle."""
    return (
        meeting.attendances.count()
        or meeting.rsvps.heads()
        or meeting.circle.memberships.current().count()
        or 1
    )


def propose(meeting: "Meeting", sections: "list[Section]") -> list[AgendaItem]:
    """A first agenda: the circle's own template, or the usual one, with these sections.

    Args:
        meeting: with its circle.
        sections: to talk about, in their order.
    """
    frame = meeting.circle.agenda_template or [
        {"kind": kind, "minutes": minutes} for kind, minutes in AROUND
    ]
    is_short = meeting.duration_minutes < SHORT_MEETING
    items = []
    for part in frame:
        if part["kind"] == Kind.SECTION:
            items += [AgendaItem(section=section, kind=Kind.SECTION) for section in sections]
        elif part["kind"] != Kind.CARRIED or any(loose_ends(meeting).values()):
            minutes = -(-part["minutes"] // 2) if is_short else part["minutes"]
            items.append(
                AgendaItem(kind=part["kind"], title=part.get("title", ""), minutes=minutes)
            )
    share(meeting, items)
    return items


def share(meeting: "Meeting", items: list[AgendaItem]) -> None:
    """Share what time the rest leaves among the stretches of talk, to the minute."""
    talk = [item for item in items if item.is_talk]
    around = sum(item.minutes for item in items if not item.is_talk)
    left = max(0, meeting.duration_minutes - around)
    for place, item in enumerate(talk):
        item.minutes = max(1, (left * (place + 1)) // len(talk) - (left * place) // len(talk))


def template_of(items: list[AgendaItem]) -> list[dict[str, Any]]:
    """What a circle keeps of an agenda: everything but the sections, for which one stands."""
    kept: list[dict[str, Any]] = []
    for item in items:
        if item.kind != Kind.SECTION:
            kept.append({"kind": item.kind, "title": item.title, "minutes": item.minutes})
        elif not any(part["kind"] == Kind.SECTION for part in kept):
            kept.append({"kind": Kind.SECTION, "minutes": 0})
    return kept


@dataclass
class Choice:
    """A section that can be put on the agenda, and what speaks for it."""

    section: "Section"
    above: list[str]
    place: int
    is_assigned: bool
    stars: int = 0
    puzzles: int = 0
    questions: int = 0

    @property
    def wanted(self) -> int:
        return self.stars + self.puzzles + self.questions


def offered_sections(meeting: "Meeting") -> list[Choice]:
    """The sections of the brief that have a text, those that members want to talk about first:
    by their stars, puzzles and questions, then as they are assigned, then as they stand."""
    if not meeting.brief:
        return []
    marks: dict[int, dict[str, int]] = {}
    reactions = Reaction.objects.filter(
        membership__circle=meeting.circle_id, section__brief=meeting.brief_id
    )
    for section, kind, number in reactions.values_list("section", "kind").annotate(Count("pk")):
        marks.setdefault(section, {})[kind] = number
    assigned = set(meeting.readings.values_list("section", flat=True))
    choices = []
    in_order = in_tree_order(meeting.brief.sections.in_edition())
    for place, (section, above) in enumerate(in_order):
        if not section.is_container:
            found = marks.get(section.pk, {})
            choices.append(
                Choice(
                    section,
                    above,
                    place,
                    section.pk in assigned,
                    stars=found.get(Reaction.Kind.STAR, 0),
                    puzzles=found.get(Reaction.Kind.PUZZLED, 0),
                    questions=found.get(Reaction.Kind.QUESTION, 0),
                )
            )
    return sorted(choices, key=lambda choice: (-choice.wanted, not choice.is_assigned))


def suggested(choices: list[Choice]) -> "list[Section]":
    """The sections that a first agenda begins with, in the order of the brief."""
    likely = [choice for choice in choices if choice.wanted or choice.is_assigned]
    best = (likely or choices)[:SECTIONS_A_MEETING]
    return [choice.section for choice in sorted(best, key=lambda choice: choice.place)]


def with_questions(plan: Agenda) -> list[tuple[Row, list[Question]]]:
    """Each row with the standing questions of its section: [(row, questions), …]."""
    brief = plan.meeting.brief
    asked = list(brief.questions.in_edition()) if brief else []
    found = []
    for row in plan.rows:
        item = row.item
        mine = [q for q in asked if q.section_id and q.section_id == item.section_id]
        whole = [q for q in asked if q.section_id is None and q.kind == WHOLE.get(item.kind)]
        found.append((row, mine + whole))
    return found


# Questions on the whole brief belong to the parts of every evening.
WHOLE: dict[str, Question.Kind] = {
    Kind.OPENING: Question.Kind.OPENING,
    Kind.CLOSING: Question.Kind.CLOSING,
}


class LooseEnds(TypedDict):
    actions: list[ActionItem]
    parked: list[Note]


def loose_ends(meeting: "Meeting") -> LooseEnds:
    """What heads the evening: open promises, and what lies unanswered in the parking lot."""
    return {"actions": open_actions(meeting), "parked": parked(meeting)}


def open_actions(meeting: "Meeting") -> list[ActionItem]:
    """What was promised at earlier meetings and is not done."""
    earlier = ActionItem.objects.filter(
        meeting__circle=meeting.circle_id, meeting__starts_at__lt=meeting.starts_at
    )
    return list(earlier.open().with_owner())


def parked(meeting: "Meeting") -> list[Note]:
    """What lies in the parking lot of earlier meetings, unanswered."""
    earlier = Note.objects.filter(
        meeting__circle=meeting.circle_id, meeting__starts_at__lt=meeting.starts_at
    )
    return list(earlier.unanswered().select_related("meeting__circle"))


def keep(meeting: "Meeting", items: list[AgendaItem], *, started_from: int) -> None:
    """Make these the agenda. Items that are there already keep when they were opened.

    Args:
        meeting: whose agenda.
        items: in their order; those with a key are there already.
        started_from: `agenda_revision` as the writer saw it.

    Raises:
        Stale: another agenda was saved meanwhile.
    """
    with meeting.locked():
        if meeting.agenda_revision != started_from:
            raise Stale(meeting)
        with meeting.changing("agenda"):
            meeting.agenda_items.exclude(pk__in=[item.pk for item in items if item.pk]).delete()
            for position, item in enumerate(items, start=1):
                item.meeting, item.position = meeting, position
                item.save()
