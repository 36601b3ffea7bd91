"""A reader's progress in a brief: sections read, reading assigned, and notes on it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404

from briefs.models import Brief, Section
from briefs.page import markdown
from briefs.page.lines import SectionLine, section_lines
from config.addresses import reverse
from config.prepared import prepared

from ..models import Circle, Mark, Meeting, Membership, Note, Reading
from ..models.own_reading import left_in_words, minutes_left_at
from .marks import Mine, Sharing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SHOWN_OF_MEETING = ["circle", "number", "brief", "edition", "starts_at", "started_at", "time_zone"]


def upcoming_meetings(user: "User", brief: Brief) -> list[tuple[Membership, Meeting]]:
    """Upcoming meetings on a brief in a person's circles: [(membership, meeting), …].

    The person's marks on the brief go to each of these circles. Two queries.
    """
    mine = _mine(user)
    return [(mine[m.circle_id], m) for m in _upcoming(mine) if m.brief_id == brief.pk]


def _mine(user: "User") -> dict[int, Membership]:
    """The person's memberships by circle, with no more of the circle than its name and slug."""
    return {membership.circle_id: membership for membership in _memberships(user.pk)}


def _upcoming(mine: dict[int, Membership]) -> list[Meeting]:
    """Upcoming meetings of these circles on any brief, soonest first."""
    meetings = _meetings_ahead([*mine], Meeting.over_if_unstarted_since()) if mine else []
    return _in_circles(meetings, mine)


def _in_circles(meetings: list[Meeting], mine: dict[int, Membership]) -> list[Meeting]:
    for meeting in meetings:
        meeting.circle = mine[meeting.circle_id].circle
    return meetings


@prepared
def _memberships(user: int) -> QuerySet[Membership]:
    current = Membership.objects.current().filter(user=user).select_related("circle")
    return current.only("user", "role", "circle__name", "circle__slug", "circle__privacy")


@prepared
def _meetings_ahead(circles: Collection[int], since: datetime) -> QuerySet[Meeting]:
    return Meeting.objects.filter(circle__in=circles).upcoming(since).only(*SHOWN_OF_MEETING)


@prepared
def _asked(
    memberships: Collection[int], meetings: Collection[int]
) -> QuerySet[Reading, tuple[Any, ...]]:
    asked = Reading.objects.asked_of(memberships).filter(meeting__in=meetings).order_by("pk")
    return asked.values_list("meeting", "section", "membership", "is_required")


@prepared
def _talked_about(brief: int, circles: Collection[int]) -> QuerySet[Section, tuple[int, bool]]:
    """The sections of a brief, and whether these circles noted something on them at a meeting on
    this brief.

    The database goes from meeting to meeting on the brief until one has a note on the section, so
    this takes no longer with each year. PostgreSQL would turn an `Exists` inside of another into
    a join of all notes; it leaves a `Subquery` as it is.
    """
    said = Note.objects.filter(
        section=OuterRef(OuterRef("pk")), meeting=OuterRef("pk"), deleted_at=None
    )
    meetings = Meeting.objects.filter(brief=brief, circle__in=circles).order_by()
    noted = meetings.alias(said=Subquery(said.order_by().values("pk")[:1])).exclude(said=None)
    sections = Section.objects.filter(brief=brief, retired_at=None).order_by()
    return sections.annotate(is_noted=Exists(noted)).values_list("pk", "is_noted")


@prepared
def _last_on_an_earlier_edition(
    circles: Collection[int], brief: int, edition: date
) -> QuerySet[Meeting]:
    """The last meeting of each circle that read an earlier edition of the brief."""
    earlier = Meeting.objects.on_an_earlier_edition(brief, edition)
    last = earlier.filter(circle=OuterRef("pk")).values("pk")[:1]
    newest = Circle.objects.filter(pk__in=circles).order_by().values_list(Subquery(last))
    return Meeting.objects.filter(pk__in=newest).order_by("starts_at").only(*SHOWN_OF_MEETING)


class Asked(NamedTuple):
    """A section that a person is to read for a meeting."""

    meeting: Meeting
    section: SectionLine
    leads: bool
    is_required: bool
    url: str
    is_read: bool

    @property
    def minutes(self) -> int:
        return self.section.minutes


class Place(NamedTuple):
    """Which section of how many, and the minutes that are left."""

    number: int
    of: int
    minutes_left: int


class SectionUrls:
    """Makes the URLs of what a person does at a section.

    Reversing each of them would take longer than all else on a row.
    """

    ANY = "-"
    NAMES = ["section_read", "section_mark", "mark_create", "section_notes"]

    def __init__(self, brief: Brief) -> None:
        urls = [reverse(f"circles:{name}", args=[brief.slug, self.ANY]) for name in self.NAMES]
        self._ends = [url.rsplit(f"/{self.ANY}/", 1) for url in urls]

    def of(self, slug: str) -> list[str]:
        """In the order of `NAMES`."""
        return [f"{start}/{slug}/{end}" for start, end in self._ends]


@dataclass
class SectionProgress:
    """A section with text to read, as one person sees it.

    Args:
        section: which section.
        urls: as `SectionUrls.of` gives them.
        url: where it's read; if it's assigned, as a part of the person's own reading.
        is_assigned: whether the person is to read it for an upcoming meeting.
        is_read: whether the person marked it read.
        is_noted: whether their circles have notes on it.
        marks: what the person marked, in the order of the text.
        shared: notes that others share with them until a meeting begins.
    """

    section: SectionLine
    urls: list[str]
    url: str
    is_assigned: bool = False
    is_read: bool = False
    is_noted: bool = False
    marks: list[Mark] = field(default_factory=list)
    shared: list[Mark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.read_url, self.mark_url, self.marks_url, self.notes_url = self.urls

    @property
    def is_starred(self) -> bool:
        """Whether all of it is starred, and not only words of it."""
        return self._has_whole(Mark.Kind.STAR)

    @property
    def is_confusing(self) -> bool:
        return self._has_whole(Mark.Kind.CONFUSING)

    def _has_whole(self, kind: str) -> bool:
        return any(mark.kind == kind and not mark.is_passage for mark in self.marks)

    @property
    def listed(self) -> list[Mark]:
        """The marks that a line says more of than the buttons of the section do."""
        return [mark for mark in self.marks if mark.is_written or mark.is_passage]


@dataclass
class ReadingProgress:
    """A person's progress in a brief. A fixed number of queries.

    Args:
        brief: which brief, from `BriefQuerySet.at_a_glance`.
        sections: its sections with text, in reading order.
        readings: what is assigned to the person for upcoming meetings.
        talked: for each of their circles, the last meeting on an earlier edition.
        upcoming: see `upcoming_meetings`.
        retired: sections that left the brief and have marks of the person.
        is_known: whether the person is signed in.
    """

    brief: Brief
    sections: list[SectionProgress]
    readings: list[Asked] = field(default_factory=list)
    talked: list[Meeting] = field(default_factory=list)
    upcoming: list[tuple[Membership, Meeting]] = field(default_factory=list)
    retired: list[SectionProgress] = field(default_factory=list)
    is_known: bool = False

    @classmethod
    def at_section(cls, user: "User", brief: Brief, line: SectionLine) -> "ReadingProgress":
        """The progress at this section alone: their marks, their note, and where these go.

        Args:
            brief: as for `gather`.
            line: one of its `section_lines`.
        """
        mine = _mine(user)
        row = SectionProgress(line, SectionUrls(brief).of(line.slug), line.address(brief))
        upcoming = [(mine[m.circle_id], m) for m in _upcoming(mine) if m.brief_id == brief.pk]
        _fill([row], user, brief, upcoming)
        row.is_noted = bool(mine) and dict(_talked_about(brief.pk, [*mine])).get(line.pk, False)
        return cls(brief, [row], upcoming=upcoming, is_known=True)

    @classmethod
    def gather(
        cls, user: "User | AnonymousUser", brief: Brief, *, at: str | None = None
    ) -> "ReadingProgress":
        """The progress of this user; a visitor gets only the sections.

        Args:
            user: whose progress.
            brief: which brief.
            at: the slug of the section whose marks are wanted; None for those of all.
        """
        lines, urls = section_lines(brief), SectionUrls(brief)
        rows = {
            line.pk: SectionProgress(line, urls.of(line.slug), line.address(brief))
            for line in lines
        }
        to_read = [row for row in rows.values() if row.section.is_to_read]
        if not user.is_authenticated:
            return cls(brief, to_read)
        mine = _mine(user)
        meetings = _upcoming(mine)
        upcoming = [(mine[m.circle_id], m) for m in meetings if m.brief_id == brief.pk]
        marked = [row for row in rows.values() if at in (None, row.section.slug)]
        _fill(marked, user, brief, upcoming, rows)
        earlier = []
        if mine:
            for section_id, is_noted in _talked_about(brief.pk, [*mine]):
                if section_id in rows:
                    rows[section_id].is_noted = is_noted
            earlier = _last_on_an_earlier_edition([*mine], brief.pk, brief.edition)
        return cls(
            brief,
            to_read,
            _readings(mine, meetings, rows),
            _in_circles(earlier, mine),
            upcoming,
            [row for row in rows.values() if row.listed and not row.section.is_to_read],
            is_known=True,
        )

    def find(self, slug: str) -> SectionProgress:
        """The progress in the section with this slug, retired ones with a mark included.

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

    @cached_property
    def next_meetings(self) -> list[Meeting]:
        """The next meeting on the brief in each of their circles."""
        first: dict[int, Meeting] = {}
        for _membership, meeting in self.upcoming:
            first.setdefault(meeting.circle_id, meeting)
        return list(first.values())

    @cached_property
    def sharing(self) -> Sharing:
        return Sharing(meeting for _membership, meeting in self.upcoming)

    @cached_property
    def read(self) -> int:
        return sum(row.is_read for row in self.sections)

    @cached_property
    def next(self) -> SectionProgress | None:
        """The first section not read yet, of those assigned if there are any; None if all are
        read."""
        unread = [row for row in self.sections if not row.is_read]
        return next((row for row in unread if row.is_assigned), unread[0] if unread else None)

    @cached_property
    def minutes_left(self) -> int:
        left = sum(row.section.words for row in self.sections if not row.is_read)
        return markdown.count_minutes(left)

    @property
    def assigned(self) -> list[Asked]:
        """What's to be read for the next meeting, in the brief's order."""
        return self.by_meeting[0][1] if self.by_meeting else []

    @property
    def left_words(self) -> str:
        """How much of it is left, in the words of `OwnReading`; empty if all is read."""
        left = [asked for asked in self.assigned if not asked.is_read]
        return left_in_words(len(left), len(self.assigned), sum(asked.minutes for asked in left))

    def place(self, slug: str) -> "Place | None":
        """How far along a reader of this section is: in what's assigned to them, if it's that, or
        else in the whole brief. None if there is no such section."""
        for _meeting, readings in self.by_meeting:
            for number, asked in enumerate(readings, start=1):
                if asked.section.slug == slug:
                    return Place(number, len(readings), minutes_left_at(number, readings))
        for number, row in enumerate(self.sections, start=1):
            if row.section.slug == slug:
                words = sum(row.section.words for row in self.sections[number - 1 :])
                return Place(number, len(self.sections), markdown.count_minutes(words))
        return None

    @cached_property
    def by_meeting(self) -> list[tuple[Meeting, list[Asked]]]:
        """Readings for upcoming meetings: [(meeting, readings), …], the next meeting first."""
        grouped = groupby(self.readings, key=lambda reading: reading.meeting)
        return [(meeting, list(readings)) for meeting, readings in grouped]


def _fill(
    marked: list[SectionProgress],
    user: "User",
    brief: Brief,
    upcoming: list[tuple[Membership, Meeting]],
    rows: dict[int, SectionProgress] | None = None,
) -> None:
    """Tell each section what the person did there.

    Args:
        marked: the sections whose marks are wanted.
        rows: all sections by id, to tell which are read; None for those above.
    """
    wanted = {row.section.pk: row for row in marked}
    mine = Mine.gather(user.pk, brief, [*wanted], [meeting for _m, meeting in upcoming])
    for pk, row in (rows or wanted).items():
        row.is_read = pk in mine.read
    for pk, row in wanted.items():
        row.marks, row.shared = mine.marks.get(pk, []), mine.shared.get(pk, [])


def _readings(
    mine: dict[int, Membership], meetings: list[Meeting], rows: dict[int, SectionProgress]
) -> list[Asked]:
    """Their readings of these sections for these meetings, in the order of the meetings and then
    of the brief."""
    found: dict[int, list[Asked]] = {meeting.pk: [] for meeting in meetings}
    if meetings:
        by_id = {meeting.pk: meeting for meeting in meetings}
        for meeting_id, section_id, own, is_required in _asked(
            [membership.pk for membership in mine.values()], [*by_id]
        ):
            if row := rows.get(section_id):
                meeting = by_id[meeting_id]
                where = [meeting.circle.slug, meeting.number, row.section.slug]
                url = reverse("circles:reading_section", args=where)
                found[meeting_id].append(
                    Asked(meeting, row.section, bool(own), is_required, url, row.is_read)
                )
    order = {pk: number for number, pk in enumerate(rows)}
    readings = [
        asked
        for of_meeting in found.values()
        for asked in sorted(of_meeting, key=lambda asked: order[asked.section.pk])
    ]
    for asked in reversed(readings):  # the next meeting last, so that it's the one that counts
        row = rows[asked.section.pk]
        row.is_assigned, row.url = True, asked.url
    return readings
