"""What the live page reads, each of it once: the agenda, who came, notes, action items, and the
parts of the brief."""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Min, Model, OuterRef, Q, QuerySet, Subquery, Value

from accounts.models import User
from briefs.models import CallToAction, HelpLine, Question, Section
from config.prepared import prepared

from ..models import ActionItem, AgendaItem, Attendance, Meeting, Note, Reading, Roster
from ..models.columns import Columns
from ..models.note_querysets import LINE
from ..notes.outline import Outline

if TYPE_CHECKING:
    from ..models import Membership

LINE_OF_NOTE = Columns(Note, LINE)
OF_NOTE = ["section__slug", "question__slug", "author__display_name", "author__email"]
MOST_PARKED = 12  # entries of earlier meetings: as many as a circle goes through in a few minutes
LINE_OF_BRIEF = ["name", "when", "phone", "text_number", "url", "hours"]


@prepared
def _attendances(meeting: int) -> QuerySet[Attendance]:
    return Attendance.objects.filter(meeting=meeting).order_by("pk")


@prepared
def _items(meeting: int) -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting=meeting)


@prepared
def _sections(brief: int, meeting: int) -> QuerySet[Section]:
    named = Reading.objects.filter(meeting=meeting, section=OuterRef("pk")).order_by()
    # The least rather than the first in order: for an order, SQLite takes the index by section,
    # and reads what all circles have on it.
    first = named.values("meeting").annotate(first=Min("pk")).values("first")
    names = ("brief", "parent", "slug", "position", "heading", "body", "retired_at")
    sections = Section.objects.filter(brief=brief).only(*names)
    asked = Question.objects.filter(section=OuterRef("pk")).in_edition()
    return sections.annotate(assigned=Subquery(first), is_asked=Exists(asked))


@prepared
def _questions(brief: int, sections: Collection[int]) -> QuerySet[Question]:
    on_these = Question.objects.filter(Q(section=None) | Q(section__in=sections), brief=brief)
    return on_these.in_edition().select_related("figure__source")


@prepared
def _calls_and_lines(brief: int) -> "QuerySet[Any, tuple[Any, ...]]":
    """Position, slug, step, text, and one value for each of `LINE_OF_BRIEF`."""
    order, nothing = ("position", "slug"), Value("")
    calls = CallToAction.objects.filter(brief=brief).in_edition().order_by()
    lines = HelpLine.objects.filter(brief=brief).in_edition().order_by()
    return calls.values_list(*order, "step", "text", *(nothing for _name in LINE_OF_BRIEF)).union(
        lines.values_list(*order, nothing, nothing, *LINE_OF_BRIEF), all=True
    )


@prepared
def _action_items(meeting: int, circle: int, starts_at: datetime) -> QuerySet[ActionItem]:
    at = Meeting(pk=meeting, circle_id=circle, starts_at=starts_at)
    return ActionItem.objects.on_hand_at(at).lines()


@prepared
def _notes(meeting: int, circle: int, starts_at: datetime) -> "QuerySet[Any, tuple[Any, ...]]":
    """The notes of a meeting, and the newest in the parking lot of those before: one value for
    each of `LINE_OF_NOTE` and `OF_NOTE`."""
    at = Meeting(pk=meeting, circle_id=circle, starts_at=starts_at)
    newest = Note.objects.left_before(at).order_by("-created_at", "-pk").values("pk")
    # One more than is shown tells that there are more.
    parked = Note.objects.filter(pk__in=newest[: MOST_PARKED + 1])
    own = Note.objects.filter(meeting=meeting, deleted_at=None)
    of_each = [*LINE_OF_NOTE.paths, *OF_NOTE]
    return (
        own.order_by()
        .values_list(*of_each)
        .union(parked.order_by().values_list(*of_each), all=True)
    )


@prepared
def _later(circle: int, starts_at: datetime, since: datetime) -> QuerySet[Meeting]:
    upcoming = Meeting.objects.filter(circle=circle).upcoming(since)
    return upcoming.filter(starts_at__gt=starts_at).for_cards()[:1]


class Rows:
    """The rows of a meeting while it runs, as one member sees them.

    Args:
        meeting: with its circle and brief.
        membership: of the person whose page it is.
    """

    def __init__(self, meeting: "Meeting", membership: "Membership") -> None:
        self.meeting, self.membership = meeting, membership

    @cached_property
    def attendances(self) -> "list[Attendance]":
        return _attendances(self.meeting.pk)

    @cached_property
    def roster(self) -> Roster:
        came = [attendance.membership_id for attendance in self.attendances]
        return Roster(self.meeting.circle, self.membership, self.meeting, also=came)

    @property
    def expected(self) -> int:
        """How many people are expected: those present, else as many as the agenda is for, else
        as RSVPs count them."""
        return len(self.attendances) or self.meeting.planned_people or self.counted

    @property
    def counted(self) -> int:
        """How many people are coming: the yes RSVPs, else all members."""
        coming = [rsvp for rsvp in self.roster.rsvps if rsvp.answer == rsvp.Answer.YES]
        return sum(rsvp.heads for rsvp in coming) or len(self.roster.members) or 1

    @cached_property
    def items(self) -> "list[AgendaItem]":
        """The agenda."""
        items = _items(self.meeting.pk)
        known = {section.pk: section for section in self.sections}
        for item in items:
            item.meeting = self.meeting
            if item.section_id in known:
                item.section = known[item.section_id]
        return items

    @cached_property
    def sections(self) -> list[Section]:
        """All sections of the brief, each with `assigned`, the first reading that names it, and
        `is_asked`, whether it has questions."""
        if not self.meeting.brief:
            return []
        sections = _sections(self.meeting.brief.pk, self.meeting.pk)
        for section in sections:
            section.brief = self.meeting.brief
        return sections

    @cached_property
    def questions(self) -> list[Question]:
        """The brief's current questions on the whole brief and on the agenda's sections, each
        with the figure that it refers to."""
        if not self.meeting.brief_id:
            return []
        return _questions(self.meeting.brief_id, [item.section_id or 0 for item in self.items])

    @cached_property
    def outline(self) -> Outline:
        """The parts that notes can be on, without the notes."""
        assigned = [section for section in self.sections if section.assigned]  # type: ignore[attr-defined]  # annotated
        assigned.sort(key=lambda section: section.assigned)  # type: ignore[attr-defined]  # annotated
        # All that matters of a question here is that a section without text takes notes if it
        # has one.
        containers = (section for section in self.sections if section.is_container)
        asked = [Question(section_id=section.pk) for section in containers if section.is_asked]  # type: ignore[attr-defined]  # annotated
        planned = [item.section_id for item in self.items if item.section_id]
        planned += [section.pk for section in assigned]
        return Outline(
            self.meeting,
            [],
            sections=self.sections,
            questions=asked,
            planned=list(dict.fromkeys(planned)),
            items=[],
        )

    @cached_property
    def _of_brief(self) -> list[tuple[Any, ...]]:
        """Calls to action and help lines: (step, text, one value for each of `LINE_OF_BRIEF`)."""
        found = _calls_and_lines(self.meeting.brief_id) if self.meeting.brief_id else []
        return [row[2:] for row in sorted(found, key=lambda row: row[:2])]

    @property
    def calls(self) -> list[tuple[str, str]]:
        """The calls to action: [(step, text), …]."""
        return [(step, text) for step, text, *_line in self._of_brief if step]

    @property
    def help_lines(self) -> list[tuple[str, ...]]:
        """One value for each of `LINE_OF_BRIEF`."""
        return [tuple(line) for step, _text, *line in self._of_brief if not step]

    @cached_property
    def _actions(self) -> list[ActionItem]:
        meeting = self.meeting
        items = _action_items(meeting.pk, meeting.circle_id, meeting.starts_at)
        return [item.show(self.membership, self.roster) for item in items]

    @property
    def actions(self) -> list[ActionItem]:
        """The action items of this meeting, in the order of writing."""
        own = [item for item in self._actions if item.meeting_id == self.meeting.pk]
        return sorted(own, key=lambda item: (item.created_at, item.pk))

    @property
    def open_actions(self) -> list[ActionItem]:
        """Items still open from earlier meetings, the soonest due first."""
        return [item for item in self._actions if item.meeting_id != self.meeting.pk]

    @cached_property
    def _notes(self) -> list[Note]:
        meeting, number = self.meeting, len(LINE_OF_NOTE.names)
        # Notes share few sections, questions and writers.
        rows: dict[Any, Any] = {}

        def known(model: type[Model], pk: int | None, **values: str) -> Any:
            if pk and (model, pk) not in rows:
                rows[model, pk] = model(pk=pk, **values)
            return rows.get((model, pk))

        notes = []
        for values in _notes(meeting.pk, meeting.circle_id, meeting.starts_at):
            note = Note.from_db(None, LINE_OF_NOTE.names, values[:number])
            section, question, name, email = values[number:]
            note.section = known(Section, note.section_id, slug=section)
            note.question = known(Question, note.question_id, slug=question)
            note.author = known(User, note.author_id, display_name=name, email=email)
            notes.append(note.show(self.membership))
        return sorted(notes, key=lambda note: (note.created_at, note.pk))

    @property
    def notes(self) -> list[Note]:
        """The notes of this meeting, in the order of writing."""
        return [note for note in self._notes if note.meeting_id == self.meeting.pk]

    @property
    def _parked(self) -> list[Note]:
        return [note for note in self._notes if note.meeting_id != self.meeting.pk]

    @property
    def parked(self) -> list[Note]:
        """The newest entries of earlier meetings in the parking lot, in the order of writing."""
        return self._parked[-MOST_PARKED:]

    @property
    def has_more_parked(self) -> bool:
        return len(self._parked) > MOST_PARKED

    @cached_property
    def next_meeting(self) -> "Meeting | None":
        """The circle's next meeting with its roles, or None."""
        meeting = self.meeting
        since = Meeting.over_if_unstarted_since()
        for following in _later(meeting.circle_id, meeting.starts_at, since):
            following.circle = meeting.circle
            self.roster.name(following, *following.ROLES)
            return following
        return None
