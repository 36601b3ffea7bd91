"""The briefs and the demo circle, as the tests that walk the whole app need them."""

import sqlite3
from contextlib import closing
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection


def load():
    """Load the briefs and make the demo."""
    briefs = {path.stem for path in (settings.BASE_DIR / "fixtures").glob("*.yaml")} - {"series"}
    call_command("loaddata", *sorted(briefs), "series", verbosity=0)
    call_command("demo", stdout=StringIO())


def load_or_copy(path):
    """Load the demo the first time and keep the database in a file; afterwards copy it back.

    Only outside a transaction: SQLite copies no database that someone writes to. PostgreSQL
    loads it each time.
    """
    if connection.vendor != "sqlite":
        load()
        return
    connection.ensure_connection()
    if path.exists():
        with closing(sqlite3.connect(path)) as kept:
            kept.backup(connection.connection)
    else:
        load()
        with closing(sqlite3.connect(path)) as kept:
            connection.connection.backup(kept)
