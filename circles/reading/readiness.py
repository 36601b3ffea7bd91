"""How ready a circle is for a meeting, as far as a facilitator may know.

Facilitators see sums, and names only of people who agreed to show their reading.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from ..models import Reaction, ReadMark, Rsvp

if TYPE_CHECKING:
    from briefs.models import Section

    from ..models import Meeting, Membership, Reading


class Readiness:
    """How much of the required reading the circle has read.

    People who RSVPed no don't count. If exactly one person keeps their reading private, the
    sums leave that person out: otherwise a sum would reveal their reading.

    Args:
        meeting: which meeting.
        given: its readings, each with its section.
        people: the current members.
        answers: each member's RSVP, by the membership's id.
        viewer: the facilitator who looks; they know about their own reading.
    """

    def __init__(
        self,
        meeting: "Meeting",
        given: "list[Reading]",
        people: "list[Membership]",
        answers: dict[int, str],
        viewer: "Membership",
    ) -> None:
        self.meeting = meeting
        self.viewer = viewer
        self.required = [reading for reading in given if reading.is_required]
        self.people = [person for person in people if answers.get(person.pk) != Rsvp.Answer.NO]

    @cached_property
    def _minutes(self) -> dict[int, tuple[int, int, bool]]:
        """{membership's id: (minutes read, minutes required, whether all is read)}."""
        marks = ReadMark.objects.filter(
            user__in=[person.user_id for person in self.people],
            section__in={reading.section_id for reading in self.required},
        )
        read = set(marks.values_list("user", "section"))
        asked: dict[int, tuple[int, int, bool]] = {}
        for person in self.people:
            sections = {
                reading.section_id: reading.section.minutes
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

    @property
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
    """Readers' reactions on a meeting's brief, by section and without names.

    The reactions of one person alone would reveal who it was, so sums stay hidden until two
    people other than the viewer have left some. Questions are meant to be read by the
    facilitator, so they are shown at once.
    """

    ENOUGH = 2

    def __init__(self, meeting: "Meeting", viewer: "Membership") -> None:
        self.viewer = viewer
        marks = Reaction.objects.of_circle(meeting.circle).filter(section__brief=meeting.brief_id)
        self.all = list(marks.select_related("section"))

    @property
    def are_enough(self) -> bool:
        others = {mark.membership_id for mark in self.all} - {self.viewer.pk}
        return len(others) >= self.ENOUGH

    @cached_property
    def by_section(self) -> "dict[int, SectionMarks]":
        """{section's id: its marks}, the most marked section first."""
        counted: dict[int, SectionMarks] = {}
        for mark in self.all:
            row = counted.setdefault(mark.section_id, SectionMarks(mark.section))
            row.add(mark)
        rows = sorted(counted.values(), key=lambda row: (-row.total, row.section.heading))
        return {row.section.pk: row for row in rows}

    @property
    def rows(self) -> "list[SectionMarks]":
        """The rows that may be shown, the most marked section first."""
        shown = self.by_section.values()
        return [row for row in shown if self.are_enough or row.questions]


class SectionMarks:
    """The marks on one section."""

    def __init__(self, section: "Section") -> None:
        self.section = section
        self.stars = self.puzzled = 0
        self.questions: list[str] = []

    def add(self, mark: Reaction) -> None:
        if mark.kind == Reaction.Kind.STAR:
            self.stars += 1
        elif mark.kind == Reaction.Kind.PUZZLED:
            self.puzzled += 1
        else:
            # Alphabetical, because the order of writing could reveal who wrote.
            self.questions = sorted([*self.questions, mark.text])

    @property
    def total(self) -> int:
        return self.stars + self.puzzled + len(self.questions)
