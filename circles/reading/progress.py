"""A reader's progress in a brief: sections read, reading assigned, and notes on it."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404

from briefs.models import Brief
from briefs.page import markdown
from briefs.page.compose import in_tree_order
from config.addresses import reverse

from ..models import Meeting, Membership, PrivateNote, Reaction, Reading, ReadMark
from ..notes.outline import notes_by_section

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.forms import BaseForm

    from accounts.models import User
    from briefs.models import Section

    from ..models import Note
    from ..models.meeting_querysets import MeetingQuerySet


SHOWN_OF_SECTION = ["brief", "slug", "position", "parent", "retired_at", "heading", "body"]
SHOWN_OF_MEETING = ["circle", "number", "brief", "edition", "starts_at", "time_zone"]


def upcoming_meetings(user: "User", brief: Brief) -> list[tuple[Membership, Meeting]]:
    """Upcoming meetings on a brief in a person's circles: [(membership, meeting), …].

    The person's marks on the brief go to each of these circles. Two queries.
    """
    mine = _memberships(user)
    return [(mine[m.circle_id], m) for m in _upcoming(mine) if m.brief_id == brief.pk]


def _memberships(user: "User") -> dict[int, Membership]:
    """The person's memberships by circle, with no more of the circle than its name and slug."""
    current = Membership.objects.current().filter(user=user).select_related("circle")
    shown = current.only("user", "role", "circle__name", "circle__slug")
    return {membership.circle_id: membership for membership in shown}


def _upcoming(mine: dict[int, Membership]) -> list[Meeting]:
    """Upcoming meetings of these circles on any brief, soonest first."""
    return _shown(Meeting.objects.filter(circle__in=mine).upcoming(), mine)


def _shown(meetings: "MeetingQuerySet", mine: dict[int, Membership]) -> list[Meeting]:
    """These meetings, with no more than is shown of them."""
    shown = list(meetings.only(*SHOWN_OF_MEETING))
    for meeting in shown:
        meeting.circle = mine[meeting.circle_id].circle
    return shown


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

    @cached_property
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
        sections = {section.pk: section for section in brief.sections.only(*SHOWN_OF_SECTION)}
        current = [section for section in sections.values() if not section.is_retired]
        texts = [section for section, _above in in_tree_order(current) if not section.is_container]
        if not user.is_authenticated:
            return cls(brief, [SectionProgress(section) for section in texts])
        mine = _memberships(user)
        meetings = _upcoming(mine)
        upcoming = [(mine[m.circle_id], m) for m in meetings if m.brief_id == brief.pk]
        readings = _readings(mine, meetings, sections)
        marks = _marks([membership for membership, _meeting in upcoming], sections)
        read_marks = ReadMark.objects.filter(user=user, section__in=sections)
        read = set(read_marks.values_list("section", flat=True))
        private = PrivateNote.objects.filter(user=user, section__in=sections).order_by("pk")
        own = dict(private.values_list("section", "text"))
        notes = notes_by_section(user, texts)
        rows = [
            SectionProgress(
                section,
                is_read=section.pk in read,
                readings=[reading for reading in readings if reading.section_id == section.pk],
                notes=notes.get(section.pk, []),
                marks=marks.get(section.pk, {}),
                note=own.pop(section.pk, ""),
            )
            for section in texts
        ]
        retired = [SectionProgress(sections[pk], note=text) for pk, text in own.items()]
        talked = _last_on_an_earlier_edition(mine, brief)
        return cls(brief, rows, readings, talked, upcoming, retired, is_known=True)

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


def _readings(
    mine: dict[int, Membership], meetings: list[Meeting], sections: dict[int, "Section"]
) -> list[Reading]:
    """Their readings of these sections for these meetings, in the order of the meetings."""
    found: dict[int, list[Reading]] = {meeting.pk: [] for meeting in meetings}
    if meetings:
        asked = Reading.objects.asked_of(mine.values()).order_by("pk")
        for reading in asked.filter(meeting__in=meetings, section__in=sections):
            reading.section = sections[reading.section_id]
            found[reading.meeting_id].append(reading)
    for meeting in meetings:
        for reading in found[meeting.pk]:
            reading.meeting = meeting
    return [reading for meeting in meetings for reading in found[meeting.pk]]


def _marks(
    memberships: list[Membership], sections: dict[int, "Section"]
) -> dict[int, dict[str, str]]:
    """What these memberships marked on these sections: {section's id: {kind: text}}."""
    marks: dict[int, dict[str, str]] = {}
    made = Reaction.objects.filter(membership__in=memberships, section__in=sections)
    for section_id, kind, text in made.values_list("section", "kind", "text"):
        marks.setdefault(section_id, {})[kind] = text
    return marks


def _last_on_an_earlier_edition(mine: dict[int, Membership], brief: Brief) -> list[Meeting]:
    """The last meeting of each circle that read an earlier edition of the brief."""
    earlier = Meeting.objects.filter(circle__in=mine).on_an_earlier_edition(brief)
    last = {meeting.circle_id: meeting for meeting in reversed(_shown(earlier, mine))}
    return list(last.values())
