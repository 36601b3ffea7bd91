"""Checks whether the installation is well, for cron, systemd, and people."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from operations.health import checks


class Command(BaseCommand):
    help = (
        "Check the database, the worker, email, the disk, and backups. The exit status is 1 if "
        "something is wrong. With --verbosity 0, it prints only what’s wrong."
    )
    # What these would find, the checks tell in a sentence.
    requires_system_checks: list[str] = []

    def handle(self, *, verbosity: int, **options: Any) -> None:
        findings = checks.find()
        for finding in findings:
            if verbosity or finding.fault:
                self.stdout.write(str(finding))
        if any(finding.fault for finding in findings):
            sys.exit(1)
