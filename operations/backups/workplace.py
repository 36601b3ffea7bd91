"""Where backups are made: a folder that only we can read, for one backup or restore at a time."""

import errno
import fcntl
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

# What a backup leaves free on the disk of the database, so that the site can go on.
RESERVE = 100_000_000
# Of the database's size: a copy of it, and what that becomes when it's compressed.
SHARE = 1.4


class Fault(Exception):
    """A sentence for the operator: what’s wrong, where, and what to do next."""


class Busy(Fault):
    """Another process makes a backup or puts one back."""


class Damaged(Fault):
    """The database can't be read."""


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder in `DATA_DIR` for copies of the database. It's empty before and afterward.

    Copies aren't encrypted, so they stay on the disk that has the database anyway, and never
    reach the one with the backups.

    Raises:
        Busy: another backup or restore is under way.
        Fault: there's no such folder.
    """
    place = settings.DATA_DIR / "backup-work"
    _check_user(settings.DATA_DIR)
    with faults(place):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(place, os.O_RDONLY)
    try:
        if not locked(handle):
            raise Busy(
                "Another backup or restore is under way. Try again when it’s done. Nothing was "
                "changed."
            )
        # A process that was killed may have left something.
        _clear(place)
        try:
            with faults(place):
                yield place
        finally:
            _clear(place)
    finally:
        os.close(handle)


def _check_user(data_dir: Path) -> None:
    """Check that root doesn't make files here that the site then can't write.

    Raises:
        Fault: it would.
    """
    owner = data_dir.stat().st_uid if data_dir.exists() else 0
    if os.geteuid() == 0 and owner:
        raise Fault(
            f"This runs as root, but “{data_dir}” belongs to {_name(owner)}. Run it as that user, "
            f"such as with “sudo -u {_name(owner)}”. Nothing was changed."
        )


def _name(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"#{user_id}"


def locked(handle: int) -> bool:
    """Lock an open file until it's closed. Returns whether that worked; if not, it's in use."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _clear(place: Path) -> None:
    for path in place.iterdir():
        path.unlink(missing_ok=True)


def check_space(place: Path, size: int) -> None:
    """Check that copies of a database fit, before they take the room that the site needs.

    Raises:
        Fault: they don't.
    """
    needed, free = int(size * SHARE) + RESERVE, shutil.disk_usage(place).free
    if free < needed:
        raise Fault(
            f"There isn’t enough room in “{place.parent}”: this needs {_megabytes(needed)}, and "
            f"{_megabytes(free)} are free. Free some, then try again. Nothing was changed."
        )


def _megabytes(number: int) -> str:
    return f"{number / 1_000_000:,.0f} MB"


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Turn what the system refuses about a file, or the database, into a sentence.

    Raises:
        Fault: instead of `OSError` and `DatabaseError`.
    """
    try:
        yield
    except OSError as error:
        raise Fault(_sentence(error, Path(error.filename or path))) from error
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise Fault(
            f"The database can’t be asked: {reason}. Check that it runs, and DATABASE_URL."
        ) from error


def _sentence(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full, so “{path}” couldn’t be written. Free some room, then try again."
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"The user that runs this command may not read or write “{path}”. Change the rights "
            "of the file or its folder, or choose another."
        )
    if error.errno == errno.EROFS:
        return f"“{path}” is on a disk that can only be read. Choose another place."
    if error.errno == errno.ENOENT:
        return f"There’s no “{path}”. Check the name."
    return f"“{path}” couldn’t be read or written: {error.strerror or error}."
