from django.db import migrations, models

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("accounts", "0009_words")]

    operations = [
        migrations.AddIndex(
            "user", models.Index(fields=["display_name", "email"], name="person_by_name")
        ),
    ]
