"""What all parts of a brief have: a slug, a position, and a date of retirement."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

Part = TypeVar("Part", bound="PartOfBrief")


class ByNaturalKey(models.QuerySet[Part]):
    """Parts of a brief. Fixtures name them by (brief slug, own slug)."""

    def get_by_natural_key(self, brief_slug: str, slug: str) -> Part:
        return self.get(brief__slug=brief_slug, slug=slug)

    def in_edition(self) -> Self:
        """The parts in the current edition: those that aren't retired."""
        return self.filter(retired_at=None)

    def known_as(self, slug: str) -> Part | None:
        """The part of a brief with this slug, or the one in the edition that had it before."""
        found = self.filter(Q(slug=slug) | Q(was=slug, retired_at=None))
        return min(found, key=lambda part: part.slug != slug, default=None)


class PartOfBrief(models.Model):
    """One part of a brief. Its slug, unique in the brief, never changes."""

    brief = models.ForeignKey(
        "briefs.Brief", models.PROTECT, related_name="%(class)ss", verbose_name=_("brief")
    )
    slug = models.SlugField(
        _("slug"),
        max_length=80,
        help_text=_("Its permanent name in this brief. It never changes, even when the text does."),
    )
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Lower comes first.")
    )
    was = models.SlugField(
        _("earlier slug"),
        max_length=80,
        blank=True,
        help_text=_("If it had another slug in earlier editions. Its notes move along with it."),
    )
    retired_at = models.DateTimeField(
        _("retired"),
        null=True,
        blank=True,
        help_text=_("When readers stopped seeing it. Circles can still read their notes on it."),
    )
    settled_at = models.DateTimeField(null=True, editable=False)

    objects = ByNaturalKey.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["brief", "slug"], name="one_%(class)s_per_slug_in_a_brief"
            ),
        ]

    def natural_key(self) -> tuple[str, str]:
        return (self.brief.slug, self.slug)

    natural_key.dependencies = ["briefs.brief"]  # type: ignore[attr-defined]  # as Django wants it

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None
