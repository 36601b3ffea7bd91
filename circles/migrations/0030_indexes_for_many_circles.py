from django.db import migrations, models
from django.db.models import Q

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("circles", "0029_words")]

    operations = [
        migrations.AddIndex(
            "meeting",
            models.Index(
                fields=["starts_at"],
                condition=Q(scheduled_at__isnull=False)
                & Q(cancelled_at=None, started_at=None, ended_at=None),
                name="meeting_to_remind_of",
            ),
        ),
        migrations.AddIndex(
            "actionitem",
            models.Index(
                fields=["due_on"],
                condition=Q(done_at=None, due_on__isnull=False, owner__isnull=False),
                name="action_item_to_remind_of",
            ),
        ),
        migrations.AddIndex(
            "note",
            models.Index(
                fields=["meeting"],
                condition=Q(section=None, question=None, deleted_at=None),
                name="note_on_nothing",
            ),
        ),
        migrations.AddIndex(
            "evaluation", models.Index(fields=["giver"], name="evaluation_by_giver")
        ),
        *(
            migrations.AddIndex(
                "mail",
                models.Index(
                    fields=[moment],
                    condition=Q(**{f"{moment}__isnull": False}),
                    name=f"mail_by_{moment}",
                ),
            )
            for moment in ("sent_at", "dropped_at", "failed_at")
        ),
    ]
