"""Puts a backup back."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups import archive, restoring
from operations.backups.workplace import Fault, workplace


class Command(BaseCommand):
    help = (
        "Put a backup in the place of what’s here. First it checks the file, and asks you if "
        "anyone uses this site already. What’s here is saved beside FILE. Stop the web server and "
        "the worker before. A backup of SQLite goes into PostgreSQL, too, if DATABASE_URL says so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="A backup that “manage.py backup” made.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Only check the file, and say what’s in it."
        )
        parser.add_argument(
            "--yes",
            action="store_true",
            help="Don’t ask, and don’t mind if the site is running.",
        )

    def handle(self, *, file: str, dry_run: bool, yes: bool, **options: Any) -> None:
        try:
            with workplace() as folder:
                backup = restoring.look_into(Path(file), folder)
                manifest = backup.manifest
                self.stdout.write(
                    f"The backup of {manifest.site}, as of {archive.moment(manifest.made_at)}, is "
                    f"whole. It holds {archive.summary(manifest.rows)}."
                )
                here = restoring.look_around()
                self.tell_what_is(here)
                if dry_run:
                    self.stdout.write("This was a dry run. Nothing was changed.")
                    return
                if not yes and not self.may(here):
                    raise Fault("Nothing was changed.")
                restored = restoring.put_back(backup, here, folder)
        except Fault as fault:
            raise CommandError(str(fault)) from fault
        self.tell(restored)

    def tell_what_is(self, here: restoring.Here) -> None:
        if here.damage:
            self.stdout.write(f"{here.damage} A restore renames it, and keeps it.")
        elif not here.is_empty:
            last = here.last_note_at
            written = f" The last note is of {archive.moment(last)}." if last else ""
            self.stdout.write(
                f"Here are {archive.summary(here.rows)}.{written} A restore replaces all of it."
            )

    def may(self, here: restoring.Here) -> bool:
        """Whether what's here may be replaced."""
        if restoring.is_in_use():
            raise Fault(
                "The site is running. Stop the web server and the worker, so that nothing is "
                "written that would be lost. Or add --yes. Nothing was changed."
            )
        if here.is_empty:
            return True
        if not sys.stdin.isatty():
            raise Fault("There’s no one to ask. Add --yes to restore. Nothing was changed.")
        typed = input(f"Type {settings.SITE_HOST} to restore the backup: ")
        return typed.strip() == settings.SITE_HOST

    def tell(self, restored: restoring.Restored) -> None:
        self.stdout.write("Restored. Everyone has to sign in again.")
        if restored.held:
            waited = "email" if restored.held == 1 else "emails"
            self.stdout.write(
                f"{restored.held} {waited} that waited may have been sent since the backup, so we "
                "held them. In the admin, “Emails” lists them as failed. “Try again now” sends "
                "what’s still needed."
            )
        if restored.before:
            self.stdout.write(f"What was here before is in “{restored.before}”.")
        self.stdout.write("Now start the web server and the worker.")
