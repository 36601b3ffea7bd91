"""Emails can be sent before their time, and each names the circle that it comes from."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from config.online_migrations import OnlineMigration, in_batches


def name_the_circles(apps, schema_editor):
    """Fill in the circle of emails that are about a meeting, a poll, and so on."""
    Mail = apps.get_model("circles", "Mail")
    for some in in_batches(Mail.objects.all()):
        for subject in ("Membership", "Meeting", "DatePoll", "Invitation"):
            field = "poll" if subject == "DatePoll" else subject.lower()
            rows = apps.get_model("circles", subject).objects.filter(pk=OuterRef(f"{field}_id"))
            without = some.filter(circle=None, **{f"{field}__isnull": False})
            without.update(circle_id=Subquery(rows.values("circle_id")[:1]))


class Migration(OnlineMigration):
    dependencies = [("circles", "0034_meeting_cancel_reason")]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="hurried_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(name_the_circles, migrations.RunPython.noop, elidable=True),
    ]
