"""A reader's place in a brief: what is read, what is asked of them, what their circles noted."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from briefs import prose
from briefs.models import Brief
from briefs.reader import in_tree_order

from .models import Meeting, Membership, Reading, ReadMark
from .outline import notes_by_section


@dataclass
class Spot:
    """A section that has something to read, as one person finds it."""

    section: object
    is_read: bool = False
    readings: list = field(default_factory=list)
    notes: list = field(default_factory=list)


@dataclass
class Place:
    """Where a person is in a brief. Made with a fixed number of queries.

    `talked` is the last meeting of each of their circles that read an earlier edition.
    """

    brief: Brief
    spots: list
    readings: list = field(default_factory=list)
    talked: list = field(default_factory=list)
    is_known: bool = False

    @classmethod
    def of(cls, user, brief):
        """The place of this user; of a visitor, only the sections."""
        texts = [
            section
            for section, _above in in_tree_order(brief.sections.standing())
            if not section.is_container
        ]
        if not user.is_authenticated:
            return cls(brief, [Spot(section) for section in texts])
        marks = ReadMark.objects.filter(user=user, section__brief=brief)
        read = set(marks.values_list("section", flat=True))
        readings = list(Reading.objects.ahead_for(user).filter(section__brief=brief))
        notes = notes_by_section(user, brief)
        spots = [
            Spot(
                section,
                is_read=section.pk in read,
                readings=[reading for reading in readings if reading.section_id == section.pk],
                notes=notes.get(section.pk, []),
            )
            for section in texts
        ]
        circles = Membership.objects.current().filter(user=user).values("circle")
        earlier = Meeting.objects.filter(circle__in=circles).on_an_earlier_edition(brief)
        talked = {meeting.circle: meeting for meeting in reversed(earlier.select_related("circle"))}
        return cls(brief, spots, readings, list(talked.values()), is_known=True)

    @property
    def read(self):
        return sum(spot.is_read for spot in self.spots)

    @property
    def next(self):
        """The first section not read yet; None at the end."""
        return next((spot.section for spot in self.spots if not spot.is_read), None)

    @property
    def minutes_left(self):
        words = (prose.count_words(s.section.body) for s in self.spots if not s.is_read)
        return prose.count_minutes(sum(words))

    @cached_property
    def by_meeting(self):
        """What is asked for meetings to come: [(meeting, readings), …], the next one first."""
        grouped = groupby(self.readings, key=lambda reading: reading.meeting)
        return [(meeting, list(readings)) for meeting, readings in grouped]
