"""Backups made while others write, restored elsewhere, hold each note that was saved before them.

To repeat a failure, set KILL_SEED to the seed that it names.
"""

import os
import re
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from datetime import datetime
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from operations.backups import archive, sqlite

from ...factories import make_meeting, make_note
from ...processes import database_url

SEED = int(os.environ.get("KILL_SEED", "1789"))
BACKUPS, WRITERS = 6, 3


@pytest.fixture
def site(tmp_path, key):
    """The environment of a site on a copy of the test's database."""
    make_note(make_meeting(), text="The first one.")
    connection.ensure_connection()
    folder = tmp_path / "site"
    folder.mkdir()
    return {name: value for name, value in os.environ.items() if name != "DEBUG"} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "long-and-different-letters-" * 2,
        "DATABASE_URL": database_url(folder),
        "DATA_DIR": str(folder),
        "BACKUP_KEY": key,
    }


@pytest.fixture
def elsewhere(site, tmp_path):
    """The environment of another site, with an empty database."""
    other = site | {"DATA_DIR": str(tmp_path / "elsewhere")}
    if connection.vendor == "sqlite":
        yield other | {"DATABASE_URL": f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"}
        return
    name = f"{connection.settings_dict['NAME']}_elsewhere"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield other | {"DATABASE_URL": f"{site['DATABASE_URL'].rpartition('/')[0]}/{name}"}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(environment, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def notes_of(environment):
    url = environment["DATABASE_URL"]
    if connection.vendor == "sqlite":
        with sqlite.closing(sqlite.sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            return {key for (key,) in database.execute("SELECT id FROM circles_note")}
    with psycopg.connect(url) as database:
        return {UUID(str(key)).hex for (key,) in database.execute("SELECT id FROM circles_note")}


def saved(printed):
    """(moment, id) of each note that a writer knew to be saved."""
    lines = re.findall(r"^(\S+) ([0-9a-f]{32})$", printed, re.MULTILINE)
    return [(datetime.fromisoformat(moment), key) for moment, key in lines]


@contextmanager
def writing(environment, folder):
    """Writers at work. Yields the files where they note what was saved."""
    files = [folder / f"writer-{number}" for number in range(WRITERS)]
    with ExitStack() as stack:
        writers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.operations.backups.writer", str(SEED + number)],
                env=environment,
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=stack.enter_context(file.open("wb")),
            )
            for number, file in enumerate(files)
        ]
        yield files
        for writer in writers:
            writer.communicate()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_each_note_that_was_saved_before_a_backup_is_in_it(site, elsewhere, backups, tmp_path):
    print(f"KILL_SEED={SEED}")
    with writing(site, tmp_path) as files:
        for number in range(BACKUPS):
            manage(site, "backup", backups / f"{number}.age")
    written = [note for file in files for note in saved(file.read_text())]

    sizes = []
    for number in range(BACKUPS):
        path = backups / f"{number}.age"
        made_at = archive.read(path, tmp_path / "opened").made_at
        manage(elsewhere, "restore", path, "--yes")
        found = notes_of(elsewhere)
        assert {key for moment, key in written if moment < made_at} <= found
        sizes.append(len(found))
    # They wrote all the while, and what they wrote while a backup was made may be in it.
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1] < len(written)
    assert {key for _moment, key in written} < notes_of(site)
