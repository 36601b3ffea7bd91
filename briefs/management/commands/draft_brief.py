from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.text import slugify

from briefs import drafting
from briefs.drafting.compose import compose
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
            blocks, guesses = drafting.read_file(file)
            slugs = _slugs(fixture_reading.read_file(like)) if like else {}
        except (drafting.Unreadable, fixture_reading.Unreadable) as error:
            raise CommandError(str(error)) from None
        title = title or Path(file).stem.replace("-", " ").replace("_", " ").capitalize()
        if not like:
            sections = Section.objects.filter(brief__slug=slugify(title))
            slugs = dict(sections.values_list("heading", "slug"))
        objects, more = compose(
            blocks, title=title, edition=edition or timezone.localdate(), slugs=slugs
        )
        for line, sentence in [*guesses, *more]:
            self.stderr.write(f"line {line}: {sentence}" if line else sentence)
        self.stdout.write(fixture_yaml.dump(objects), ending="")


def _slugs(taken: Fixture) -> dict[str, str]:
    return {entry.get("heading"): entry.slug for entry in taken.of(Section)}
