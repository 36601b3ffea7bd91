"""Makes a backup: one file, checked before it takes its name."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


class BackupFailed(Exception):
    """A sentence that says why there's no backup and what to do. Nothing is left behind."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        made_at: the moment that it holds.
        kind: the database that it's from, "sqlite" or "postgresql".
        rows: how many rows each table has.
    """

    made_at: datetime
    kind: str
    rows: dict[str, int]


def make(path: Path, *, plain: bool = False) -> Manifest:
    """Write a backup of the database to `path`, while the site goes on.

    Raises:
        BackupFailed: there's no backup, and `path` is as it was.
    """
    raise BackupFailed("Backups can’t be made yet.")
