"""The checks: each looks at one thing and gives a sentence if it's bad.

`/healthz?deep`, `manage.py check_health`, and the first page of the admin show them.
"""

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from circles.mail import demo_inbox
from circles.models import Heartbeat, Mail
from config.logs import tell
from config.migration_state import missing_migrations, unknown_migrations
from config.outages import UNMIGRATED, outage_of, waiting_at_most

from ..backups import rotation
from ..backups.archive import moment
from ..models import Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Seconds that the database may take.
PATIENCE = 3
# A disk is nearly full with less than this free, in bytes, or less than this share of it. A share
# of a large disk is more than enough.
LEAST_FREE, LEAST_SHARE, ENOUGH_FREE = 500_000_000, 0.05, 5_000_000_000
# Clocks of two machines may differ by this much.
SAME_MOMENT = timedelta(minutes=2)
# An email that's due is sent within seconds, unless something is wrong.
SOON = timedelta(minutes=30)
DAY = timedelta(days=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes:
        name: of the check.
        fault: what's wrong and what to do; empty if all is well.
    """

    name: str
    fault: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.fault or 'ok'}"


def find(*, everything: bool = True) -> list[Finding]:
    """Run the checks. No error of theirs gets out.

    Args:
        everything: also save something, to see that the database takes it.
    """
    found = []
    if everything:
        found.append(_run("database", database))
        if found[0].fault:
            # Each of the others would wait for it, too.
            return [*found, _run("disk", disk)]
    return [*found, *(_run(check.__name__, check) for check in CHECKS)]


def _run(name: str, check: "Callable[[], StrPromise | str]") -> Finding:
    try:
        return Finding(name, str(check()))
    except Exception as error:
        if not outage_of(error):
            logger.exception("The health check “%s” failed", name)
        return Finding(name, _("This couldn’t be checked: %s.") % tell(error))


def database() -> str:
    """Whether the database answers, and saves what it's given."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return _("The database’s file is gone. Restore a backup, or correct DATA_DIR.")
    try:
        connection.ensure_connection()
        with waiting_at_most(PATIENCE), transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}s'")
            Outcome.objects.update_or_create(
                task=Outcome.Task.CHECK, defaults={"good_at": timezone.now()}
            )
    except Error as error:
        # What's left of the connection is of no use.
        if not connection.in_atomic_block:
            connection.close()
        if outage_of(error) is UNMIGRATED:
            return migrations()
        why = tell(error).rstrip(".")
        return _("The database doesn’t answer or save: %s. Look at its log and its disk.") % why
    return ""


def migrations() -> str:
    """Whether the database has all that the code needs, and nothing of a newer version."""
    if newer := newer_version():
        return newer
    missing = missing_migrations()
    if not missing:
        return ""
    return ngettext(
        "%d migration is missing in the database. Run “manage.py migrate”, then restart.",
        "%d migrations are missing in the database. Run “manage.py migrate”, then restart.",
        len(missing),
    ) % len(missing)


def newer_version() -> str:
    """Whether the database has migrations that the code hasn't."""
    unknown = sorted(unknown_migrations())
    if not unknown:
        return ""
    return _(
        "The database is of a newer version of Full Circle: it has “%s”. Upgrade to that "
        "version, or restore a backup of this one."
    ) % ".".join(unknown[0])


def worker() -> "StrPromise | str":
    return Heartbeat.fault()


def clock() -> str:
    """Whether the time goes on: the worker's last report can't be in the future."""
    beat = Heartbeat.objects.filter(name="worker").first()
    if beat is None or beat.beat_at <= timezone.now() + SAME_MOMENT:
        return ""
    return _(
        "The clock was set back, or two machines differ: the worker reported at a time that’s "
        "still to come. Set the clock (“timedatectl” tells it), then restart the worker."
    )


def mail() -> "StrPromise | str":
    """Whether email goes out: all of it, in time, and not only to be rejected."""
    if kept := demo_inbox.fault():
        return kept
    task = Outcome.objects.of(Outcome.Task.MAIL)
    if task.fault:
        return _(
            "No email goes out. %s. Check EMAIL_URL and the email server. The worker tries again "
            "each minute."
        ) % task.fault.rstrip(".")
    now = timezone.now()
    late = Mail.objects.unclaimed().filter(attempts=0, due_at__lt=now - SOON).count()
    if late:
        return (
            ngettext(
                "%d email has waited for more than half an hour. Look at the worker’s log.",
                "%d emails have waited for more than half an hour. Look at the worker’s log.",
                late,
            )
            % late
        )
    failed = Mail.objects.filter(failed_at__gt=now - DAY, is_bounce=False).count()
    if failed > Mail.objects.filter(sent_at__gt=now - DAY).count():
        return (
            ngettext(
                "%d email failed within a day, and fewer were sent. “Emails” in the admin has the "
                "reason.",
                "%d emails failed within a day, and fewer were sent. “Emails” in the admin has the "
                "reasons.",
                failed,
            )
            % failed
        )
    return ""


def disk() -> str:
    """Whether there's room for what's written next.

    Not on the disk of the backups, which may be another machine's, and may not answer. If that's
    full, the next backup fails and says so.
    """
    if not settings.DATA_DIR.exists():
        return ""
    usage = shutil.disk_usage(settings.DATA_DIR)
    if usage.free >= max(LEAST_FREE, min(usage.total * LEAST_SHARE, ENOUGH_FREE)):
        return ""
    return _(
        "The disk of “%(folder)s” is nearly full: %(free)d MB are free. Free some room, or get a "
        "larger disk. On a full disk, nothing can be saved."
    ) % {"folder": settings.DATA_DIR, "free": usage.free // 1_000_000}


def backup() -> str:
    """Whether the last scheduled backup is there, and not too old."""
    if settings.BACKUP_DIR is None:
        return ""
    task, newest = Outcome.objects.of(Outcome.Task.BACKUP), rotation.newest()
    if task.fault:
        return _("The scheduled backup failed. %s") % task.fault
    if newest is None:
        return _(
            "There’s no scheduled backup yet. The worker makes one soon after it starts. "
            "“manage.py scheduled_backup” makes it now."
        )
    if timezone.now() - newest > 2 * timedelta(hours=settings.BACKUP_EVERY):
        return _(
            "The newest scheduled backup is too old. It’s from %s. Restart the worker, and look at "
            "its log."
        ) % moment(newest)
    return ""


CHECKS: "list[Callable[[], StrPromise | str]]" = [migrations, worker, clock, mail, disk, backup]
