from django.core.management import call_command
from django.db import migrations


def create_table(apps, schema_editor):
    """Make the table of the shared cache, wherever `CACHE_URL` points today."""
    call_command(
        "createcachetable", "shared_cache", database=schema_editor.connection.alias, verbosity=0
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_address_changes'),
    ]

    operations = [
        migrations.RunPython(
            create_table,
            lambda apps, schema_editor: schema_editor.execute("DROP TABLE shared_cache"),
        ),
    ]
