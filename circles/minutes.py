"""The minutes of a meeting: composed from what stands in its notes, each time anew.

Only the summary is typed for them. So a note that is mended, also after the minutes were
handed out, is mended in the minutes; it is marked as such (`Note.is_afterthought`).
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import ActionItem, Meeting, Note, Stale
from .outline import Outline

# What was said on each section; what the circle shares, and where it differs, stands above.
ORDER = [
    (Note.Kind.POINT, _("Points")),
    (Note.Kind.CONCERN, _("Concerns")),
    (Note.Kind.QUESTION, _("Questions")),
    (Note.Kind.QUOTATION, _("Quotations")),
]


@dataclass
class MinutedPart:
    """What was said on one section: its notes by kind, as (title, notes)."""

    part: object
    kinds: list


@dataclass
class Minutes:
    """All that the page of the minutes shows, in its order.

    `common_ground` and `differences` are (note, where it was said); `answered` and `parked`
    are what lay in the parking lot; `taken_out` counts notes deleted since the minutes
    were handed out.
    """

    meeting: object
    takeaways: list
    common_ground: list
    differences: list
    parts: list
    promises: list
    answered: list
    parked: list
    taken_out: int
    came: list
    roles: list
    next_meeting: object

    @property
    def began(self):
        """When it was begun, or was to begin, on the meeting's clock."""
        return (self.meeting.started_at or self.meeting.starts_at).astimezone(self.meeting.zone)

    @property
    def ended(self):
        return (self.meeting.ended_at or self.meeting.ends_at).astimezone(self.meeting.zone)

    @property
    def is_empty(self):
        """Nothing was noted, promised or summed up."""
        agreed = self.takeaways or self.common_ground or self.differences
        said = self.parts or self.answered or self.parked or self.promises
        return not (agreed or said or self.meeting.minutes_summary)

    @property
    def corrections(self):
        """Sentences on what was changed since they were handed out. Notes and promises that
        came or changed since carry a mark of their own."""
        found = []
        if edited := self.meeting.minutes_edited_at:
            day = date_format(edited.astimezone(self.meeting.zone), "DATE_FORMAT")
            found.append(_("The summary was changed on %(day)s.") % {"day": day})
        if self.taken_out:
            sentence = ngettext(
                "%(number)d note was taken out since.",
                "%(number)d notes were taken out since.",
                self.taken_out,
            )
            found.append(sentence % {"number": self.taken_out})
        return found


def compose(meeting, membership):
    """The minutes of a meeting as this member sees them; a fixed number of queries."""
    notes = list(meeting.notes.standing().shown_to(membership))
    talk = Outline(meeting, [note for note in notes if note.kind != Note.Kind.TAKEAWAY])
    for note in notes:
        note.meeting = meeting
    parts = [*talk.in_brief_order, *([talk.whole_brief] if talk.whole_brief.notes else [])]
    lot = talk.parking_lot
    minuted = [MinutedPart(part, by_kind(part.notes)) for part in parts]
    return Minutes(
        meeting=meeting,
        takeaways=[note for note in notes if note.kind == Note.Kind.TAKEAWAY],
        common_ground=_gathered(Note.Kind.COMMON_GROUND, [*parts, lot]),
        differences=_gathered(Note.Kind.DIFFERENCE, [*parts, lot]),
        parts=[one for one in minuted if one.kinds],
        promises=list(ActionItem.objects.filter(meeting=meeting).shown_to(membership.user_id)),
        answered=[note for note in lot.notes if note.answer],
        parked=[note for note in lot.notes if not note.answer and note.kind not in GATHERED],
        taken_out=_taken_out(meeting),
        came=who_came(meeting),
        roles=roles(meeting),
        next_meeting=meeting.circle.meetings.upcoming()
        .filter(starts_at__gt=meeting.starts_at)
        .with_brief()
        .first(),
    )


# What all sections have of these stands together, above them.
GATHERED = [Note.Kind.COMMON_GROUND, Note.Kind.DIFFERENCE]


def _gathered(kind, parts):
    """The notes of a kind, each with the title of where it was said; "" for the parking lot."""
    return [
        (note, part.title if part.section else "")
        for part in parts
        for note in part.notes
        if note.kind == kind and not (note.answer and not part.section)
    ]


def _taken_out(meeting):
    """How many notes that stood in the minutes were deleted since."""
    published = meeting.minutes_published_at
    if not published:
        return 0
    return meeting.notes.filter(created_at__lte=published, deleted_at__gt=published).count()


def by_kind(notes):
    """Notes as (title, notes), in the order of the minutes; kinds without a note are left out."""
    groups = [(title, [note for note in notes if note.kind == kind]) for kind, title in ORDER]
    return [(title, group) for title, group in groups if group]


def who_came(meeting):
    """Members by name, then visitors."""
    came = meeting.attendances.select_related("membership__user")
    return sorted(came, key=lambda one: (one.membership is None, str(one).casefold()))


def roles(meeting):
    """Who did what that evening, as (role, membership)."""
    held = Meeting.objects.select_related(*[f"{role}__user" for role in Meeting.ROLES])
    meeting = held.get(pk=meeting.pk)
    names = [(Meeting._meta.get_field(role).verbose_name, role) for role in Meeting.ROLES]
    return [(name, getattr(meeting, role)) for name, role in names if getattr(meeting, role)]


def keep_summary(meeting, text, *, started_from):
    """Keep the summary above the minutes.

    Raises:
        Stale: somebody else saved other words meanwhile.
    """
    with meeting.locked():
        if meeting.minutes_summary == text:
            return
        if meeting.minutes_summary != started_from:
            raise Stale(meeting)
        with meeting.changing():
            meeting.minutes_summary = text
            if meeting.minutes_published_at:
                meeting.minutes_edited_at = timezone.now()
            meeting.save(update_fields=["minutes_summary", "minutes_edited_at"])
