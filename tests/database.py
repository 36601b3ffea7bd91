"""SQLite's empty database is migrated once and copied: by each worker, and by later runs until
something changes that the migrations may use."""

import fcntl
import gc
import hashlib
import shutil
import sqlite3

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

APPS = ("accounts", "briefs", "circles", "config", "operations")


def _state_of_code():
    """The same as long as a migration makes the same database."""
    files = [path for app in APPS for path in sorted((settings.BASE_DIR / app).rglob("*.py"))]
    files += [settings.BASE_DIR / name for name in ("requirements.txt", "tests/settings.py")]
    state = hashlib.sha256(sqlite3.sqlite_version.encode())
    for path in files:
        state.update(str(path).encode() + path.read_bytes())
    return state.hexdigest()[:16]


def _migrate(path):
    """Make this file. It comes into its place when it's whole."""
    coming, name = path.with_suffix(".coming"), connection.settings_dict["NAME"]
    coming.unlink(missing_ok=True)
    connection.close()
    connection.settings_dict["NAME"] = str(coming)
    gc.disable()  # It would take a quarter of the time.
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    finally:
        gc.enable()
        connection.close()
        connection.settings_dict["NAME"] = name
    coming.rename(path)


@pytest.fixture(scope="session")
def empty_database(request, django_test_environment, django_db_blocker):
    """The file of a database that is migrated and empty, to be copied; None on PostgreSQL."""
    if connection.vendor != "sqlite":
        return None
    folder = request.config.cache.mkdir("empty-database")
    path = folder / f"{_state_of_code()}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            for old in folder.glob("*.sqlite3"):
                old.unlink()
            with django_db_blocker.unblock():
                _migrate(path)
    return path


@pytest.fixture(scope="session")
def django_db_keepdb(empty_database, django_db_keepdb, django_db_modify_db_settings):
    """pytest-django finds the test's database made, and migrates what's missing: nothing."""
    if empty_database:
        shutil.copyfile(empty_database, connection.creation._get_test_db_name())
    return bool(empty_database) or django_db_keepdb
