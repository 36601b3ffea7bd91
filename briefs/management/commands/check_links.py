from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from briefs.editions.content import content_of
from briefs.links.check import findings_in, go_on
from briefs.links.places import links_of
from briefs.models import Brief, LinkCheck

# In all, for one brief.
SECONDS = 300


class Command(BaseCommand):
    help = (
        "Test the outside links of briefs: which are dead, which moved, and which couldn’t be "
        "checked. Needs CHECK_LINKS=1. Exits with 1 if a link is dead."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("briefs", nargs="*", metavar="BRIEF", help="Its slug. All if left out.")
        parser.add_argument(
            "--seconds",
            type=int,
            default=SECONDS,
            help="How long a brief may take. 300 if left out.",
        )

    def handle(self, *, briefs: list[str], seconds: int, **options: Any) -> None:
        if not settings.CHECK_LINKS:
            raise CommandError(_("Checking links is off. Set CHECK_LINKS=1 to turn it on."))
        chosen = list(Brief.objects.filter(slug__in=briefs) if briefs else Brief.objects.all())
        if unknown := {*briefs} - {brief.slug for brief in chosen}:
            raise CommandError(_("There’s no brief “%s”.") % min(unknown))
        dead = 0
        for brief in chosen:
            check, _is_new = LinkCheck.objects.get_or_create(brief=brief)
            check.begin()
            go_on(check, seconds=seconds, is_last=True)
            dead += self._tell(check)
        if dead:
            raise SystemExit(1)

    def _tell(self, check: LinkCheck) -> int:
        """Print what was found. Returns how many links are dead."""
        links = links_of(content_of(check.brief))
        findings = findings_in(check, links)
        told = {"brief": check.brief.slug, "links": len(links), "findings": len(findings)}
        self.stdout.write(_("%(brief)s: links: %(links)d, to look at: %(findings)d.") % told)
        for finding in findings:
            self.stdout.write(f"  {finding.url}\n    {finding.what} {finding.remedy}")
            self.stdout.write(f"    {', '.join(map(str, finding.places))}")
        return sum(finding.state == "dead" for finding in findings)
