from django.db import migrations, models
from django.db.models import Q

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
    dependencies = [("accounts", "0012_how_one_reads")]

    operations = [
        migrations.AddIndex(
            "user",
            models.Index(
                fields=["date_joined"], condition=Q(last_login=None), name="person_never_signed_in"
            ),
        ),
        migrations.AddIndex(
            "addresschange",
            models.Index(fields=["asked_at"], name="address_change_by_moment"),
        ),
    ]
