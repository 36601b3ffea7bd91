from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from briefs import drafting
from briefs.editions import fixture_reading, fixture_yaml
from briefs.editions.fixture import Fixture
from briefs.models import Section


class Command(BaseCommand):
    help = (
        "Make a fixture from a Word file, web page, Markdown, or plain text. The fixture goes to "
        "standard output, and a list of guesses to standard error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--title", help="The brief’s title. Default: its first heading, or the file name."
        )
        parser.add_argument(
            "--edition", type=date.fromisoformat, help="The edition date. Default: today."
        )
        parser.add_argument("--like", metavar="FIXTURE", help="Keep the slugs of this fixture.")

    def handle(
        self,
        *,
        file: str,
        title: str | None,
        edition: date | None,
        like: str | None,
        **options: Any,
    ) -> None:
        try:
            slugs = _slugs(fixture_reading.read_file(like)) if like else None
            objects, guesses = drafting.draft(
                drafting.load_bytes(file),
                Path(file).name,
                title=title or "",
                edition=edition,
                slugs=slugs,
            )
        except (drafting.Unreadable, fixture_reading.Unreadable) as error:
            raise CommandError(str(error)) from None
        for guess in guesses:
            place = f"line {guess.line}: " if guess.line else ""
            self.stderr.write(f"{place}{guess.sentence}")
        self.stdout.write(fixture_yaml.dump(objects), ending="")


def _slugs(taken: Fixture) -> dict[str, str]:
    return {entry.get("heading"): entry.slug for entry in taken.of(Section)}
