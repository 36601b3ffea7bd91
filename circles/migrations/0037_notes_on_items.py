import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("circles", "0036_planned_people")]

    operations = [
        migrations.AddField(
            "note",
            "item",
            models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="notes",
                to="circles.agendaitem",
            ),
        ),
    ]
