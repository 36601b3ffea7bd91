"""Which migrations a database has. Nothing here needs the settings when it's imported."""

from functools import cache

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Separates a migration's name from the number of one of its steps (online_migrations.py).
STEP = ", step "


def applied_migrations(on: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """The migrations that a database has: (app, name). Their steps aren't among them."""
    names = MigrationRecorder(on).applied_migrations()
    return {(app, name) for app, name in names if STEP not in name}


def missing_migrations() -> set[tuple[str, str]]:
    """The migrations that the code has and the database hasn't."""
    return migrations_of_code() - applied_migrations(connection)


def unknown_migrations() -> set[tuple[str, str]]:
    """The migrations that the database has and the code hasn't: the database is of a newer
    version. Those of apps that are gone don't count."""
    known = migrations_of_code()
    apps = {app for app, _name in known}
    return {(app, name) for app, name in applied_migrations(connection) - known if app in apps}


@cache
def migrations_of_code() -> set[tuple[str, str]]:
    """The migrations in this process's code, which stay the same until it's restarted."""
    return set(MigrationLoader(None).disk_migrations)
