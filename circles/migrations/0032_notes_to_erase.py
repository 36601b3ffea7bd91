from django.db import migrations, models
from django.db.models import Q

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("circles", "0031_meetings_not_over")]

    operations = [
        migrations.AddIndex(
            "note",
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False, text__gt=""),
                name="note_to_erase",
            ),
        ),
        migrations.RemoveIndex("note", "note_by_day_of_deletion"),
    ]
