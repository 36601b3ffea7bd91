"""Makes a network of circles to measure with. Never on a site where people meet."""

import sys
import time
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from circles.management.network.generate import Network
from circles.management.network.people import MEMBERS
from circles.management.network.shelf import Shelf
from circles.models import Circle


class Command(BaseCommand):
    help = (
        "Make up a network of circles to measure with: 12 members each, and years of meetings, "
        "notes, RSVPs, readings, polls and action items. Sends no email. The same seed makes the "
        "same rows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--circles", type=int, required=True, help="How many circles.")
        parser.add_argument("--seed", type=int, default=1, help="Where the variety comes from.")
        parser.add_argument("--months", type=int, default=36, help="Meetings held, one a month.")
        parser.add_argument("--notes", type=int, default=50, help="Notes of each meeting.")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="The day to count from; by default today."
        )
        parser.add_argument(
            "--add", action="store_true", help="Add to the circles that the database has."
        )

    def handle(
        self,
        *,
        circles: int,
        seed: int,
        months: int,
        notes: int,
        today: date | None,
        add: bool,
        **options: Any,
    ) -> None:
        if circles < 1 or months < 1 or notes < 0:
            raise CommandError("--circles and --months must be 1 or more, --notes 0 or more.")
        if not add and Circle.objects.exists():
            raise CommandError(
                "This database has circles already, so nothing was made. To measure, use a "
                "database of its own: set DATABASE_URL or DATA_DIR. With --add the made-up "
                "circles come beside those that are there."
            )
        if not Shelf.load().briefs:
            raise CommandError("There’s no brief to meet on yet. Load one first: load_brief FILE")
        today = today or timezone.now().date()
        network = Network(circles, seed, months, notes, today)
        progress, rows = Progress(circles), 0
        for some, made in network.make():
            rows += made
            progress.add(some)
        self.stdout.write(
            f"Made {circles:,} circles with {circles * MEMBERS:,} members, {rows:,} rows in all, "
            f"in {progress.taken}."
        )


class Progress:
    """One line on a terminal: how far, and how long still."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.begun = total, 0, time.monotonic()

    @property
    def taken(self) -> timedelta:
        return timedelta(seconds=round(time.monotonic() - self.begun))

    def add(self, some: int) -> None:
        self.done += some
        if not sys.stderr.isatty():
            return
        left = (time.monotonic() - self.begun) / self.done * (self.total - self.done)
        filled = 30 * self.done // self.total
        end = "\n" if self.done == self.total else ""
        sys.stderr.write(
            f"\r[{'#' * filled}{'.' * (30 - filled)}] {self.done:,} of {self.total:,} circles, "
            f"{timedelta(seconds=round(left))} left {end}"
        )
        sys.stderr.flush()
