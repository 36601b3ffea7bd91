"""A meeting's agenda with clock times: a proposed one, and whether it has time for the talk.

The end is fixed and time for the closing is reserved: items before the closing are timed from
the start, the closing from the end. A round of ten people takes twenty minutes at two minutes
each, so a meeting has room for about three sections. The agenda says so when it plans more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count

from briefs.models import Question
from briefs.page.compose import in_tree_order

from ..models import ActionItem, AgendaItem, Mark, Note, Stale

if TYPE_CHECKING:
    from briefs.models import Section

    from ..models import Meeting
    from .rows import Rows


MINUTES_EACH = 2  # how long each person can talk about a section
SECTIONS_A_MEETING = 3
SHORT_MEETING = 60  # minutes; in a shorter meeting everything but the talk is halved

Kind = AgendaItem.Kind

# What every meeting begins and ends with, in minutes.
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
    """An agenda item with its time.

    Args:
        item: which item.
        starts_at: when it begins, on the circle's wall clock.
        people: how many are expected.
    """

    item: AgendaItem
    starts_at: datetime
    people: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.item.minutes)

    @property
    def round_minutes(self) -> int:
        """Minutes of a round in which everyone speaks, at `MINUTES_EACH`."""
        return self.people * MINUTES_EACH

    @property
    def is_short(self) -> bool:
        """Whether its time is too short for everyone to speak."""
        return self.item.is_talk and self.item.minutes < self.round_minutes


class Agenda:
    """The agenda of a meeting with clock times.

    Args:
        meeting: with its circle.
        items: `AgendaItem`s in order, saved or not.
        people: how many are expected.
    """

    def __init__(self, meeting: "Meeting", items: Iterable[AgendaItem], people: int) -> None:
        self.meeting = meeting
        self.items = list(items)
        self.people = people

    @classmethod
    def lay_out(cls, rows: "Rows") -> "Agenda":
        """The saved agenda. A fixed number of queries."""
        items = rows.meeting.agenda_items.select_related("section__brief")
        return cls(rows.meeting, items, rows.expected)

    @cached_property
    def rows(self) -> list[Row]:
        clock = self.meeting.local_start
        rows: list[Row] = []
        for item in self.items:
            if item.is_reserved and not any(row.item.is_reserved for row in rows):
                # From here on times are counted from the end.
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
        """Unplanned minutes before the closing; negative if the plan is too long."""
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
        """Minutes needed for everyone to speak about everything that is planned."""
        return len(self.talk) * self.people * MINUTES_EACH

    @property
    def holds_well(self) -> int:
        """How many items of talk fit into the planned time, with a round in each."""
        return max(1, self.talk_minutes // max(1, self.people * MINUTES_EACH))

    @property
    def is_too_full(self) -> bool:
        return self.talk_needed > self.talk_minutes and len(self.talk) > 1


def propose(meeting: "Meeting", sections: "list[Section]") -> list[AgendaItem]:
    """A first agenda, not saved: the circle's template or the default, with these sections.

    Args:
        meeting: with its circle.
        sections: the sections to talk about, in order.
    """
    frame = meeting.circle.agenda_template or [
        {"kind": kind, "minutes": minutes} for kind, minutes in AROUND
    ]
    is_short = meeting.duration_minutes < SHORT_MEETING
    items = []
    for part in frame:
        if part["kind"] == Kind.SECTION:
            items += [AgendaItem(section=section, kind=Kind.SECTION) for section in sections]
        elif part["kind"] != Kind.CARRIED or has_loose_ends(meeting):
            minutes = -(-part["minutes"] // 2) if is_short else part["minutes"]
            items.append(
                AgendaItem(kind=part["kind"], title=part.get("title", ""), minutes=minutes)
            )
    share(meeting, items)
    return items


def share(meeting: "Meeting", items: list[AgendaItem]) -> None:
    """Divide the time that other items leave among the items of talk, in whole minutes."""
    talk = [item for item in items if item.is_talk]
    around = sum(item.minutes for item in items if not item.is_talk)
    left = max(0, meeting.duration_minutes - around)
    for index, item in enumerate(talk):
        item.minutes = max(1, (left * (index + 1)) // len(talk) - (left * index) // len(talk))


def template_of(items: list[AgendaItem]) -> list[dict[str, Any]]:
    """An agenda as a circle's template. One entry represents all sections."""
    template: list[dict[str, Any]] = []
    for item in items:
        if item.kind != Kind.SECTION:
            template.append({"kind": item.kind, "title": item.title, "minutes": item.minutes})
        elif not any(part["kind"] == Kind.SECTION for part in template):
            template.append({"kind": Kind.SECTION, "minutes": 0})
    return template


@dataclass
class Choice:
    """A section that can be added to the agenda, and how much members want it.

    Args:
        section: which section.
        above: headings above it.
        position: where it comes in the brief, from 0.
        is_assigned: whether someone is to read it for the meeting.
        stars, confusing, questions: how many of each members left on it.
    """

    section: "Section"
    above: list[str]
    position: int
    is_assigned: bool
    stars: int = 0
    confusing: int = 0
    questions: int = 0

    @property
    def wanted(self) -> int:
        return self.stars + self.confusing + self.questions


def offered_sections(meeting: "Meeting") -> list[Choice]:
    """The sections of the brief that have text, the most wanted first.

    They are sorted by members' stars, “confusing” marks and questions, then assigned sections
    come before others, then in the order of the brief.
    """
    if not meeting.brief:
        return []
    counts: dict[int, dict[str, int]] = {}
    marks = Mark.memberships.through.objects.filter(
        membership__circle=meeting.circle_id, mark__section__brief=meeting.brief_id
    )
    # Who starred several passages of a section counts once; each question counts.
    members, questions = Count("membership", distinct=True), Count("pk")
    rows = marks.values_list("mark__section", "mark__kind").annotate(members, questions)
    for section, kind, members_marked, asked in rows:
        is_question = kind == Mark.Kind.QUESTION
        counts.setdefault(section, {})[kind] = asked if is_question else members_marked
    assigned = set(meeting.readings.values_list("section", flat=True))
    choices = []
    in_order = in_tree_order(meeting.brief.sections.in_edition())
    for position, (section, above) in enumerate(in_order):
        if not section.is_container:
            found = counts.get(section.pk, {})
            choices.append(
                Choice(
                    section,
                    above,
                    position,
                    section.pk in assigned,
                    stars=found.get(Mark.Kind.STAR, 0),
                    confusing=found.get(Mark.Kind.CONFUSING, 0),
                    questions=found.get(Mark.Kind.QUESTION, 0),
                )
            )
    return sorted(choices, key=lambda choice: (-choice.wanted, not choice.is_assigned))


def suggested(choices: list[Choice]) -> "list[Section]":
    """The sections of a first agenda, in the order of the brief."""
    likely = [choice for choice in choices if choice.wanted or choice.is_assigned]
    # What people were asked to read they expect to talk about, so it comes first.
    likely.sort(key=lambda choice: not choice.is_assigned)
    best = (likely or choices)[:SECTIONS_A_MEETING]
    return [choice.section for choice in sorted(best, key=lambda choice: choice.position)]


def with_questions(
    plan: Agenda, asked: list[Question] | None = None
) -> list[tuple[Row, list[Question]]]:
    """Each row with the current questions on its section: [(row, questions), …].

    Args:
        plan: the agenda.
        asked: the brief's current questions, if the page has read them already.
    """
    brief = plan.meeting.brief
    if asked is None:
        asked = list(brief.questions.in_edition()) if brief else []
    found = []
    for row in plan.rows:
        item = row.item
        mine = [q for q in asked if q.section_id and q.section_id == item.section_id]
        kind = AgendaItem.ROUNDS.get(item.kind)
        whole = [q for q in asked if q.section_id is None and q.kind == kind]
        found.append((row, mine + whole))
    return found


class LooseEnds(TypedDict):
    actions: list[ActionItem]
    parked: list[Note]


def loose_ends(meeting: "Meeting") -> LooseEnds:
    """What begins a meeting: open action items and unanswered parking lot entries."""
    return {
        "actions": list(ActionItem.objects.left_before(meeting).with_owner()),
        "parked": list(Note.objects.left_before(meeting)),
    }


def has_loose_ends(meeting: "Meeting") -> bool:
    return any(model.objects.left_before(meeting).exists() for model in (ActionItem, Note))


def keep(
    meeting: "Meeting", items: list[AgendaItem], *, started_from: int, people: int | None = None
) -> None:
    """Save these items as the agenda. Items that exist already keep the times they were open.

    Args:
        meeting: whose agenda.
        items: in order; those with a primary key exist already.
        started_from: `agenda_revision` as the writer saw it.
        people: how many it is for; 0 counts the RSVPs, None changes nothing.

    Raises:
        Stale: someone else saved an agenda since.
    """
    with meeting.locked():
        if meeting.agenda_revision != started_from:
            raise Stale(meeting)
        with meeting.changing("agenda"):
            if people is not None:
                meeting.planned_people = people or None
                meeting.save(update_fields=["planned_people"])
            meeting.agenda_items.exclude(pk__in=[item.pk for item in items if item.pk]).delete()
            for position, item in enumerate(items, start=1):
                item.meeting, item.position = meeting, position
                item.save()
