"""A meeting that has started was held: it can't be cancelled as well.

Rows that are both become one of the two. The constraint that holds it comes in a migration
of its own: PostgreSQL changes no table in the transaction that wrote to it and left checks
for its end.
"""

from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone


def resolve(apps, schema_editor):
    """With notes or attendance it was held, and has ended; otherwise it was cancelled.

    Calendars showed a held one as cancelled, so they hear of the change when they ask next
    (`sequence`). No mail is queued.
    """
    Meeting = apps.get_model("circles", "Meeting")
    Note = apps.get_model("circles", "Note")
    Attendance = apps.get_model("circles", "Attendance")
    both = Meeting.objects.exclude(started_at=None).exclude(cancelled_at=None)
    said = Note.objects.filter(meeting=OuterRef("pk"), deleted_at=None)
    came = Attendance.objects.filter(meeting=OuterRef("pk"))
    was_held = Q(Exists(said)) | Q(Exists(came))
    for meeting in both.filter(was_held):
        started, cancelled = meeting.started_at, meeting.cancelled_at
        planned = started + timedelta(minutes=meeting.duration_minutes)
        guessed = cancelled if cancelled > started else planned
        Meeting.objects.filter(pk=meeting.pk).update(
            cancelled_at=None,
            ended_at=meeting.ended_at or guessed,
            sequence=F("sequence") + 1,
            changed_at=timezone.now(),
        )
    both.update(started_at=None, ended_at=None)


class Migration(migrations.Migration):

    dependencies = [
        ('circles', '0018_vouches'),
    ]

    operations = [
        migrations.RunPython(resolve, migrations.RunPython.noop),
    ]
