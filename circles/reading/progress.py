"""A reader's progress in a brief: sections read, reading assigned, and notes on it."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse

from briefs.models import Brief
from briefs.page import markdown
from briefs.page.compose import in_tree_order

from ..models import Meeting, Membership, PrivateNote, Reaction, Reading, ReadMark
from ..notes.outline import notes_by_section

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.forms import BaseForm

    from accounts.models import User
    from briefs.models import Section

    from ..models import Note


def upcoming_meetings(user: "User", brief: Brief) -> list[tuple[Membership, Meeting]]:
    """Upcoming meetings on a brief in a person's circles: [(membership, meeting), …].

    The person's marks on the brief go to each of these circles. Two queries.
    """
    mine = {m.circle_id: m for m in Membership.objects.current().filter(user=user)}
    upcoming = Meeting.objects.upcoming().filter(brief=brief, circle__in=mine)
    return [(mine[m.circle_id], m) for m in upcoming.select_related("circle")]


@dataclass
class SectionProgress:
    """A section with text to read, as one person sees it.

    Args:
        section: which section.
        is_read: whether the person marked it read.
        readings: the person's readings of it for upcoming meetings.
        notes: what their circles noted on it: [(meeting, notes), …].
        marks: the person's reactions for upcoming meetings: {kind: text}.
        note: their private note; empty if there is none.
        form: the form for marks and note, where the page has one.
    """

    section: "Section"
    is_read: bool = False
    readings: list[Reading] = field(default_factory=list)
    notes: list[tuple[Meeting, list["Note"]]] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    note: str = ""
    form: "BaseForm | None" = None

    @property
    def is_starred(self) -> bool:
        return Reaction.Kind.STAR in self.marks

    @property
    def is_confusing(self) -> bool:
        return Reaction.Kind.PUZZLED in self.marks

    @property
    def question(self) -> str:
        """The person's question for the meeting; empty if there is none."""
        return self.marks.get(Reaction.Kind.QUESTION, "")

    @property
    def draft(self) -> str:
        """The name under which the browser stores unsaved text of the margin."""
        return f"margin-{self.section.pk}"

    @property
    def margin_url(self) -> str:
        return reverse("circles:margin_edit", args=[self.section.brief.slug, self.section.slug])


@dataclass
class ReadingProgress:
    """A person's progress in a brief. A fixed number of queries.

    Args:
        brief: which brief.
        sections: its sections with text, in reading order.
        readings: what is assigned to the person for upcoming meetings.
        talked: for each of their circles, the last meeting on an earlier edition.
        upcoming: see `upcoming_meetings`.
        retired: sections that left the brief and have a private note of the person.
        is_known: whether the person is signed in.
    """

    brief: Brief
    sections: list[SectionProgress]
    readings: list[Reading] = field(default_factory=list)
    talked: list[Meeting] = field(default_factory=list)
    upcoming: list[tuple[Membership, Meeting]] = field(default_factory=list)
    retired: list[SectionProgress] = field(default_factory=list)
    is_known: bool = False

    @classmethod
    def gather(cls, user: "User | AnonymousUser", brief: Brief) -> "ReadingProgress":
        """The progress of this user; a visitor gets only the sections."""
        texts = [
            section
            for section, _above in in_tree_order(brief.sections.in_edition())
            if not section.is_container
        ]
        for section in texts:
            section.brief = brief
        if not user.is_authenticated:
            return cls(brief, [SectionProgress(section) for section in texts])
        read_marks = ReadMark.objects.filter(user=user, section__brief=brief)
        read = set(read_marks.values_list("section", flat=True))
        readings = list(Reading.objects.upcoming_for(user).filter(section__brief=brief))
        notes = notes_by_section(user, texts)
        upcoming = upcoming_meetings(user, brief)
        marks: dict[int, dict[str, str]] = {}
        memberships = [membership for membership, _meeting in upcoming]
        for mark in Reaction.objects.filter(membership__in=memberships, section__brief=brief):
            marks.setdefault(mark.section_id, {})[mark.kind] = mark.text
        private = PrivateNote.objects.filter(user=user, section__brief=brief)
        own = {note.section_id: note for note in private.select_related("section")}
        sections = [
            SectionProgress(
                section,
                is_read=section.pk in read,
                readings=[reading for reading in readings if reading.section_id == section.pk],
                notes=notes.get(section.pk, []),
                marks=marks.get(section.pk, {}),
                note=own.pop(section.pk).text if section.pk in own else "",
            )
            for section in texts
        ]
        circles = Membership.objects.current().filter(user=user).values("circle")
        earlier = Meeting.objects.filter(circle__in=circles).on_an_earlier_edition(brief)
        talked = {meeting.circle: meeting for meeting in reversed(earlier.select_related("circle"))}
        retired = [SectionProgress(note.section, note=note.text) for note in own.values()]
        for row in retired:
            row.section.brief = brief
        return cls(
            brief, sections, readings, list(talked.values()), upcoming, retired, is_known=True
        )

    def find(self, slug: str) -> SectionProgress:
        """The progress in the section with this slug, retired ones with a note included.

        Raises:
            Http404: there is no such section.
        """
        for row in [*self.sections, *self.retired]:
            if row.section.slug == slug:
                return row
        raise Http404

    @cached_property
    def memberships(self) -> list[Membership]:
        """The memberships that the person's marks belong to.

        One for each circle with an upcoming meeting on the brief.
        """
        return list({membership.pk: membership for membership, _m in self.upcoming}.values())

    @property
    def next_meetings(self) -> list[Meeting]:
        """The next meeting on the brief in each of their circles."""
        first: dict[int, Meeting] = {}
        for _membership, meeting in self.upcoming:
            first.setdefault(meeting.circle_id, meeting)
        return list(first.values())

    @property
    def read(self) -> int:
        return sum(row.is_read for row in self.sections)

    @property
    def next(self) -> "Section | None":
        """The first section not read yet; None if all are read."""
        return next((row.section for row in self.sections if not row.is_read), None)

    @property
    def minutes_left(self) -> int:
        words = (markdown.count_words(s.section.body) for s in self.sections if not s.is_read)
        return markdown.count_minutes(sum(words))

    @cached_property
    def by_meeting(self) -> list[tuple[Meeting, list[Reading]]]:
        """Readings for upcoming meetings: [(meeting, readings), …], the next meeting first."""
        grouped = groupby(self.readings, key=lambda reading: reading.meeting)
        return [(meeting, list(readings)) for meeting, readings in grouped]
