"""What a reader marked in a brief, and the notes that others share with them for a meeting."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField, Field, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from briefs.models import Brief, Section
from briefs.page.lines import section_texts
from briefs.page.markdown import plain, squeezed
from config.prepared import prepared
from config.when import month_day

from ..models import Mark, Membership, ReadMark

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import Meeting

READ = "read"
COLUMNS = [
    *("kind", "section_id", "key", "paragraph", "quote", "text", "shared_for_id", "is_named"),
    *("user_id", "version", "created_at", "user__display_name"),
]


class Mine(NamedTuple):
    """What a person did at the sections of a brief, by the section's id.

    Args:
        read: the sections they read.
        marks: their own marks, in the order of the text.
        shared: notes of others, in the order of the text.
    """

    read: set[int]
    marks: dict[int, list[Mark]]
    shared: dict[int, list[Mark]]

    @classmethod
    def gather(
        cls, user: int, brief: Brief, sections: Collection[int], meetings: "list[Meeting]"
    ) -> "Mine":
        """One query, and the texts of the brief if they aren't kept and someone marked words.

        Args:
            user: the person's id.
            brief: from `BriefQuerySet.at_a_glance`.
            sections: those whose marks are wanted.
            meetings: upcoming meetings of their circles on the brief, with their circles.
        """
        mine = cls(set(), {}, {})
        by_id = {meeting.pk: meeting for meeting in meetings if takes_notes(meeting)}
        rows = _rows(user, brief.pk, [*sections] or [0], [*by_id], timezone.now())
        for kind, section, *values in rows:
            if kind == READ:
                mine.read.add(section)
                continue
            mark = _mark([kind, section, *values])
            mark.shared_until = by_id.get(mark.shared_for_id or 0)
            mark.is_changed = bool(mark.quote) and not _has(brief, section, mark.quote)
            found = mine.marks if mark.user_id == user else mine.shared
            found.setdefault(section, []).append(mark)
        for marks in mine.marks.values():
            marks.sort(key=lambda mark: (*_place(mark), mark.created_at))
        for marks in mine.shared.values():
            # By their words, because the order of writing could reveal who wrote.
            marks.sort(key=lambda mark: (*_place(mark), mark.text))
        return mine


@prepared
def _rows(
    user: int, brief: int, marked: Collection[int], meetings: Collection[int], now: datetime
) -> QuerySet[Any, tuple[Any, ...]]:
    """What a person marked in these sections, the notes there that others share with them for
    these meetings, and what they read in the brief: one value for each of `COLUMNS`."""
    mine = Mark.objects.filter(user=user, section__in=marked).not_deleted()
    theirs = Mark.objects.filter(section__in=marked).shared_for(meetings, user, now)
    sections = Section.objects.filter(brief=brief).order_by().values("pk")
    read = ReadMark.objects.filter(user=user, section__in=sections)
    nothing = [Value(None, output_field=_field(name)) for name in COLUMNS[2:]]
    return (
        mine.order_by()
        .values_list(*COLUMNS)
        .union(
            theirs.order_by().values_list(*COLUMNS),
            read.order_by().values_list(Value(READ), "section_id", *nothing),
            all=True,
        )
    )


def _field(name: str) -> "Field[Any, Any]":
    if name == "user__display_name":
        return CharField()
    field: Any = Mark._meta.get_field(name.removesuffix("_id"))
    return field.target_field if field.is_relation else field


def _mark(values: list[Any]) -> Mark:
    *values, writer = values
    mark = Mark(**dict(zip(COLUMNS, values, strict=False)))
    mark.writer = writer if mark.is_named else ""
    return mark


def _place(mark: Mark) -> tuple[bool, int]:
    """Where it comes in a list of marks: by paragraph, and those on the whole section last."""
    return (not mark.is_passage, mark.paragraph or 0)


def _has(brief: Brief, section: int, quote: str) -> bool:
    return squeezed(quote) in section_texts(brief).get(section, "")


def tell_more(marks: "Iterable[Mark]", user: "User") -> None:
    """Tell each of a person's own marks, from `with_places()`, whether its passage has changed,
    and the meeting that it's shared for until it begins. One query."""
    circles = Membership.objects.current().filter(user=user).values_list("circle", flat=True)
    current = set(circles)
    for mark in marks:
        words = squeezed(plain(mark.section.body))
        mark.is_changed = bool(mark.quote) and squeezed(mark.quote) not in words
        meeting = mark.shared_for
        if meeting and meeting.circle_id in current and meeting.is_to_come:
            mark.shared_until = meeting if takes_notes(meeting) else None


def takes_notes(meeting: "Meeting") -> bool:
    """Whether a note can be shared for this upcoming meeting: it hasn't begun."""
    return not meeting.started_at and meeting.starts_at > timezone.now()


class Sharing:
    """For which meetings a reader can share a note: the next one of each circle.

    Args:
        upcoming: upcoming meetings of the reader's circles on the brief, soonest first.
    """

    def __init__(self, upcoming: "Iterable[Meeting]") -> None:
        self.by_circle: dict[str, Meeting] = {}
        for meeting in upcoming:
            if takes_notes(meeting):
                self.by_circle.setdefault(meeting.circle.slug, meeting)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Each circle's slug, and in words who would see the note and until when."""
        return [(slug, _readers(meeting)) for slug, meeting in self.by_circle.items()]

    @property
    def named(self) -> str:
        """The circles that show a writer's name. A page sends them with what is written, because
        that is what it said."""
        circles = [meeting.circle for meeting in self.by_circle.values()]
        return " ".join(circle.slug for circle in circles if circle.shows_names)


def _readers(meeting: "Meeting") -> str:
    told = {"circle": meeting.circle, "day": month_day(meeting)}
    if meeting.circle.shows_names:
        return _("Members of %(circle)s, with your name, until the meeting on %(day)s") % told
    return _("Members of %(circle)s, without your name, until the meeting on %(day)s") % told


def mark_data(mark: Mark) -> dict[str, Any]:
    """A mark as its reader's device keeps it."""
    shared = mark.shared_for if mark.shared_for_id else None
    return {
        "id": str(mark.key),
        "kind": mark.kind,
        "paragraph": mark.paragraph_id(mark.section.slug),
        "quote": mark.quote,
        "text": mark.text,
        "shared": shared.circle.slug if shared and takes_notes(shared) else "",
        "version": mark.version,
    }
