"""Django's `migrate`, which also makes the file of SQLite (`config/sqlite/base.py`)."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from config.sqlite.base import DatabaseWrapper


class Command(migrate.Command):
    def execute(self, *args: Any, **options: Any) -> str | None:
        connection = connections[options["database"]]
        only_looks = options["check_unapplied"] or options["plan"]
        # Before the checks, which ask the database.
        if isinstance(connection, DatabaseWrapper) and not only_looks:
            try:
                connection.make_file()
            except OSError as error:
                message = f"“{connection.path}” can’t be made ({error.strerror}). Correct DATA_DIR."
                raise CommandError(message) from error
        return super().execute(*args, **options)
