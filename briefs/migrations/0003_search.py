"""Create the search index: see briefs/search/.

On SQLite, a migration that makes Django rebuild one of these tables deletes its triggers. Such
a migration must end with `RunPython(create)` from this one.
"""

from django.db import migrations

TABLES = [
    ("briefs_brief", "title", ["summary", "executive_summary"], 1.5),
    ("briefs_section", "heading", ["body", "advisory"], 1),
    ("briefs_question", None, ["text"], 0.6),
    ("briefs_figure", "title", ["summary", "note"], 0.6),
    ("briefs_source", "title", ["publisher", "note"], 0.3),
    ("briefs_calltoaction", None, ["text"], 0.6),
    ("briefs_helpline", "name", ["when", "phone", "text_number", "hours"], 1),
]


def create(apps, schema_editor):
    _engine(schema_editor).create(schema_editor.connection.cursor(), TABLES)


def remove(apps, schema_editor):
    _engine(schema_editor).remove(schema_editor.connection.cursor(), TABLES)


def _engine(schema_editor):
    from briefs.search import postgresql, sqlite

    return {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]


class Migration(migrations.Migration):
    dependencies = [("briefs", "0002_editions")]

    operations = [migrations.RunPython(create, remove)]
