"""Create the search index again, with the signs of briefs/search/signs.py."""

from importlib import import_module

from django.db import migrations

create = import_module("briefs.migrations.0003_search").create


class Migration(migrations.Migration):
    dependencies = [("briefs", "0008_briefs_begin_in_preparation")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
