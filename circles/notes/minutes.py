"""The minutes of a meeting, composed from its notes on each request.

Only the summary is stored for them. So an edit of a note also changes published minutes,
which mark the note as changed (`Note.is_afterthought`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.when import full_date, kept_when, when_for

from ..models import ActionItem, AgendaItem, Meeting, Stale
from .kinds import BY_SECTION, GATHERED
from .outline import Outline
from .privacy import privacy_lines

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User

    from ..models import Attendance, Membership, Note
    from .kinds import NoteKind
    from .outline import Part


@dataclass
class Said:
    """A note in the minutes, and the title of its part if no heading above it gives it."""

    note: "Note"
    where: "StrPromise | str" = ""


@dataclass
class Chapter:
    """One part of the minutes.

    Args:
        look: “notes”, “actions”, “topics”, “people” or “next”.
        title: its heading.
        groups: notes: [(heading, [Said, …]), …]; the heading is empty if there is one group.
        actions: action items.
        topics: items of the agenda.
        part: the part of the outline, if it is about a section.
    """

    look: str
    title: "StrPromise | str"
    groups: list[tuple["StrPromise | str", list[Said]]] = field(default_factory=list)
    actions: list[ActionItem] = field(default_factory=list)
    topics: list[AgendaItem] = field(default_factory=list)
    part: "Part | None" = None

    @property
    def template(self) -> str:
        """The part of the page that draws it."""
        return f"circles/minutes/chapters/_{self.look}.html"


@dataclass
class Minutes:
    """The contents of the minutes. `chapters` has them in order.

    `gathered` and `sections` are chapters of notes; `talked` and `left` are the agenda's items
    that were talked about and that were left for next time; `answered` and `parked` come from the
    parking lot; `taken_out` counts notes deleted since the minutes were published.
    `privacy_lines` say who may hear what was said, and when it is deleted. `reader` is whose page
    or file it is.
    """

    meeting: Meeting
    gathered: list[Chapter]
    sections: list[Chapter]
    actions: list[ActionItem]
    talked: list[AgendaItem]
    left: list[AgendaItem]
    answered: list["Note"]
    parked: list["Note"]
    taken_out: int
    came: list["Attendance"]
    roles: list[tuple[str, "Membership"]]
    next_meeting: Meeting | None
    privacy_lines: "list[StrPromise | str]"
    reader: "User | None"

    @property
    def chapters(self) -> list[Chapter]:
        """All parts that aren't empty, in the order of the page and of the files."""
        found = []
        if self.actions:
            found.append(Chapter("actions", _("Action items"), actions=self.actions))
        found += self.gathered
        if self.talked:
            found.append(Chapter("topics", _("What we talked about"), topics=self.talked))
        found += self.sections
        if self.left:
            found.append(Chapter("topics", _("Left for next time"), topics=self.left))
        if self.answered:
            found.append(_notes_chapter(_("Parking lot: questions answered"), self.answered))
        if self.parked:
            found.append(_notes_chapter(_("Parking lot: topics for later"), self.parked))
        if self.came or self.roles:
            found.append(Chapter("people", _("Who was there")))
        if self.next_meeting:
            found.append(Chapter("next", _("Next meeting")))
        return found

    @property
    def came_names(self) -> list[str]:
        """Who came, with a word for visitors."""
        return [one.name_in_minutes for one in self.came]

    @property
    def began(self) -> datetime:
        """When the meeting began, or was planned to begin, on the circle's wall clock."""
        return (self.meeting.started_at or self.meeting.starts_at).astimezone(self.meeting.zone)

    @property
    def ended(self) -> datetime:
        return (self.meeting.ended_at or self.meeting.ends_at).astimezone(self.meeting.zone)

    @property
    def when(self) -> str:
        """“Thursday, December 17, 2026, 7–8:30 PM”, as it's kept in the minutes."""
        return kept_when(self.began, self.ended, self.reader)

    @property
    def next_when(self) -> str:
        """When the next meeting is, for the page."""
        return when_for(self.next_meeting, self.reader) if self.next_meeting else ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of what was said: no note, topic, action item or summary."""
        says = any(chapter.look in ("notes", "actions", "topics") for chapter in self.chapters)
        return not (says or self.meeting.minutes_summary)

    @property
    def corrections(self) -> list[str]:
        """Sentences on what changed since the minutes were published.

        Notes and action items that were added or changed since are marked one by one.
        """
        found: list[str] = []
        if self.meeting.notes_erased_at:
            return found
        if edited := self.meeting.minutes_edited_at:
            day = full_date(edited.astimezone(self.meeting.zone))
            found.append(_("The summary was edited on %(day)s.") % {"day": day})
        if self.taken_out:
            sentence = ngettext(
                "%(number)d note has been removed since.",
                "%(number)d notes have been removed since.",
                self.taken_out,
            )
            found.append(sentence % {"number": self.taken_out})
        return found


def compose(meeting: Meeting, membership: "Membership") -> Minutes:
    """The minutes of a meeting as this member sees them. A fixed number of queries."""
    notes = list(meeting.notes.not_deleted().shown_to(membership).with_sent())
    talk = Outline(meeting, notes)
    in_brief = [*talk.in_brief_order, talk.whole_brief, *talk.steps]
    lot = talk.parking_lot
    sections = [_section_chapter(part) for part in in_brief]
    gathered = [_gathered_chapter(row, [*in_brief, lot, talk.takeaways]) for row in GATHERED]
    gathered_kinds = [row.kind for row in GATHERED]
    topics = AgendaItem.objects.talk(meeting, notes)
    return Minutes(
        meeting=meeting,
        gathered=[chapter for chapter in gathered if chapter.groups],
        sections=[chapter for chapter in sections if chapter.groups],
        actions=list(ActionItem.objects.filter(meeting=meeting).shown_to(membership.user_id)),
        talked=topics.talked,
        left=topics.left,
        answered=[note for note in lot.notes if note.has_answer],
        parked=[
            note for note in lot.notes if not note.has_answer and note.kind not in gathered_kinds
        ],
        taken_out=_taken_out(meeting),
        came=who_came(meeting),
        roles=Meeting.objects.with_roles().get(pk=meeting.pk).roles,
        next_meeting=meeting.circle.meetings.upcoming()
        .filter(starts_at__gt=meeting.starts_at)
        .with_brief()
        .first(),
        privacy_lines=privacy_lines(meeting, notes),
        reader=membership.user,
    )


def _notes_chapter(title: "StrPromise", notes: "list[Note]") -> Chapter:
    return Chapter("notes", title, [("", [Said(note) for note in notes])])


def _gathered_chapter(row: "NoteKind", parts: "list[Part]") -> Chapter:
    """All notes of a kind, except answered parking lot entries: those have their own chapter."""
    said = [
        Said(note, part.title if part.section or part.item else "")
        for part in parts
        for note in part.notes
        if note.kind == row.kind and not (note.is_parked and note.has_answer)
    ]
    return Chapter("notes", row.heading, [("", said)] if said else [])


def _section_chapter(part: "Part") -> Chapter:
    """The notes of a part by kind. Kinds without a note are left out."""
    of_kinds = [
        (row.heading, [Said(note) for note in part.notes if note.kind == row.kind])
        for row in BY_SECTION
    ]
    return Chapter("notes", part.title, [group for group in of_kinds if group[1]], part=part)


def _taken_out(meeting: Meeting) -> int:
    """How many notes were in the published minutes and are deleted now."""
    published = meeting.minutes_published_at
    if not published:
        return 0
    return meeting.notes.filter(created_at__lte=published, deleted_at__gt=published).count()


def who_came(meeting: Meeting) -> "list[Attendance]":
    """The attendance: members by name, then visitors."""
    came = meeting.attendances.select_related("membership__user")
    return sorted(came, key=lambda one: (one.membership is None, str(one).casefold()))


def keep_summary(meeting: Meeting, text: str, *, started_from: str) -> None:
    """Save the summary above the minutes.

    Args:
        meeting: whose minutes.
        text: the new summary.
        started_from: the summary as the writer saw it.

    Raises:
        ValidationError: the circle keeps no notes of the meeting anymore, and no summary.
        Stale: someone else saved another summary since.
    """
    with meeting.locked():
        if closed := meeting.why_no_words:
            raise ValidationError(closed)
        if meeting.minutes_summary == text:
            return
        if meeting.minutes_summary != started_from:
            raise Stale(meeting)
        with meeting.changing():
            meeting.privacy_of_new_words()
            meeting.minutes_summary = text
            if meeting.minutes_published_at:
                meeting.minutes_edited_at = timezone.now()
            meeting.save(update_fields=["minutes_summary", "minutes_edited_at"])
