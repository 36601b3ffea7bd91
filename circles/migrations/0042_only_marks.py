from django.db import migrations


class Migration(migrations.Migration):
    """What became marks isn't kept twice: a note that its writer deletes is to be gone."""

    dependencies = [("circles", "0041_marks_from_before")]

    operations = [
        migrations.DeleteModel(name="PrivateNote"),
        migrations.DeleteModel(name="Reaction"),
    ]
