from django.db import migrations, models
from django.db.models import Q

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("circles", "0044_questions_to_editors")]

    operations = [
        migrations.AddIndex(
            "invitation", models.Index(fields=["expires_at"], name="invitation_by_end")
        ),
        migrations.AddIndex("datepoll", models.Index(fields=["created_at"], name="poll_by_moment")),
        migrations.AddIndex(
            "calendarfeed",
            models.Index(
                fields=["revoked_at"], condition=Q(revoked_at__isnull=False), name="feed_by_end"
            ),
        ),
    ]
