from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("circles", "0032_notes_to_erase")]

    operations = [
        migrations.AddField(
            "meeting",
            "planned_people",
            models.PositiveSmallIntegerField(editable=False, null=True),
        ),
    ]
