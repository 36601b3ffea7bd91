from django.db import migrations, models
from django.db.models import Q

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
        migrations.AddIndex(
            "circle",
            models.Index(
                fields=["retention_starts_at"],
                condition=Q(retention_starts_at__isnull=False),
                name="circle_by_retention",
            ),
        ),
        migrations.AddField(
            "meeting",
            "notes_erased_at",
            models.DateTimeField(editable=False, null=True),
        ),
    ]
