"""Deletes the notes of meetings that a circle didn't want to keep longer.

Agenda, attendance, and action items stay. A note's row stays without words, so that a device that
was offline can't bring it back.
"""

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from ..models import Circle, Meeting, Note
from ..models.meeting_querysets import MeetingQuerySet


def meetings_with_words(circle: Circle) -> MeetingQuerySet:
    """The circle's meetings that have notes, deleted or not, or a summary, the oldest first."""
    notes = Note.objects.filter(meeting=OuterRef("pk")).order_by()
    said = Exists(notes.filter(Q(text__gt="") | Q(answer__gt=""))) | Q(minutes_summary__gt="")
    return circle.meetings.filter(said).order_by("starts_at", "pk")


def due(circle: Circle, at: datetime) -> list[Meeting]:
    """The meetings whose notes are to be deleted by then."""
    if not circle.retention_months:
        return []
    # Months forward and back differ by up to three days, as some have fewer.
    until = at - relativedelta(months=circle.retention_months) + timedelta(days=3)
    old = meetings_with_words(circle).filter(starts_at__lte=until)
    return [meeting for meeting in old if circle.notes_are_due(meeting.starts_at, at)]


def erase_old(now: datetime, most: int) -> int:
    """Erase the notes of meetings where they are due, but of so many at most.

    Returns:
        Of how many meetings.
    """
    number = 0
    choosing = Circle.objects.filter(retention_starts_at__lte=now)
    for circle in choosing.order_by("retention_starts_at"):
        for meeting in due(circle, now)[: most - number]:
            # It may choose to keep notes in this moment.
            with circle.locked():
                if circle.notes_are_due(meeting.starts_at, now):
                    _erase(meeting)
                    number += 1
    return number


def _erase(meeting: Meeting) -> None:
    with meeting.locked():
        notes = Note.objects.filter(meeting=meeting)
        for note in notes.filter(sent__isnull=False):
            note.take_back_sent()
        now = timezone.now()
        with meeting.changing() as revision:
            notes.filter(deleted_at=None).update(deleted_at=now)
            notes.update(text="", answer="", longest_before=0, revision=revision)
            meeting.minutes_summary, meeting.notes_erased_at = "", now
            meeting.save(update_fields=["minutes_summary", "notes_erased_at"])
