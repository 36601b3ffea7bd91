from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_words")]

    operations = [
        migrations.AddIndex(
            "user", models.Index(fields=["display_name", "email"], name="person_by_name")
        ),
    ]
