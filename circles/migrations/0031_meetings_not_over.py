from django.db import migrations, models
from django.db.models import Q

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("circles", "0030_indexes_for_many_circles")]

    operations = [
        migrations.AddIndex(
            "meeting",
            models.Index(
                fields=["brief", "circle", "edition", "starts_at"],
                name="meeting_by_brief_and_edition",
            ),
        ),
        # The new one begins with the same columns.
        migrations.RemoveIndex("meeting", "meeting_by_brief_and_circle"),
        migrations.AddIndex(
            "meeting",
            models.Index(
                fields=["circle", "starts_at"],
                condition=Q(cancelled_at=None, ended_at=None),
                name="meeting_not_over",
            ),
        ),
    ]
