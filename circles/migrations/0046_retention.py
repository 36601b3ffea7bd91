from django.core.validators import MinValueValidator
from django.db import migrations, models
from django.db.models import Q

from config.online_migrations import OnlineMigration


def forget(apps, schema_editor):
    """No form offered it, and no one was told of it."""
    circles = apps.get_model("circles", "Circle")._default_manager
    circles.exclude(retention_months=None).update(retention_months=None)


class Migration(OnlineMigration):
    """A circle's choice of when notes are deleted counts from a moment, and is carried out."""

    dependencies = [("circles", "0045_find_what_is_old")]

    operations = [
        migrations.AlterField(
            "circle",
            "retention_months",
            models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[MinValueValidator(1)],
                verbose_name="when notes are deleted",
            ),
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.AddField(
            "circle",
            "retention_starts_at",
            models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            "circle",
            models.Index(
                fields=["retention_starts_at"],
                condition=Q(retention_starts_at__isnull=False),
                name="circle_by_retention",
            ),
        ),
        migrations.AddConstraint(
            "circle",
            models.CheckConstraint(
                condition=Q(retention_months=None, retention_starts_at=None)
                | Q(retention_months__isnull=False, retention_starts_at__isnull=False),
                name="circle_retention_has_a_start",
            ),
        ),
        migrations.AddField(
            "meeting",
            "notes_erased_at",
            models.DateTimeField(editable=False, null=True),
        ),
    ]
