import django.utils.timezone
from django.db import migrations, models

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("circles", "0037_notes_on_items")]

    operations = [
        # Without the default first: no one is told that old readings are new.
        migrations.AddField(
            "reading", "assigned_at", models.DateTimeField(editable=False, null=True)
        ),
        migrations.AlterField(
            "reading",
            "assigned_at",
            models.DateTimeField(
                default=django.utils.timezone.now, editable=False, null=True
            ),
        ),
    ]
