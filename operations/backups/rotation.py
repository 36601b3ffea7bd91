"""Which scheduled backups are kept: of the newest 7 days, 4 weeks, and 12 months, one each.

Backups are counted, and their age isn't. So a clock that's wrong, or a worker that was down for a
year, makes none of them too old. The moment of each is in its name, in UTC.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from ..models import Outcome

FORMAT = "%Y-%m-%dT%H%M%SZ"
# How many periods have one kept, and what tells two of them apart.
KEPT: list[tuple[int, Callable[[datetime], Any]]] = [
    (7, lambda moment: moment.date()),
    (4, lambda moment: moment.isocalendar()[:2]),
    (12, lambda moment: (moment.year, moment.month)),
]


def expendable(moments: Iterable[datetime], now: datetime) -> set[datetime]:
    """The backups, by their moments, that are of no more use.

    The newest of each period is kept, so a period that's over never loses its own. One from the
    future was made while a clock was wrong. It's kept, and counts for nothing yet.
    """
    past = sorted((moment for moment in moments if moment <= now), reverse=True)
    kept = set()
    for most, period_of in KEPT:
        newest: dict[Any, datetime] = {}
        for moment in past:
            newest.setdefault(period_of(moment.astimezone(UTC)), moment)
        kept |= set(list(newest.values())[:most])
    return set(past) - kept


def folder() -> Path:
    """`BACKUP_DIR`, which is set where this is called."""
    assert settings.BACKUP_DIR is not None
    return settings.BACKUP_DIR


def path_of(moment: datetime) -> Path:
    """Where the scheduled backup of a moment is saved."""
    return folder() / f"{_site()}-{moment.astimezone(UTC):{FORMAT}}.age"


def files() -> dict[datetime, Path]:
    """The scheduled backups of this site in `BACKUP_DIR`, by their moments.

    Anything else there has another name: backups made by hand, or of other sites.

    Raises:
        OSError: the folder can't be read.
    """
    pattern = re.compile(rf"{re.escape(_site())}-(\d{{4}}-\d\d-\d\dT\d{{6}}Z)\.age")
    found = {}
    for path in folder().iterdir():
        if (named := pattern.fullmatch(path.name)) and path.is_file() and not path.is_symlink():
            with suppress(ValueError):  # no such day
                moment = datetime.strptime(named[1], FORMAT).replace(tzinfo=UTC)
                found[moment] = path
    return found


def delete_expendable() -> int:
    """Delete the scheduled backups that are of no more use. Returns how many."""
    found = files()
    old = expendable(found, timezone.now())
    for moment in old:
        found[moment].unlink(missing_ok=True)
    return len(old)


def newest() -> datetime | None:
    """The moment of the newest scheduled backup, as the worker last saw it; None if there's none.

    This looks at the database, not at the folder. That may be a disk of another machine, and a
    page mustn't wait for one that doesn't answer.
    """
    return Outcome.objects.of(Outcome.Task.BACKUP).good_at


def _site() -> str:
    """The site in the names of its files, as several sites may share a folder."""
    return urlsplit(settings.SITE_URL).netloc.replace(":", "-").replace("[", "").replace("]", "")
