import django.db.models.deletion
from django.db import migrations, models

from config.online_migrations import OnlineMigration


class Migration(OnlineMigration):
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
