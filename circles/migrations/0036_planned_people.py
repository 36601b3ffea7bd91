from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("circles", "0035_emails_in_sight")]

    operations = [
        migrations.AddField(
            "meeting",
            "planned_people",
            models.PositiveSmallIntegerField(editable=False, null=True),
        ),
    ]
