"""The minutes of a meeting: composed from what stands in its notes, each time anew.

Only the summary is typed for them. So a note that is mended, also after the minutes were
handed out, is mended in the minutes; it is marked as such (`Note.is_afterthought`).
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .models import ActionItem, Meeting, Note
from .models.notes import one_writer
from .outline import Outline

# What the circle shares stands first, then where it differs, then the rest.
ORDER = [
    (Note.Kind.COMMON_GROUND, _("Common ground")),
    (Note.Kind.DIFFERENCE, _("Where we differ")),
    (Note.Kind.POINT, _("Points")),
    (Note.Kind.CONCERN, _("Concerns")),
    (Note.Kind.QUESTION, _("Questions")),
    (Note.Kind.QUOTATION, _("Quotations")),
]


class StaleSummary(Exception):
    """Somebody saved another summary meanwhile: `theirs` is its text."""

    def __init__(self, theirs):
        super().__init__()
        self.theirs = theirs


@dataclass
class MinutedPart:
    """What was said on one section: its notes by kind, as (title, notes)."""

    part: object
    kinds: list


@dataclass
class Minutes:
    """All that the page of the minutes shows, in its order."""

    meeting: object
    takeaways: list
    parts: list
    parked: list
    promises: list
    came: list
    roles: list
    next_meeting: object

    @property
    def is_empty(self):
        """Nothing was noted, promised or summed up."""
        said = self.takeaways or self.parts or self.parked or self.promises
        return not (said or self.meeting.minutes_summary)


def compose(meeting, membership):
    """The minutes of a meeting as this member sees them; a fixed number of queries."""
    notes = list(meeting.notes.standing().shown_to(membership))
    talk = Outline(meeting, [note for note in notes if note.kind != Note.Kind.TAKEAWAY])
    for note in notes:
        note.meeting = meeting
    parts = [*talk.in_brief_order, talk.whole_brief]
    return Minutes(
        meeting=meeting,
        takeaways=[note for note in notes if note.kind == Note.Kind.TAKEAWAY],
        parts=[MinutedPart(part, by_kind(part.notes)) for part in parts if part.notes],
        parked=talk.parking_lot.notes,
        promises=list(ActionItem.objects.filter(meeting=meeting).shown_to(membership.user_id)),
        came=who_came(meeting),
        roles=roles(meeting),
        next_meeting=meeting.circle.meetings.upcoming()
        .filter(starts_at__gt=meeting.starts_at)
        .first(),
    )


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
        StaleSummary: somebody else saved other words meanwhile.
    """
    with one_writer(meeting.pk):
        kept = Meeting.objects.values_list("minutes_summary", flat=True).get(pk=meeting.pk)
        if kept == text:
            return
        if kept != started_from:
            raise StaleSummary(kept)
        with meeting.change():
            meeting.minutes_summary = text
            meeting.save(update_fields=["minutes_summary"])
