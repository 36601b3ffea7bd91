"""Backups on a schedule. The worker has a process of its own look every hour whether one is due.

That process makes it, so that no email waits for it. It notes in the database what the health
checks and the admin tell.
"""

import logging
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from accounts.models import User
from circles.models import Mail

from ..models import Outcome
from . import archive, making, rotation
from .making import BackupFailed
from .workplace import Busy, Fault, faults, workplace

TASK = Outcome.Task.BACKUP
HOUR = timedelta(hours=1)
# A backup is due a little early, as the next look comes an hour later.
EARLY = HOUR / 2
# How long the process has to clean up when the worker stops, in seconds.
GRACE = 5
NO_KEY = (
    "BACKUP_KEY isn’t set, and what circles wrote is never saved unencrypted. “manage.py backup "
    "--new-key” makes a key. Set it, then restart the web server and the worker."
)

logger = logging.getLogger(__name__)


class Watch:
    """The process that looks after the backups, as one worker sees it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.started = -math.inf

    def look(self) -> None:
        """Start the process, every hour, and note if the last one was killed."""
        if settings.BACKUP_DIR is None or self._is_running():
            return
        if time.monotonic() - self.started >= HOUR.total_seconds():
            self.started = time.monotonic()
            command = [sys.executable, "manage.py", "scheduled_backup", "--verbosity", "0"]
            self.process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )

    def stop(self) -> None:
        """End the process. What it leaves half done, the next one cleans up."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def _is_running(self) -> bool:
        if self.process is None:
            return False
        status = self.process.poll()
        if status is None:
            return True
        self.process = None
        # With 1, it has said why itself.
        if status not in (0, 1):
            note_failure(
                f"The process that makes backups was killed (status {status}). The next try is in "
                "an hour. If it’s killed again, look for a lack of memory."
            )
        return False


def back_up(*, now: bool = False, patient: bool = False) -> Path | str:
    """Make the scheduled backup if it's due, and delete those of no more use.

    Args:
        now: make one even if none is due.
        patient: make none if the last try failed within the hour.

    Returns:
        Its file; or a sentence that says why none was made.

    Raises:
        BackupFailed: there's none. It's noted, logged if that's news, and emailed once a day.
    """
    try:
        with _only_one(), workplace() as folder, faults(rotation.folder()):
            sentence = _why_not(patient=patient)
            if sentence and not now:
                return sentence
            if archive.key() is None:
                raise Fault(NO_KEY)
            path = _free_path()
            making.make_in(folder, path, plain=False)
            _see_newest()
            rotation.delete_expendable()
    except Busy as busy:
        return str(busy)
    except Fault as fault:
        note_failure(str(fault))
        raise BackupFailed(str(fault)) from fault
    except Exception as error:
        note_failure(f"The backup met an error: {type(error).__name__}: {error}", error)
        raise BackupFailed("The backup met an error, which is in the log.") from error
    if Outcome.objects.went_well(TASK, rotation.newest()):
        logger.info("Scheduled backups work again.")
    return path


def note_failure(sentence: str, error: Exception | None = None) -> None:
    """Note that there's no backup. Log it if that's news, and email superusers once a day."""
    try:
        with transaction.atomic():
            is_news = Outcome.objects.failed(TASK, sentence)
            Mail.objects.queue(
                Mail.Kind.BACKUP_FAILED,
                f"backup-failed-{timezone.now():%Y-%m-%d}",
                to=User.objects.filter(is_superuser=True, is_active=True),
            )
    except Error:
        is_news = True
    if is_news:
        logger.error("The scheduled backup failed. %s", sentence, exc_info=error)


@contextmanager
def _only_one() -> Iterator[None]:
    """One process at a time, on all machines. The lock ends with the process.

    An SQLite database is on one machine, where the workplace is a lock.

    Raises:
        Busy: another one is at it.
    """
    if connection.vendor != "postgresql":
        yield
        return
    lock = "hashtext('scheduled backup')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({lock})")
        if not cursor.fetchone()[0]:
            raise Busy("Another process is making the scheduled backup.")
    try:
        yield
    finally:
        # Without the connection, the lock is gone, too.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({lock})")


def _why_not(*, patient: bool) -> str:
    """Why no backup is due now; empty if one is."""
    now, newest, task = timezone.now(), _see_newest(), Outcome.objects.of(TASK)
    if newest and now - newest < timedelta(hours=settings.BACKUP_EVERY) - EARLY:
        return f"No backup is due. The newest is “{rotation.path_of(newest)}”."
    if patient and task.failed_at and timedelta() <= now - task.failed_at < HOUR:
        return f"The last try just failed, so the worker tries again in an hour. {task.fault}"
    return ""


def _see_newest() -> datetime | None:
    """Note the moment of the newest backup in the folder, and return it.

    One from the future was made while the clock was wrong. It says nothing of today.
    """
    newest = max((moment for moment in rotation.files() if moment <= timezone.now()), default=None)
    Outcome.objects.update_or_create(task=TASK, defaults={"good_at": newest})
    return newest


def _free_path() -> Path:
    """The name for a backup of now. A clock that was set back may come by a name again."""
    moment = timezone.now()
    while (path := rotation.path_of(moment)).exists():
        moment += timedelta(seconds=1)
    return path
