"""Series: briefs in an order."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.addresses import reverse

from .briefs import Brief

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class SeriesQuerySet(models.QuerySet["Series"]):
    def get_by_natural_key(self, slug: str) -> "Series":
        return self.get(slug=slug)

    def readable_by(self, user: "User | AnonymousUser") -> Self:
        """Series with a brief this person may read. `shown` has the entries of those briefs."""
        readable = Brief.objects.readable_by(user)
        entries = SeriesEntry.objects.in_order().filter(brief__in=readable)
        shown = entries.prefetch_related(models.Prefetch("brief", Brief.objects.with_state()))
        held = self.filter(models.Exists(entries.filter(series=models.OuterRef("pk"))))
        return held.prefetch_related(models.Prefetch("entries", shown, to_attr="shown"))


class Series(models.Model):
    """Briefs recommended together, in an order: a year of conversations."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), blank=True)
    briefs = models.ManyToManyField(
        "briefs.Brief",
        through="briefs.SeriesEntry",
        related_name="series",
        verbose_name=_("briefs"),
    )

    shown: list["SeriesEntry"]  # set by `readable_by()`

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("series")
        verbose_name_plural = _("series")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("briefs:series_detail", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def minutes(self) -> int:
        """Minutes to read the briefs in `shown`, which need `page.lines.with_lines()`."""
        return sum(entry.brief.minutes for entry in self.shown)


class SeriesEntryQuerySet(models.QuerySet["SeriesEntry"]):
    def in_order(self) -> Self:
        """In reading order. Entries with the same position are ordered by title."""
        return self.order_by("position", "brief__title", "pk")

    def get_by_natural_key(self, series_slug: str, brief_slug: str) -> "SeriesEntry":
        return self.get(series__slug=series_slug, brief__slug=brief_slug)


class SeriesEntry(models.Model):
    """The position of one brief in one series."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="entries")
    brief = models.ForeignKey("briefs.Brief", models.CASCADE, related_name="series_entries")
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = SeriesEntryQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("brief in a series")
        verbose_name_plural = _("briefs in a series")
        constraints = [
            models.UniqueConstraint(fields=["series", "brief"], name="brief_once_per_series"),
        ]

    def __str__(self) -> str:
        return str(self.brief)

    def natural_key(self) -> tuple[str, str]:
        return (self.series.slug, self.brief.slug)

    natural_key.dependencies = [  # type: ignore[attr-defined]  # as Django wants it
        "briefs.series",
        "briefs.brief",
    ]
