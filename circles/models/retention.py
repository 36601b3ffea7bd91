"""How long a circle keeps notes, if it doesn't keep them for good."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


NO_MORE_NOTES = _("Your circle no longer keeps notes of this meeting, so you can’t write any.")
# How long members have to save what will be deleted.
NOTICE = timedelta(days=7)


def months_in_words(months: int) -> str:
    """“1 year”, “18 months”."""
    years, rest = divmod(months, 12)
    if rest:
        return ngettext("%d month", "%d months", months) % months
    return ngettext("%d year", "%d years", years) % years


def retention_in_words(months: int | None) -> str:
    """The setting, as forms and the history quote it: “1 year after each meeting”, or “never”."""
    if not months:
        return gettext("never")
    return gettext("%(time)s after each meeting") % {"time": months_in_words(months)}


class Retention(models.Model):
    """The part of a circle that says when notes are deleted (`circles/notes/retention.py` does it).

    `retention_months` counts from the meeting; None keeps notes. Nothing is deleted before
    `retention_starts_at`.
    """

    retention_months = models.PositiveSmallIntegerField(
        _("when notes are deleted"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    retention_starts_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
        indexes = [
            # Those that have notes deleted.
            models.Index(
                fields=["retention_starts_at"],
                condition=Q(retention_starts_at__isnull=False),
                name="circle_by_retention",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(retention_months=None) | Q(retention_months__gte=1),
                name="circle_retention_is_a_month_or_more",
            ),
            models.CheckConstraint(
                condition=Q(retention_months=None, retention_starts_at=None)
                | Q(retention_months__isnull=False, retention_starts_at__isnull=False),
                name="circle_retention_has_a_start",
            ),
        ]

    @property
    def retention_line(self) -> "StrPromise | str":
        """What the circle chose, as a sentence; empty if it keeps notes."""
        if not self.retention_months:
            return ""
        text = _("Notes are deleted %(time)s after each meeting.")
        return text % {"time": months_in_words(self.retention_months)}

    def notes_go_at(self, starts_at: datetime) -> datetime | None:
        """When the notes of a meeting that begins then are deleted; None if they're kept."""
        if not self.retention_months:
            return None
        due = starts_at + relativedelta(months=self.retention_months)
        return max(due, self.retention_starts_at or due)

    def notes_are_due(self, starts_at: datetime, at: datetime) -> bool:
        """Whether such a meeting's notes are to be deleted by then."""
        goes_at = self.notes_go_at(starts_at)
        return bool(goes_at and goes_at <= at)

    def would_delete_sooner(self, months: int | None) -> bool:
        """Whether notes would be deleted sooner if this were the setting."""
        return bool(months and (not self.retention_months or months < self.retention_months))

    def settle_retention(self, before: "Retention") -> None:
        """Set when deleting begins, now that the circle chose something else than `before`."""
        if before.would_delete_sooner(self.retention_months):
            self.retention_starts_at = timezone.now() + NOTICE
        elif not self.retention_months:
            self.retention_starts_at = None
