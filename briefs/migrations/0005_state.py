"""Create the states of briefs: see briefs/page/state.py.

On SQLite, a migration that makes Django rebuild one of these tables deletes its triggers. Such
a migration must end with `RunPython(create)` from this one.
"""

from django.db import migrations

TABLES = [
    ("briefs_brief", "id", []),
    ("briefs_edition", "brief_id", []),
    ("briefs_helpline", "brief_id", []),
    ("briefs_source", "brief_id", []),
    ("briefs_section", "brief_id", []),
    ("briefs_figure", "brief_id", []),
    ("briefs_question", "brief_id", []),
    ("briefs_calltoaction", "brief_id", []),
    ("briefs_brief", "0", ["slug", "title", "audience"]),
    ("briefs_series", "0", []),
    ("briefs_seriesentry", "0", []),
]


def create(apps, schema_editor):
    from briefs.page import state

    state.create(schema_editor.connection.cursor(), TABLES)


def remove(apps, schema_editor):
    from briefs.page import state

    state.remove(schema_editor.connection.cursor(), TABLES)


class Migration(migrations.Migration):
    dependencies = [("briefs", "0004_words")]

    operations = [migrations.RunPython(create, remove)]
