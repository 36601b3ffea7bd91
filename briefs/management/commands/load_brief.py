import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from briefs.editions import checks, fixture_reading
from briefs.editions.load import Refused, load
from briefs.editions.plan import Plan, plan


class Older(CommandError):
    """What's here is newer than a file. Nothing was changed."""


class Command(BaseCommand):
    help = "Check fixtures of briefs or series, show what will change, ask, and load them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--yes", action="store_true", help="Load without asking.")
        parser.add_argument("--dry-run", action="store_true", help="Only show what would change.")
        parser.add_argument(
            "--older", action="store_true", help="Load a file even if what’s here is newer."
        )

    def handle(
        self, *, files: list[str], yes: bool, dry_run: bool, older: bool, **options: Any
    ) -> None:
        try:
            fixtures = [fixture_reading.read_file(name) for name in files]
        except fixture_reading.Unreadable as error:
            raise CommandError(f"{error} {_('Nothing was changed.')}") from None
        fixtures.sort(key=lambda each: each.brief is None)  # A series needs its briefs.
        coming = [each.brief.slug for each in fixtures if each.brief]
        plans = [plan(each, coming=coming) for each in fixtures]
        for planned in plans:
            self.show(planned)
        if any(planned.errors for planned in plans):
            raise CommandError(_("Fix the errors above and try again. Nothing was changed."))
        if dry_run:
            self.stdout.write(_("This was a dry run. Nothing was changed."))
            return
        if not older and (newer := [each.title for each in plans if each.is_older]):
            raise Older(
                _("What’s here is newer: %s. Add --older to replace it. Nothing was changed.")
                % ", ".join(newer)
            )
        if not yes and any(planned.changes for planned in plans) and not self.asked():
            self.stdout.write(_("Nothing was changed."))
            return
        for planned in plans:
            named = _("%s, on the command line") % getpass.getuser()
            try:
                load(planned.fixture, named=named, older=older)
            except Refused as error:
                raise CommandError(str(error)) from error
            said = _("Loaded: %s.") % planned.title
            self.stdout.write(f"{said} {planned.audience_line}".strip())

    def asked(self) -> bool:
        if not sys.stdin.isatty():
            raise CommandError(_("There’s no one to ask. Add --yes to load. Nothing was changed."))
        return input(_("Load it? (y/n) ")).strip().lower() in ("y", "yes")

    def show(self, planned: Plan) -> None:
        """Print the findings and what would change."""
        self.stdout.write(self.style.MIGRATE_HEADING(planned.title))
        for line in checks.as_lines(planned.findings):
            self.stdout.write(line)
        if planned.changes and planned.audience_line:
            self.stdout.write(f"  {planned.audience_line}")
        if not planned.changes and not planned.errors:
            self.stdout.write(_("  Nothing would change."))
        for change in planned.changes.sections:
            kinds = ", ".join(map(str, change.kinds))
            hangs = ", ".join(f"{number} {what}" for number, what in change.hangs)
            self.stdout.write(f"  {kinds}: {change.title}" + (f" ({hangs})" if hangs else ""))
        for line in planned.changes.others:
            self.stdout.write(f"  {line}")
