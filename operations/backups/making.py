"""Makes a backup: one file, checked before it takes its name."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

from config.migration_state import applied_migrations

from . import archive, postgresql, sqlite
from .archive import Manifest
from .workplace import Fault, check_space, faults, locked, workplace

# The modules that dump a database and put it back, by its kind.
KINDS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
# How a file is called while it's written, after a dot and its name.
PART = ".part-of-backup"


class BackupFailed(Fault):
    """A sentence that says why there’s no backup and what to do. Nothing is left behind."""


def make(path: Path, *, plain: bool = False, force: bool = False) -> Manifest:
    """Write a backup of the database to `path`, while the site goes on.

    Args:
        plain: don't encrypt it. Without this, `BACKUP_KEY` must be set.
        force: replace a file of that name.

    Raises:
        BackupFailed: there's no backup, and `path` is as it was.
    """
    try:
        with workplace() as folder:
            return make_in(folder, path, plain=plain, force=force)
    except Fault as fault:
        raise BackupFailed(str(fault)) from fault


def make_in(folder: Path, path: Path, *, plain: bool, force: bool = False) -> Manifest:
    """Do the same in a workplace that's ours already.

    Raises:
        Fault: there's no backup, and `path` is as it was.
    """
    identity = None if plain else archive.key()
    if identity is None and not plain:
        raise Fault(
            "BACKUP_KEY isn’t set, so the backup couldn’t be encrypted. “manage.py backup "
            "--new-key” makes a key. Or add --plain to leave the file open to all who have it."
        )
    with faults(path):
        _check_name(path, force=force)
    native = KINDS[connection.vendor]
    check_space(folder, native.size())
    with _part_of(path) as (part, file):
        with faults(folder):
            moment, rows = native.dump(folder / "dump")
            manifest = Manifest(
                made_at=moment,
                kind=connection.vendor,
                rows=rows,
                migrations=applied(),
                site=str(settings.SITE_HOST),
                version=_version(),
            )
        with faults(path):
            manifest = archive.write(folder / "dump", manifest, file, identity)
            file.flush()
            os.fsync(file.fileno())
        (folder / "dump").unlink(missing_ok=True)
        _check(part, folder, manifest)
        with faults(path):
            part.rename(path)
            _settle(path.parent)
    return manifest


def _check_name(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise Fault(f"“{path}” is a folder. Name a file in it, such as “{path}/circles.age”.")
    if path.exists() and not force:
        raise Fault(f"“{path}” exists. Choose another name, or add --force to replace it.")
    if not path.parent.is_dir():
        raise Fault(f"There’s no folder “{path.parent}”. Make it first, or choose another.")


@contextmanager
def _part_of(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A file beside `path` to write to, which only we can read. It's gone afterward."""
    part = path.with_name(f".{path.name}{PART}")
    with faults(path):
        _forget_parts(path.parent)
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            locked(handle)
            yield part, file
    finally:
        part.unlink(missing_ok=True)


def _forget_parts(folder: Path) -> None:
    """Delete what backups left here that were killed. One that's being written is locked."""
    for part in folder.glob(f".*{PART}"):
        with part.open("rb") as file:
            if locked(file.fileno()):
                part.unlink()


def _check(part: Path, folder: Path, manifest: Manifest) -> None:
    """Open a backup that was just written, as a restore would."""
    database = folder / "written"
    try:
        found = archive.read(part, database)
        rows = KINDS[manifest.kind].check(database)
    except Fault as fault:
        raise Fault(f"The backup can’t be read back, so it wasn’t kept. {fault}") from fault
    if (found, rows) != (manifest, manifest.rows):
        raise Fault(
            "The backup doesn’t hold what the database does, so it wasn’t kept. Try again. If "
            "that doesn’t help, check the disk."
        )
    database.unlink()


def _settle(folder: Path) -> None:
    """Make sure that a new name outlives a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def applied() -> list[str]:
    """The migrations that the database has."""
    return sorted(f"{app}.{name}" for app, name in applied_migrations(connection))


def _version() -> str:
    """The commit of the code; empty if it isn't known."""
    asked = ["git", "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""
