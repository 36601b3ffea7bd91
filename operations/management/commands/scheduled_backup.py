"""Makes the scheduled backup if it's due. The worker runs this, and an operator may."""

import os
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups import schedule


class Command(BaseCommand):
    help = (
        "Make the scheduled backup if it’s due, and delete those of no more use. The worker runs "
        "this every hour if BACKUP_DIR is set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="Make one even if none is due.")

    def handle(self, *, now: bool, verbosity: int, **options: Any) -> None:
        if settings.BACKUP_DIR is None:
            raise CommandError(
                "BACKUP_DIR isn’t set, so there are no scheduled backups. Set it to a folder, best "
                "on another disk."
            )
        # The site goes first. When it's stopped, what's half done is cleaned up.
        os.nice(10)
        signal.signal(signal.SIGTERM, lambda *_caught: sys.exit(128 + signal.SIGTERM))
        try:
            made = schedule.back_up(now=now)
        except schedule.BackupFailed as error:
            if not verbosity:  # It's noted and logged already.
                sys.exit(1)
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(made if isinstance(made, str) else f"Made “{made}”, and checked it.")
