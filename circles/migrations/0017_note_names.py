from django.db import migrations, models

from config.online_migrations import OnlineMigration, in_batches


def name_where_the_circle_does(apps, schema_editor):
    """Mark the notes of circles that record names today; all others name nobody.

    What a circle recorded at an earlier time isn't known any more, so the doubt goes to the
    writer: a note is named only where its circle's page says so on the day of this migration.
    """
    notes = apps.get_model("circles", "Note").objects.all()
    for some in in_batches(notes):
        some.filter(meeting__circle__confidentiality="recorded").update(is_named=True)


class Migration(OnlineMigration):
    dependencies = [("circles", "0016_mail_message_id")]

    operations = [
        migrations.AddField(
            model_name="note",
            name="is_named",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(name_where_the_circle_does, migrations.RunPython.noop),
    ]
