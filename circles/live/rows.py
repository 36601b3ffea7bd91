"""What the live page reads, each of it once: the agenda, who came, notes, action items, and the
parts of the brief."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Min, OuterRef, Q, Subquery, Value

from accounts.models import User
from briefs.models import CallToAction, HelpLine, Question, Section

from ..models import ActionItem, Note, Roster
from ..models.columns import Columns, rows_of
from ..models.notes import LINE
from ..notes.outline import Outline

if TYPE_CHECKING:
    from ..models import AgendaItem, Attendance, Meeting, Membership

NOTE = (
    Columns(Note, LINE),
    Columns(Section, ["slug", "brief"], "section__"),
    Columns(Question, ["slug", "brief", "section"], "question__"),
    Columns(User, ["display_name", "email"], "author__"),
)
LINE_OF_BRIEF = ["name", "when", "phone", "text_number", "url", "hours"]


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
        return list(self.meeting.attendances.order_by("pk"))

    @cached_property
    def roster(self) -> Roster:
        came = [attendance.membership_id for attendance in self.attendances]
        return Roster(self.meeting.circle, self.membership, self.meeting, also=came)

    @property
    def expected(self) -> int:
        """See `agenda.expected`."""
        coming = [rsvp for rsvp in self.roster.rsvps if rsvp.answer == rsvp.Answer.YES]
        heads = sum(rsvp.heads for rsvp in coming)
        return len(self.attendances) or heads or len(self.roster.members) or 1

    @cached_property
    def items(self) -> "list[AgendaItem]":
        """The agenda."""
        items = list(self.meeting.agenda_items.all())
        known = {section.pk: section for section in self.sections}
        for item in items:
            item.meeting = self.meeting
            if item.section_id in known:
                item.section = known[item.section_id]
        return items

    @cached_property
    def sections(self) -> list[Section]:
        """All sections of the brief, each with `assigned`: the first reading that names it."""
        if not self.meeting.brief:
            return []
        named = self.meeting.readings.filter(section=OuterRef("pk")).order_by().values("meeting")
        # The least rather than the first in order: for an order, SQLite takes the index by
        # section, and reads what all circles have on it.
        first = named.annotate(first=Min("pk")).values("first")
        names = ("brief", "parent", "slug", "position", "heading", "body", "retired_at")
        sections = Section.objects.filter(brief=self.meeting.brief_id).only(*names)
        found: list[Section] = list(sections.annotate(assigned=Subquery(first)))
        for section in found:
            section.brief = self.meeting.brief
        return found

    @cached_property
    def questions(self) -> list[Question]:
        """All questions of the brief, each with the figure that it refers to."""
        if not self.meeting.brief:
            return []
        questions = Question.objects.filter(brief=self.meeting.brief_id)
        return list(questions.select_related("figure__source"))

    @cached_property
    def outline(self) -> Outline:
        """The parts that notes can be on, without the notes."""
        assigned = [section for section in self.sections if section.assigned]  # type: ignore[attr-defined]  # annotated
        assigned.sort(key=lambda section: section.assigned)  # type: ignore[attr-defined]  # annotated
        planned = [item.section_id for item in self.items if item.section_id]
        planned += [section.pk for section in assigned]
        return Outline(
            self.meeting,
            [],
            sections=self.sections,
            questions=self.questions,
            planned=list(dict.fromkeys(planned)),
        )

    @cached_property
    def _of_brief(self) -> list[tuple[Any, ...]]:
        """Calls to action and help lines: (step, text, one value for each of `LINE_OF_BRIEF`)."""
        brief = self.meeting.brief
        if not brief:
            return []
        order, nothing = ("position", "slug"), Value("")
        calls = (
            brief.calltoactions.in_edition()
            .order_by()
            .values_list(*order, "step", "text", *(nothing for _name in LINE_OF_BRIEF))
        )
        lines = (
            brief.helplines.in_edition()
            .order_by()
            .values_list(*order, nothing, nothing, *LINE_OF_BRIEF)
        )
        rows = sorted(calls.union(lines, all=True), key=lambda row: row[:2])
        return [row[2:] for row in rows]

    @property
    def calls(self) -> list[CallToAction]:
        return [CallToAction(step=step, text=text) for step, text, *_line in self._of_brief if step]

    @property
    def help_lines(self) -> list[HelpLine]:
        return [
            HelpLine(**dict(zip(LINE_OF_BRIEF, line, strict=True)))
            for step, _text, *line in self._of_brief
            if not step
        ]

    @cached_property
    def _actions(self) -> list[ActionItem]:
        open_before = Q(done_at=None, meeting__starts_at__lt=self.meeting.starts_at)
        items = ActionItem.objects.of_circle(self.meeting.circle).lines()
        items = items.filter(Q(meeting=self.meeting) | open_before).order_by("created_at", "pk")
        return [item.show(self.membership, self.roster) for item in items]

    @property
    def actions(self) -> list[ActionItem]:
        """The action items of this meeting, in the order of writing."""
        return [item for item in self._actions if item.meeting_id == self.meeting.pk]

    @property
    def open_actions(self) -> list[ActionItem]:
        """See `agenda.open_actions`."""
        before = [i for i in self._actions if i.meeting_id != self.meeting.pk and not i.done_at]
        return sorted(before, key=lambda item: (item.due_on is None, item.due_on or 0))

    @cached_property
    def _notes(self) -> list[Note]:
        own = self.meeting.notes.filter(deleted_at=None)
        earlier = Note.objects.unanswered().filter(
            meeting__circle=self.meeting.circle_id, meeting__starts_at__lt=self.meeting.starts_at
        )
        notes = []
        for note, section, question, author in rows_of([own, earlier], *NOTE):
            note.section, note.question, note.author = section, question, author
            notes.append(note.show(self.membership))
        return sorted(notes, key=lambda note: (note.created_at, note.pk))

    @property
    def notes(self) -> list[Note]:
        """The notes of this meeting, in the order of writing."""
        return [note for note in self._notes if note.meeting_id == self.meeting.pk]

    @property
    def parked(self) -> list[Note]:
        """See `agenda.parked`."""
        return [note for note in self._notes if note.meeting_id != self.meeting.pk]

    @cached_property
    def next_meeting(self) -> "Meeting | None":
        """The circle's next meeting with its roles, or None."""
        later = self.meeting.circle.meetings.upcoming().filter(starts_at__gt=self.meeting.starts_at)
        following = later.for_cards().first()
        if following:
            following.circle = self.meeting.circle
            self.roster.name(following, *following.ROLES)
        return following
