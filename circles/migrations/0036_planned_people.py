from django.db import migrations, models

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("circles", "0035_emails_in_sight")]

    operations = [
        migrations.AddField(
            "meeting",
            "planned_people",
            models.PositiveSmallIntegerField(editable=False, null=True),
        ),
    ]
