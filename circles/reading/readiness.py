"""How ready a circle is for a meeting, as a facilitator may know it: sums, and names only of
those who agreed to show theirs."""

from functools import cached_property
from typing import TYPE_CHECKING

from ..models import Reaction, ReadMark, Rsvp

if TYPE_CHECKING:
    from briefs.models import Section

    from ..models import Meeting, Membership, Reading


class Readiness:
    """What is read of what is asked, by the circle as a whole.

    Counted are the people who have not said no. A sum over one person would tell of that
    person, so where only one keeps their reading to themselves, the sums leave them out.

    Args:
        meeting: with its readings in `given`, each with its section.
        people: who is in the circle now.
        answers: what each said to the meeting, by the membership's id.
        viewer: the facilitator who looks; they know of their own reading.
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
        """Minutes of each asked section, and the sections of each person."""
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
        """The viewer may know it of this person."""
        return person.shows_reading or person.pk == self.viewer.pk

    @cached_property
    def asked(self) -> "list[Membership]":
        """People who are asked for something."""
        return [person for person in self.people if person.pk in self._minutes]

    @cached_property
    def private(self) -> "list[Membership]":
        return [person for person in self.asked if not self._is_open(person)]

    @property
    def leaves_one_out(self) -> bool:
        """One person only keeps their reading to themselves, so the sums do not count them."""
        return len(self.private) == 1

    @property
    def counted(self) -> "list[Membership]":
        return (
            [p for p in self.asked if p not in self.private] if self.leaves_one_out else self.asked
        )

    @property
    def ready(self) -> int:
        """How many have read all that is asked of them."""
        return sum(self._minutes[person.pk][2] for person in self.counted)

    @property
    def minutes_read(self) -> int:
        return sum(self._minutes[person.pk][0] for person in self.counted)

    @property
    def minutes(self) -> int:
        return sum(self._minutes[person.pk][1] for person in self.counted)

    @property
    def shown(self) -> "list[tuple[Membership, int, int, bool]]":
        """Of those who show it: (person, minutes read, minutes asked, whether all is read)."""
        return [(p, *self._minutes[p.pk]) for p in self.asked if p.shows_reading]


class Marks:
    """What readers marked on a meeting's brief, by section and without names.

    The marks of one person alone would tell who it was, so sums wait until two people other
    than the viewer have left some. A question was left to be read, so it is shown at once.
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
        """{section id: (section, stars, puzzled, questions as texts)}; the most marked first."""
        counted: dict[int, SectionMarks] = {}
        for mark in self.all:
            row = counted.setdefault(mark.section_id, SectionMarks(mark.section))
            row.add(mark)
        rows = sorted(counted.values(), key=lambda row: (-row.total, row.section.heading))
        return {row.section.pk: row for row in rows}

    @property
    def rows(self) -> "list[SectionMarks]":
        """What may be shown, the most marked section first."""
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
            # In the order of the alphabet: the order of writing could tell who wrote.
            self.questions = sorted([*self.questions, mark.text])

    @property
    def total(self) -> int:
        return self.stars + self.puzzled + len(self.questions)
