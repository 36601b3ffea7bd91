from django.db import migrations, models

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("circles", "0042_only_marks")]

    operations = [
        migrations.AddField(
            "membership",
            "reads_on_paper",
            models.BooleanField(default=False, verbose_name="reads on paper"),
        ),
        migrations.AddField(
            "meeting", "kits_given_at", models.DateTimeField(editable=False, null=True)
        ),
    ]
