"""Deletes the notes of meetings that a circle didn't want to keep longer.

Agenda, attendance, and action items stay. A note's row stays without words, so that a device that
was offline can't bring it back.
"""

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.when import full_date

from ..models import Circle, Meeting, Note
from ..models.meeting_querysets import MeetingQuerySet


def due(meetings: MeetingQuerySet, months: int, at: datetime) -> list[Meeting]:
    """Those of these meetings that began so many months before, and have words to delete: notes,
    deleted or not, or a summary. The oldest come first."""
    # Months forward and back differ by up to three days, as some have fewer.
    until = at - relativedelta(months=months) + timedelta(days=3)
    notes = Note.objects.filter(meeting=OuterRef("pk")).order_by()
    has_words = Exists(notes.filter(Q(text__gt="") | Q(answer__gt=""))) | Q(minutes_summary__gt="")
    old = meetings.filter(has_words, starts_at__lte=until, notes_erased_at=None)
    old = old.order_by("starts_at", "pk")
    return [meeting for meeting in old if meeting.starts_at + relativedelta(months=months) <= at]


def erase_old(now: datetime, most: int) -> int:
    """Erase the notes of meetings where they are due, but of so many at most.

    Returns:
        Of how many meetings.
    """
    number = 0
    choosing = Circle.objects.filter(retention_starts_at__lte=now)
    chosen = choosing.order_by("retention_months").values_list("retention_months", flat=True)
    for months in filter(None, chosen.distinct()):
        meetings = Meeting.objects.filter(circle__in=choosing.filter(retention_months=months))
        for meeting in due(meetings.select_related("circle"), months, now):
            if number == most:
                return number
            number += _erase(meeting, now)
    return number


def _erase(meeting: Meeting, now: datetime) -> bool:
    """Erase what was said at this meeting, if that is still due. Returns whether it was."""
    with meeting.circle.locked(), meeting.locked():
        if not meeting.circle.notes_are_due(meeting.starts_at, now):
            return False
        notes = Note.objects.filter(meeting=meeting)
        for note in notes.filter(sent__isnull=False).select_related("sent__question"):
            note.take_back_sent()
        erased_at = timezone.now()
        with meeting.changing() as revision:
            notes.filter(deleted_at=None).update(deleted_at=erased_at)
            notes.update(text="", answer="", longest_before=0, revision=revision)
            meeting.minutes_summary, meeting.notes_erased_at = "", erased_at
            meeting.save(update_fields=["minutes_summary", "notes_erased_at"])
    return True


def retention_line_of(meeting: Meeting) -> str:
    """When the meeting's notes will be deleted, or were; empty if they stay."""
    if erased_at := meeting.notes_erased_at:
        text, at = _("The notes of this meeting were deleted on %(day)s."), erased_at
    elif (goes_at := meeting.circle.notes_go_at(meeting.starts_at)) and not meeting.notes_are_over:
        text, at = _("The notes of this meeting will be deleted on %(day)s."), goes_at
    else:
        return ""
    return text % {"day": full_date(at.astimezone(meeting.zone))}
