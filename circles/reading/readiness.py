"""How ready a circle is for a meeting, as far as a facilitator may know.

Facilitators see sums, and names only of people who agreed to show their reading.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet, Value

from briefs.models import Section
from config.prepared import prepared

from ..models import Mark, ReadMark, Rsvp

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..models import Meeting, Membership, Reading


SECTION = ["pk", "slug", "heading", "retired_at"]


class MembersMark(NamedTuple):
    """A mark of one member on a section or a passage of it."""

    kind: str
    membership_id: int
    text: str
    section: Section


@prepared
def _read_and_marked(
    users: "Collection[int]",
    required: "Collection[int]",
    memberships: "Collection[int]",
    brief: int,
) -> "QuerySet[ReadMark, tuple[Any, ...]]":
    """What these people read of these sections, and their marks on the brief: (kind of mark or
    empty, id of user or membership, text, one value for each of `SECTION`)."""
    of_section = [f"section__{name}" for name in SECTION]
    read = ReadMark.objects.filter(user__in=users, section__in=required)
    # The marks are found by their readers: other circles' are on the same sections.
    counted = Mark.memberships.through.objects.filter(
        membership__in=memberships, mark__user__in=users, mark__section__brief=brief
    )
    of_mark = [f"mark__{name}" for name in ("text", *of_section)]
    return read.values_list(Value(""), "user", Value(""), *of_section).union(
        counted.values_list("mark__kind", "membership", *of_mark), all=True
    )


class Readers:
    """What the members have read for a meeting, and their marks on its brief. One query.

    Args:
        meeting: which meeting.
        people: the current members.
        required: ids of the sections that someone is to read.
    """

    def __init__(
        self, meeting: "Meeting", people: "list[Membership]", required: "Collection[int]"
    ) -> None:
        self.meeting, self.people, self.required = meeting, people, required

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        return _read_and_marked(
            [person.user_id for person in self.people],
            self.required,
            [person.pk for person in self.people],
            self.meeting.brief_id or 0,
        )

    @property
    def read(self) -> set[tuple[int, int]]:
        """Ids (user, section) of what is read."""
        return {(who, section) for kind, who, _text, section, *_more in self._rows if not kind}

    @property
    def marks(self) -> list[MembersMark]:
        sections: dict[int, Section] = {}
        marks = []
        for kind, who, text, pk, *more in self._rows:
            if kind:
                if pk not in sections:
                    sections[pk] = Section(**dict(zip(SECTION, [pk, *more], strict=True)))
                marks.append(MembersMark(kind, who, text, sections[pk]))
        return marks


class Readiness:
    """How much of the required reading the circle has read.

    People who RSVPed no don't count. If exactly one person keeps their reading private, the
    sums leave that person out: otherwise a sum would reveal their reading.

    Args:
        given: a meeting's readings, as `given_for` gives them.
        people: the current members.
        answers: each member's RSVP, by the membership's id.
        viewer: the facilitator who looks; they know about their own reading.
        readers: what the members have read.
    """

    def __init__(
        self,
        given: "list[Reading]",
        people: "list[Membership]",
        answers: dict[int, str],
        viewer: "Membership",
        readers: Readers,
    ) -> None:
        self.viewer, self.readers = viewer, readers
        self.required = [reading for reading in given if reading.is_required]
        self.people = [person for person in people if answers.get(person.pk) != Rsvp.Answer.NO]

    @cached_property
    def _minutes(self) -> dict[int, tuple[int, int, bool]]:
        """{membership's id: (minutes read, minutes required, whether all is read)}."""
        read = self.readers.read
        asked: dict[int, tuple[int, int, bool]] = {}
        for person in self.people:
            sections = {
                reading.section_id: reading.minutes
                for reading in self.required
                if reading.membership_id in (None, person.pk)
            }
            if sections:
                done = {pk: m for pk, m in sections.items() if (person.user_id, pk) in read}
                asked[person.pk] = (sum(done.values()), sum(sections.values()), done == sections)
        return asked

    def _is_open(self, person: "Membership") -> bool:
        """Whether the viewer may know about this person's reading."""
        return person.shows_reading or person.pk == self.viewer.pk

    @cached_property
    def asked(self) -> "list[Membership]":
        """People with required reading."""
        return [person for person in self.people if person.pk in self._minutes]

    @cached_property
    def private(self) -> "list[Membership]":
        return [person for person in self.asked if not self._is_open(person)]

    @property
    def leaves_one_out(self) -> bool:
        """Exactly one person keeps their reading private, so the sums leave them out."""
        return len(self.private) == 1

    @cached_property
    def counted(self) -> "list[Membership]":
        return (
            [p for p in self.asked if p not in self.private] if self.leaves_one_out else self.asked
        )

    @property
    def ready(self) -> int:
        """How many people have read all of their required reading."""
        return sum(self._minutes[person.pk][2] for person in self.counted)

    @property
    def minutes_read(self) -> int:
        return sum(self._minutes[person.pk][0] for person in self.counted)

    @property
    def minutes(self) -> int:
        return sum(self._minutes[person.pk][1] for person in self.counted)

    @property
    def shown(self) -> "list[tuple[Membership, int, int, bool]]":
        """People who show their reading.

        [(person, minutes read, minutes required, whether all is read), …].
        """
        return [(p, *self._minutes[p.pk]) for p in self.asked if p.shows_reading]


class Marks:
    """Readers' marks on a meeting's brief, by section and without names.

    The marks of one person alone would reveal who it was, so sums stay hidden until two
    people other than the viewer have left some. Questions are meant to be read by the
    facilitator, so they are shown at once.
    """

    ENOUGH = 2

    def __init__(self, viewer: "Membership", readers: Readers) -> None:
        self.viewer, self.all = viewer, readers.marks

    @cached_property
    def are_enough(self) -> bool:
        others = {mark.membership_id for mark in self.all} - {self.viewer.pk}
        return len(others) >= self.ENOUGH

    @cached_property
    def by_section(self) -> "dict[int, SectionMarks]":
        """{section's id: its marks}, the most marked section first."""
        counted: dict[int, SectionMarks] = {}
        for mark in self.all:
            row = counted.setdefault(mark.section.pk, SectionMarks(mark.section))
            row.add(mark)
        rows = sorted(counted.values(), key=lambda row: (-row.total, row.section.heading))
        return {row.section.pk: row for row in rows}

    @cached_property
    def rows(self) -> "list[SectionMarks]":
        """The rows that may be shown, the most marked section first."""
        shown = self.by_section.values()
        return [row for row in shown if self.are_enough or row.questions]


class SectionMarks:
    """The marks on one section. A member who starred several passages of it counts once."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self._by_kind: dict[str, set[int]] = {}
        self.questions: list[str] = []

    def add(self, mark: MembersMark) -> None:
        self._by_kind.setdefault(mark.kind, set()).add(mark.membership_id)
        if mark.kind == Mark.Kind.QUESTION:
            # Alphabetical, because the order of writing could reveal who wrote.
            self.questions = sorted([*self.questions, mark.text])

    @property
    def stars(self) -> int:
        return len(self._by_kind.get(Mark.Kind.STAR, ()))

    @property
    def confusing(self) -> int:
        return len(self._by_kind.get(Mark.Kind.CONFUSING, ()))

    @property
    def total(self) -> int:
        return self.stars + self.confusing + len(self.questions)
