from django.db import migrations, models

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    """A circle's choice of when notes are deleted counts from a moment, and is carried out."""

    dependencies = [("circles", "0045_find_what_is_old")]

    operations = [
        migrations.AddField(
            "circle",
            "retention_starts_at",
            models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            "meeting",
            "notes_erased_at",
            models.DateTimeField(editable=False, null=True),
        ),
    ]
