"""What fails around the app now and then: database, disk, shared cache, and mail server.

Each is an `Outage`. It begins with the first error and is over once the same works again, and each
process logs one sentence for either, not a traceback for each request. What people see until then
is in `config/unavailable.py`.
"""

import errno
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import OperationalError, connection

from .logs import tell
from .migration_state import missing_migrations

logger = logging.getLogger(__name__)


class Outage:
    """Something that doesn't work for a while, as this process knows it.

    Args:
        name: of what fails, as a sentence about its return begins.
        begins: the sentence for the log, without its last period.
    """

    def __init__(self, name: str, begins: str) -> None:
        self.name, self.begins = name, begins
        self._lock = threading.Lock()
        self._since: float | None = None
        self._last = 0.0
        self._times = 0

    @property
    def is_on(self) -> bool:
        return self._since is not None

    def has_just_failed(self, seconds: float) -> bool:
        """Whether it failed within these seconds and hasn't worked since."""
        return self.is_on and time.monotonic() - self._last < seconds

    def note(self, error: BaseException) -> None:
        """Count an error, and log the first."""
        with self._lock:
            self._last = time.monotonic()
            self._times += 1
            if self._since is not None:
                return
            self._since = self._last
        logger.error("%s: %s", self.begins, tell(error))

    def over(self) -> None:
        """Hear that it works. Does nothing most of the time."""
        if self._since is None:
            return
        with self._lock:
            if self._since is None:
                return
            seconds, times = time.monotonic() - self._since, self._times
            self._since, self._times = None, 0
        logger.warning("%s again, after %d seconds. Errors: %d.", self.name, seconds, times)


DATABASE = Outage("The database answers", "The database doesn't answer")
UNMIGRATED = Outage(
    "The database has what this version needs",
    "The database lacks what this version needs, so run “manage.py migrate”",
)
LOCKED = Outage(
    "The database can be written to",
    "Another process holds the database, so nothing can be saved until it lets go",
)
FULL = Outage("There is room on the disk", "The disk is full, so nothing can be saved")
STATIC = Outage(
    "There are static files",
    "The static files are gone, so check DATA_DIR or run “manage.py collectstatic”",
)
CACHE = Outage(
    "The cache at CACHE_URL answers", "The cache at CACHE_URL doesn't answer, so few limits count"
)
MAIL = Outage("The email server takes email", "The email server doesn't take our email")
SEEN_BY_REQUESTS = (DATABASE, UNMIGRATED, LOCKED, FULL, STATIC)

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# The names of SQLite's errors (https://sqlite.org/rescode.html), as they begin.
SQLITE: dict[str, Outage] = {
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_FULL": FULL,
    **dict.fromkeys(
        [
            *("SQLITE_CANTOPEN", "SQLITE_CORRUPT", "SQLITE_IOERR", "SQLITE_NOTADB", "SQLITE_PERM"),
            *("SQLITE_PROTOCOL", "SQLITE_READONLY"),
        ],
        DATABASE,
    ),
}
# PostgreSQL's (its manual, appendix A). Any other OperationalError means that it's gone. Two
# transactions that block each other are a mistake of ours.
POSTGRESQL: dict[str, Outage | None] = {
    "53100": FULL,
    **dict.fromkeys(["55P03", "57014"], LOCKED),
    **dict.fromkeys(["40001", "40P01"], None),
}
READ_ONLY = "25006"  # a standby that hasn't taken over yet
# A table or column that isn't there.
UNDEFINED = ("42P01", "42703")
SQLITE_UNDEFINED = ("no such table", "no such column", "has no column named")


def outage_of(error: BaseException | None) -> Outage | None:
    """What is out of order, if that is why this error came; None for all other errors."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        if found := _outage_of(error):
            return found
        seen.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return None


def _outage_of(error: BaseException) -> Outage | None:
    if isinstance(error, DatabaseFault):
        return _fault_of_database(error)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return FULL
    if isinstance(error, FileNotFoundError) and _is_static(error.filename):
        return STATIC
    # Not imported: only some sites have it.
    if any(kind.__module__ == "redis.exceptions" for kind in type(error).__mro__):
        return CACHE
    return None


def _is_static(path: object) -> bool:
    return isinstance(path, str) and Path(path).is_relative_to(settings.STATIC_ROOT)


def _fault_of_database(error: DatabaseFault) -> Outage | None:
    cause = error.__cause__
    if _is_undefined(cause):
        return UNMIGRATED if _lacks_migrations() else None
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return next((found for begin, found in SQLITE.items() if name.startswith(begin)), None)
    state = getattr(cause, "sqlstate", None) or ""
    if isinstance(error, OperationalError):
        return POSTGRESQL.get(state, DATABASE)
    is_closed = "connection is closed" in str(error)
    return DATABASE if state == READ_ONLY or is_closed else None


def _is_undefined(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.Error):
        return any(words in str(cause) for words in SQLITE_UNDEFINED)
    return getattr(cause, "sqlstate", None) in UNDEFINED


def _lacks_migrations() -> bool:
    """Whether the operator has yet to migrate. If not, a query of ours is wrong."""
    try:
        return bool(missing_migrations())
    except DatabaseFault:
        return False


def look_again() -> None:
    """End the outages that no query tells of, if they're over. Does nothing most of the time."""
    if UNMIGRATED.is_on:
        with suppress(DatabaseFault):
            if not missing_migrations():
                UNMIGRATED.over()
    if STATIC.is_on and Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        STATIC.over()


def noted(error: BaseException) -> bool:
    """Note the outage that this error comes from; says whether there is one."""
    found = outage_of(error)
    if found:
        found.note(error)
    return found is not None


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Let no statement wait longer than this for another writer. On SQLite; PostgreSQL makes
    no one wait for a writer of other rows."""
    raw = connection.connection if connection.vendor == "sqlite" else None
    if raw is None:
        yield
        return
    # A file that can't be read has no answer to this.
    usual = None
    with suppress(sqlite3.Error):
        (usual,) = raw.execute("PRAGMA busy_timeout").fetchone()
        raw.execute(f"PRAGMA busy_timeout = {min(usual, int(seconds * 1000))}")
    try:
        yield
    finally:
        if usual is not None:
            with suppress(sqlite3.Error):  # it was closed
                raw.execute(f"PRAGMA busy_timeout = {usual}")
