"""A meeting keeps its id in calendars, and feedback counts each person once."""

from django.conf import settings
from django.db import migrations, models
from django.utils.crypto import salted_hmac

import circles.models.meeting_fields
from config.online_migrations import OnlineMigration, in_batches


def uid_of_before(pk, key):
    """The id that calendars know a meeting by: earlier versions made it of the site's key."""
    return salted_hmac("circles.calendars", str(pk), secret=key, algorithm="sha256").hexdigest()[:40]


def keep_uids(apps, schema_editor):
    # The oldest key, in case the operator sets a new one with this upgrade.
    key = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS][-1]
    meetings = apps.get_model("circles", "Meeting")._default_manager
    for some in in_batches(meetings.only("pk"), size=200):
        rows = list(some)
        for meeting in rows:
            meeting.calendar_uid = uid_of_before(meeting.pk, key)
        meetings.bulk_update(rows, ["calendar_uid"])


class Migration(OnlineMigration):
    dependencies = [("circles", "0024_events")]

    operations = [
        migrations.AddField(
            "meeting",
            "calendar_uid",
            models.CharField(
                default=circles.models.meeting_fields.make_calendar_uid,
                editable=False,
                max_length=40,
            ),
        ),
        # Answers of before have no giver: nobody knows whose they are.
        migrations.AddField(
            "evaluation",
            "giver",
            models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "evaluation",
            models.UniqueConstraint(
                condition=~models.Q(giver=""),
                fields=("meeting", "giver"),
                name="one_evaluation_per_giver",
            ),
        ),
        migrations.RunPython(keep_uids, migrations.RunPython.noop),
    ]
