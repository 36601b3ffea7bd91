import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from config.online_migrations import OnlineMigration, in_batches

SETTINGS = [
    ("off_the_record", "Off the record"),
    ("chatham_house", "Chatham House Rule"),
    ("recorded", "Recorded with names"),
]


def keep_what_was_promised(apps, schema_editor):
    """Give notes and meetings from before the setting that they were most likely under.

    A note with a name was recorded. One without has its circle's setting of today, or the
    strictest where that one records names. A meeting that has begun, or that someone wrote
    about, has its circle's setting, or the strictest if one of its notes has no name.
    """
    notes = apps.get_model("circles", "Note").objects.all()
    for some in in_batches(notes):
        some.filter(is_named=True).update(privacy="recorded")
        unnamed = some.filter(is_named=False, meeting__circle__privacy="chatham_house")
        unnamed.update(privacy="chatham_house")
    its_notes = notes.filter(meeting=models.OuterRef("pk"))
    was_held = (
        models.Q(started_at__isnull=False)
        | ~models.Q(minutes_summary="")
        | models.Exists(its_notes)
    )
    for some in in_batches(apps.get_model("circles", "Meeting").objects.all()):
        for setting, _label in SETTINGS:
            some.filter(was_held, circle__privacy=setting).update(privacy=setting)
        doubtful = some.filter(models.Exists(its_notes.filter(is_named=False)), privacy="recorded")
        doubtful.update(privacy="off_the_record")


def name_again(apps, schema_editor):
    apps.get_model("circles", "Note").objects.filter(privacy="recorded").update(is_named=True)


class Migration(OnlineMigration):
    dependencies = [("circles", "0026_invitation_account")]

    operations = [
        migrations.CreateModel(
            name="PrivacyChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.CharField(choices=SETTINGS, max_length=16)),
                ("after", models.CharField(choices=SETTINGS, max_length=16)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="circles.membership",
                    ),
                ),
                (
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="privacy_changes",
                        to="circles.circle",
                    ),
                ),
                (
                    "unseen_by",
                    models.ManyToManyField(
                        blank=True,
                        related_name="unseen_privacy_changes",
                        to="circles.membership",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the privacy setting",
                "verbose_name_plural": "changes of the privacy setting",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="privacychange",
            constraint=models.CheckConstraint(
                condition=~models.Q(before=models.F("after")), name="privacy_change_changes"
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="privacy",
            field=models.CharField(blank=True, choices=SETTINGS, editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="note",
            name="privacy",
            field=models.CharField(
                choices=SETTINGS, default="off_the_record", editable=False, max_length=16
            ),
        ),
        migrations.RunPython(keep_what_was_promised, name_again),
        migrations.RemoveField(model_name="note", name="is_named"),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(privacy__in=["off_the_record", "chatham_house", "recorded"]),
                name="note_privacy_is_known",
            ),
        ),
    ]
