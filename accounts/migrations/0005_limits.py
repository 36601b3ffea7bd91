import django.utils.timezone
from django.core.management import call_command
from django.db import migrations, models


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
        migrations.CreateModel(
            name='Guesses',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('code', 'code'), ('password', 'password')], max_length=8)),
                ('browser', models.CharField(blank=True, max_length=16)),
                ('made_at', models.JSONField(default=list)),
                ('last_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'kind', 'browser'), name='one_row_of_guesses_per_browser')],
            },
        ),
    ]
