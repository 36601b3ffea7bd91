import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from briefs.editions import checks, fixture, fixture_reading


class Command(BaseCommand):
    help = "Check fixtures of briefs: what’s wrong, and how to fix it. Exits with 1 on errors."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--json", action="store_true", help="Print the findings as JSON.")

    def handle(self, *, files: list[str], **options: Any) -> None:
        findings = []
        for name in files:
            try:
                findings += checks.check(fixture_reading.read_file(name))
            except fixture_reading.Unreadable as error:
                line = error.line
                findings.append(fixture.Finding("error", "unreadable", str(error), "", name, line))
        errors = sum(finding.is_error for finding in findings)
        if options["json"]:
            report = [asdict(finding) for finding in findings]
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(checks.as_lines(findings)))
            counts = {"errors": errors, "warnings": len(findings) - errors}
            self.stdout.write(_("Errors: %(errors)d. Warnings: %(warnings)d.") % counts)
        if errors:
            raise SystemExit(1)
