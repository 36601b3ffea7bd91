from django.db import migrations, models
from django.db.models import Max, OuterRef, Subquery

from config.online_migrations import OnlineMigration, in_batches


def take_from_devices(apps, schema_editor):
    """Who is signed in somewhere was here before: Home then tells what's new since."""
    seen = apps.get_model("accounts", "Device").objects.filter(user=OuterRef("pk")).order_by()
    newest = seen.values("user").annotate(newest=Max("seen_at")).values("newest")
    for some in in_batches(apps.get_model("accounts", "User").objects.all()):
        some.update(seen_at=Subquery(newest))


class Migration(OnlineMigration):
    dependencies = [("accounts", "0010_people_by_name")]

    operations = [
        migrations.AddField(
            "user", "seen_at", models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddField(
            "user", "last_visit_at", models.DateTimeField(editable=False, null=True)
        ),
        migrations.RunPython(take_from_devices, migrations.RunPython.noop),
    ]
