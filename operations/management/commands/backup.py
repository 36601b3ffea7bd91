"""Makes a backup of the database, while the site goes on."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups import archive, making


class Command(BaseCommand):
    help = (
        "Save everything in one encrypted file, while the site goes on: people, circles, notes, "
        "briefs. The file is opened and checked before it gets its name. “manage.py restore FILE” "
        "puts it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="The file to make.")
        parser.add_argument(
            "--new-key",
            action="store_true",
            help="Only make a key for BACKUP_KEY, and print it.",
        )
        parser.add_argument(
            "--plain",
            action="store_true",
            help="Don’t encrypt it. Anyone who has the file can read what circles wrote.",
        )
        parser.add_argument(
            "--force", action="store_true", help="Replace FILE if it’s there already."
        )

    def handle(
        self, *, file: str | None, new_key: bool, plain: bool, force: bool, **options: Any
    ) -> None:
        if new_key:
            self.stdout.write(archive.new_key())
            self.stderr.write(
                "Set BACKUP_KEY to this line, and keep a copy away from the server, such as in a "
                "password manager. Without the key, no one can open your backups."
            )
            return
        if not file:
            raise CommandError("Name the file to make, such as /backups/circles.age.")
        path = Path(file)
        try:
            manifest = making.make(path, plain=plain, force=force)
        except making.BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Made “{path}” ({path.stat().st_size / 1_000_000:,.1f} MB), and checked it. It holds "
            f"{archive.summary(manifest.rows)}, as of {archive.moment(manifest.made_at)}."
        )
        if plain:
            self.stdout.write(
                "It isn’t encrypted, and it holds what circles wrote. Leave it only where no one "
                "else can read it."
            )
