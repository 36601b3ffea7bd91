from django.db import migrations, models

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("circles", "0038_readings_assigned_at")]

    operations = [
        migrations.AddIndex(
            "note",
            models.Index(fields=["meeting", "section"], name="note_by_meeting_and_section"),
        ),
    ]
