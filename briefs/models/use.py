"""How a brief is used at meetings, in counts that tell of no circle."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..counted import FEWEST
from .briefs import Brief

# How often the counts change, at most.
EVERY = timedelta(days=7)

# What one circle did with an edition: {what: (minutes planned, minutes taken)}. `what` is a name of
# `BriefUse.name_of`. Zeros where no minutes are counted.
OneUse = Mapping[str, tuple[int, int]]
# {edition: {what: [circles, minutes planned, minutes taken]}}
Counts = dict[str, dict[str, list[int]]]


class BriefUseQuerySet(models.QuerySet["BriefUse"]):
    def due(self) -> models.QuerySet[Brief]:
        """Briefs whose use wasn't counted lately."""
        old = Q(use=None) | Q(use__counted_at__lte=timezone.now() - EVERY)
        return Brief.objects.filter(old).order_by("pk")

    def locked_of(self, brief: Brief) -> "BriefUse":
        """The counts of a brief, locked until the transaction ends."""
        self.get_or_create(brief=brief)
        return self.select_for_update().get(brief=brief)


class BriefUse(models.Model):
    """What circles did with a brief, edition by edition, as counts of circles.

    Each circle counts once for an edition, soon after its first meeting on it. What's counted
    waits until at least three circles make it up (`waiting`). Only then it's added to what editors
    see (`shown`). So any two looks differ by three circles or more, and a circle that changes its
    notes later, leaves, or is deleted changes nothing.
    """

    # All circles; a section that was talked about, and for how long; a question with notes on it;
    # sections that members starred or found confusing.
    MET, SECTION, MINUTES, QUESTION = "met", "section", "minutes", "question"
    STAR, CONFUSING = "star", "confusing"

    brief = models.OneToOneField(Brief, models.CASCADE, related_name="use", verbose_name=_("brief"))
    counted_at = models.DateTimeField(null=True, editable=False)
    # Meetings that began by then are counted.
    counted_until = models.DateTimeField(null=True, editable=False)
    shown = models.JSONField(default=dict, editable=False)
    waiting = models.JSONField(default=dict, editable=False)

    objects = BriefUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a brief")
        verbose_name_plural = _("uses of briefs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.brief)

    @staticmethod
    def name_of(what: str, pk: int) -> str:
        """The name of a count: of a section or a question."""
        return f"{what}:{pk}"

    def add(self, edition: date, uses: Iterable[OneUse]) -> None:
        """Count circles that met on an edition for the first time. Doesn't save."""
        waiting: Counts = self.waiting
        counts = waiting.setdefault(edition.isoformat(), {})
        for use in uses:
            for what, minutes in use.items():
                before = counts.get(what, [0, 0, 0])
                counts[what] = [sum(pair) for pair in zip(before, (1, *minutes), strict=True)]

    def show(self) -> None:
        """Let editors see what enough circles make up by now, and save."""
        for edition, counts in self.waiting.items():
            shown = self.shown.setdefault(edition, {})
            for what in [what for what, count in counts.items() if count[0] >= FEWEST]:
                before = shown.get(what, [0, 0, 0])
                pairs = zip(before, counts.pop(what), strict=True)
                shown[what] = [sum(pair) for pair in pairs]
        self.shown = {edition: counts for edition, counts in self.shown.items() if counts}
        self.waiting = {edition: counts for edition, counts in self.waiting.items() if counts}
        self.counted_at = timezone.now()
        self.save()
