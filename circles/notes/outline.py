"""A meeting's notes in the order of the brief that they are about.

The notes page and the minutes both show this outline. It takes a fixed number of queries,
however many notes and sections there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext_lazy as _

from briefs.models import Question, Section
from briefs.page.compose import in_tree_order

from ..models import AgendaItem, Note

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from ..models import Meeting


PartOfBrief = TypeVar("PartOfBrief", Section, Question)


@dataclass
class Part:
    """One part that notes can be on: a section, an agenda item without one, or one of the three
    beside the sections."""

    key: str
    title: "StrPromise | str"
    section: Section | None = None
    above: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    is_planned: bool = False
    is_elsewhere: bool = False
    item: AgendaItem | None = None

    @property
    def anchor(self) -> str:
        return f"part-{self.key.replace(':', '-').replace('~', '')}"

    @property
    def takes_notes(self) -> bool:
        """Whether new notes can go here. A retired section only shows its old ones."""
        return not (self.is_elsewhere or (self.section and self.section.is_retired))

    @property
    def empty_hint(self) -> str:
        """What belongs here, as long as nothing does; empty where the title says it."""
        return str(EMPTY_HINTS.get(self.key, ""))

    @property
    def usual_kind(self) -> Note.Kind:
        """The default kind of a note written here."""
        if self.item and self.item.kind == AgendaItem.Kind.CLOSING:
            return Note.Kind.TAKEAWAY
        return USUAL_KINDS.get(self.key, Note.Kind.POINT)


# A section's slug has no tilde, so these keys never collide with one.
WHOLE_BRIEF, TAKEAWAYS, PARKING_LOT = "~whole-brief", "~takeaways", "~parking-lot"
TITLES = {
    WHOLE_BRIEF: _("Whole brief"),
    TAKEAWAYS: _("Takeaways"),
    PARKING_LOT: _("Parking lot (topics for later)"),
}
# Of the agenda items without a section; those that are no longer on the agenda share a part.
STEP, STEP_GONE = "~item-%s", "~item-gone"
EMPTY_HINTS = {
    TAKEAWAYS: _(
        "No takeaways yet. A takeaway is one thing that stays with someone. Add one for each "
        "person who wants to share."
    ),
    PARKING_LOT: _(
        "Nothing here yet. Use this for anything outside the brief, or a question to answer later."
    ),
}
USUAL_KINDS = {TAKEAWAYS: Note.Kind.TAKEAWAY, PARKING_LOT: Note.Kind.QUESTION}


class Outline:
    """The parts of a meeting's notes.

    Args:
        meeting: with its circle and brief.
        notes: the meeting's notes to show, with `section__brief` and `question`.
        sections, questions: all of the brief, if the page has read them already.
        planned: ids of this meeting's sections, if the page has them already.
        items: this meeting's agenda, if the page has read it already.
    """

    def __init__(
        self,
        meeting: "Meeting",
        notes: Iterable[Note],
        *,
        sections: list[Section] | None = None,
        questions: list[Question] | None = None,
        planned: list[int] | None = None,
        items: list[AgendaItem] | None = None,
    ) -> None:
        self.meeting = meeting
        self.notes = notes = list(notes)
        sections = self._of_brief(Section) if sections is None else sections
        questions = self._of_brief(Question) if questions is None else questions
        self.items = list(meeting.agenda_items.all()) if items is None else items
        planned = self._planned() if planned is None else planned
        self._by_section = self._parts(sections, planned)
        self.beside = {key: Part(key=key, title=title) for key, title in TITLES.items()}
        self._by_item: dict[int | None, Part] = {
            item.pk: Part(key=STEP % item.pk, title=str(item), item=item)
            for item in self.items
            if not item.section_id
        }
        self._gone = Part(key=STEP_GONE, title=_("Other notes"), is_elsewhere=True)
        self._put(notes, questions)
        order = {pk: index for index, pk in enumerate(planned)}
        parts = [part for part in self._by_section.values() if self._is_worth_showing(part)]
        self.planned = sorted(
            (part for part in parts if part.section and part.is_planned),
            key=lambda part: order[part.section.pk] if part.section else 0,
        )
        self.rest = [part for part in parts if not part.is_planned]
        self.in_brief_order = parts

    def _of_brief(self, model: type[PartOfBrief]) -> list[PartOfBrief]:
        brief = self.meeting.brief
        if not brief:
            return []
        parts = list(model._default_manager.filter(brief=brief))
        for part in parts:
            part.brief = brief
        return parts

    def _parts(self, sections: list[Section], planned: list[int]) -> "dict[int | None, Part]":
        elsewhere = {
            note.section_id: note.section
            for note in self.notes
            if note.section and note.section.brief_id != self.meeting.brief_id
        }
        parts: dict[int | None, Part] = {
            section.pk: Part(
                key=section.slug,
                title=section.heading,
                section=section,
                above=above,
                is_planned=section.pk in planned,
            )
            for section, above in in_tree_order(sections)
        }
        for section in elsewhere.values():
            parts[section.pk] = Part(
                key=f"{section.brief.slug}:{section.slug}",
                title=section.heading,
                section=section,
                above=[section.brief.title],
                is_elsewhere=True,
            )
        return parts

    def _planned(self) -> list[int]:
        """Ids of this meeting's sections: the agenda's in its order, then the readings'."""
        agenda = [item.section_id for item in self.items if item.section_id]
        readings = self.meeting.readings.values_list("section", flat=True)
        return list(dict.fromkeys([*agenda, *readings]))

    def _put(self, notes: list[Note], questions: list[Question]) -> None:
        self.questions = {question.pk: question for question in questions}
        for question in questions:
            part = self._by_section.get(question.section_id) or self.beside[WHOLE_BRIEF]
            if not question.is_retired:
                part.questions.append(question)
        for note in notes:
            note.meeting = self.meeting
            self.part_of(note).notes.append(note)

    def part_of(self, note: Note) -> Part:
        """The part that a note is in."""
        if note.is_parked:
            return self.parking_lot
        if note.section_id:
            return self._by_section.get(note.section_id) or self.parking_lot
        if note.question:
            # Notes on a question follow it when an edition moves it to another section.
            section_id = note.question.section_id
            return self._by_section.get(section_id) or self.beside[WHOLE_BRIEF]
        if note.kind == Note.Kind.TAKEAWAY:
            return self.takeaways
        return self._by_item.get(note.item_id) or self._gone

    def _is_worth_showing(self, part: Part) -> bool:
        if part.notes or part.is_planned:
            return True
        section = part.section
        if not section or section.is_retired:
            return False
        return bool(part.questions) or not section.is_container

    @property
    def whole_brief(self) -> Part:
        return self.beside[WHOLE_BRIEF]

    @property
    def takeaways(self) -> Part:
        return self.beside[TAKEAWAYS]

    @property
    def parking_lot(self) -> Part:
        return self.beside[PARKING_LOT]

    @property
    def steps(self) -> list[Part]:
        """The agenda items without a section that have notes, and the one that is open."""
        parts = self._by_item.values()
        shown = [part for part in parts if part.notes or (part.item and part.item.is_open)]
        return [*shown, *([self._gone] if self._gone.notes else [])]

    @property
    def parts(self) -> list[Part]:
        """All parts in page order: this meeting's sections, other sections, then `aside`."""
        return [*self.planned, *self.rest, *self.aside]

    @property
    def aside(self) -> list[Part]:
        """The parts beside the sections. The whole brief is one only if it has questions."""
        is_asked = self.whole_brief.questions or self.whole_brief.notes
        whole = [self.whole_brief] if is_asked else []
        return [*whole, *self.steps, self.takeaways, self.parking_lot]

    def find(self, key: str | None) -> Part | None:
        """The part with this key, or None."""
        return next((part for part in self.parts if part.key == key), None)

    def neighbors(self, part: Part) -> tuple[Part | None, Part | None]:
        """The parts before and after this one that take notes; None at the ends."""
        parts = [p for p in self.parts if p.takes_notes or p is part]
        index = parts.index(part)
        before = parts[index - 1] if index else None
        after = parts[index + 1] if index + 1 < len(parts) else None
        return before, after

    def where_to_begin(self) -> Part:
        """The part to open by default: the one with the open agenda item, else the first."""
        opened = next((item for item in reversed(self.items) if item.is_open), None)
        if opened and (part := self.part_of_item(opened)):
            return part
        in_brief = [p for p in [*self.planned, *self.rest] if p.takes_notes]
        return next(iter(in_brief), self.parking_lot)

    def step_keys(self, note: Note | None) -> "dict[str, tuple[int, StrPromise | str]]":
        """The agenda items without a section, and that of a note which is no longer on the
        agenda: {key: (number, title)}."""
        found = {part.key: (pk, part.title) for pk, part in self._by_item.items() if pk}
        if note and note.item_id and note.item_id not in {item.pk for item in self.items}:
            found[STEP_GONE] = (note.item_id, self._gone.title)
        return found

    def part_of_item(self, item: AgendaItem) -> Part | None:
        """The part of notes that are written under an agenda item."""
        return self._by_section.get(item.section_id) or self._by_item.get(item.pk)

    def item_of(self, part: Part) -> AgendaItem | None:
        """The agenda item under which notes in this part are written, if there is one."""
        of_part = (i for i in self.items if part.section and i.section_id == part.section.pk)
        return part.item or next(of_part, None)


def outline_to_write_in(meeting: "Meeting") -> Outline:
    """The outline to keep one note in, without the other notes: of them it needs only the
    sections that are no longer in the brief."""
    said_on = meeting.notes.filter(deleted_at=None).exclude(section=None).values("section")
    gone = Section.objects.filter(pk__in=said_on).exclude(brief=meeting.brief_id, retired_at=None)
    return Outline(meeting, [Note(section=section) for section in gone.select_related("brief")])
