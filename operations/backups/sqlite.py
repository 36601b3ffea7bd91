"""SQLite: a copy of the database while the site writes to it, and a copy put in its place.

Both ways go through SQLite's online backup. So a restore is one transaction: a crash, a full
disk, or a process that has the database open can't leave half of it. Files that are swapped
under an open connection would.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.utils import timezone

from .workplace import Damaged, Fault

# Seconds to wait for others who write.
PATIENCE = 30
# A page of SQLite counts as busy with one of these.
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
SIDE_FILES = ("", "-wal", "-shm")


def location() -> Path:
    return Path(connection.settings_dict["NAME"])


def _open(path: Path, mode: str = "rw") -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)


def size() -> int:
    """The bytes of the database."""
    return sum(_bytes(Path(f"{location()}{ending}")) for ending in SIDE_FILES)


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def dump(to: Path) -> tuple[datetime, dict[str, int]]:
    """Copy the database to a file, and count its rows, both as they are at one moment.

    Returns:
        A moment, so that all that was saved before it is in the copy; the rows of each table.

    Raises:
        Fault: there's no database, or it's damaged.
    """
    if not location().exists():
        raise Fault(f"There’s no database at “{location()}” yet. “manage.py migrate” makes it.")
    try:
        with closing(_open(location())) as source, closing(_open(to, "rwc")) as copy:
            moment = timezone.now()
            # Copies and counts what this transaction sees. Writers go on.
            source.execute("BEGIN")
            rows = _counted(source)
            source.backup(copy, progress=_patience())
            source.execute("COMMIT")
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            _check(copy)
    except sqlite3.DatabaseError as error:
        raise _fault(error, location()) from error
    return moment, rows


def check(file: Path) -> dict[str, int]:
    """The rows of each table in a database. It reads all of it.

    Raises:
        Damaged: it can't be read.
    """
    try:
        with closing(_open(file)) as copy:
            _check(copy)
            return _counted(copy)
    except sqlite3.DatabaseError as error:
        raise _fault(error, file) from error


def _check(database: sqlite3.Connection) -> None:
    (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def rows() -> dict[str, int]:
    """The rows of each table that is here; none if there's no database yet.

    Raises:
        Damaged: it can't be read.
    """
    return check(location()) if location().exists() else {}


def put_in(file: Path, statements: list[str]) -> None:
    """Put a copy in the place of what's here, in one transaction.

    Args:
        file: made by `dump`. It's changed.
        statements: SQL to run on it first.

    Raises:
        Fault: nothing was changed.
    """
    location().parent.mkdir(parents=True, exist_ok=True)
    try:
        run(file, statements)
        with closing(_open(file)) as source, closing(_open(location(), "rwc")) as here:
            source.backup(here, progress=_patience())
            here.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        raise _fault(error, location()) from error


def run(file: Path, statements: list[str]) -> None:
    """Run SQL on a copy."""
    with closing(_open(file)) as copy:
        copy.execute("BEGIN")
        for statement in statements:
            copy.execute(statement)
        copy.execute("COMMIT")


def is_in_use() -> bool:
    """Whether another process has the database open."""
    connection.close()
    if not location().exists():
        return False
    with closing(_open(location())) as here:
        try:
            here.execute("PRAGMA busy_timeout = 0")
            # In this mode, even reading needs to be alone.
            here.execute("PRAGMA locking_mode = EXCLUSIVE")
            here.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode in BUSY
        except sqlite3.DatabaseError:
            # Damaged, so no one can use it.
            return False
    return False


def set_aside() -> Path:
    """Rename a damaged database, so that a new one can be made. Returns its new name."""
    aside = Path(f"{location()}.damaged-{datetime.now(UTC):%Y-%m-%d-%H%M%S}")
    for ending in SIDE_FILES:
        if (path := Path(f"{location()}{ending}")).exists():
            path.rename(f"{aside}{ending}")
    return aside


def put_aside_back(aside: Path) -> None:
    """Undo `set_aside`."""
    for ending in SIDE_FILES:
        Path(f"{location()}{ending}").unlink(missing_ok=True)
        if (path := Path(f"{aside}{ending}")).exists():
            path.rename(f"{location()}{ending}")


def _counted(database: sqlite3.Connection) -> dict[str, int]:
    """The rows of each table, without those that SQLite keeps to search."""
    tables = dict(
        database.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        ).fetchall()
    )
    virtual = [name for name, sql in tables.items() if sql.upper().startswith("CREATE VIRTUAL")]
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for name in tables
        if not any(name == each or name.startswith(f"{each}_") for each in virtual)
    }


def _patience() -> Callable[[int, int, int], None]:
    """For `backup`, which would wait for ever for others who write."""
    ends = time.monotonic() + PATIENCE

    def look(status: int, _left: int, _all: int) -> None:
        if status in BUSY and time.monotonic() > ends:
            raise sqlite3.OperationalError("database is locked")

    return look


def _fault(error: sqlite3.DatabaseError, path: Path) -> Fault:
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        return Fault(
            f"The disk of “{path.parent}” is full. Free some room, then try again. Nothing was "
            "changed."
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return Fault(
            f"The user that runs this command may not read or write “{path}” and its folder. "
            "Nothing was changed."
        )
    if code in BUSY or "locked" in str(error):
        return Fault(
            f"“{path}” is in use. Stop the web server and the worker, then try again. Nothing was "
            "changed."
        )
    return Damaged(f"The database “{path}” is damaged ({error}). Nothing was changed.")
