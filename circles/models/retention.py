"""How long a circle keeps notes, if it doesn't keep them for good."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .mail import Mail
from .memberships import Membership

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .mail_querysets import MailQuerySet
    from .memberships import MembershipQuerySet

# How long members have to save what will be deleted.
NOTICE = timedelta(days=7)


def months_in_words(months: int) -> str:
    """“1 year”, “18 months”."""
    years, rest = divmod(months, 12)
    if rest:
        return ngettext("%d month", "%d months", months) % months
    return ngettext("%d year", "%d years", years) % years


class Retention(models.Model):
    """The part of a circle that says when notes are deleted (`circles/notes/retention.py` does it).

    `retention_months` counts from the meeting; None keeps notes. Nothing is deleted before
    `retention_starts_at`.
    """

    retention_months = models.PositiveSmallIntegerField(
        _("delete notes after (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave blank to keep notes for as long as the circle wants."),
    )
    retention_starts_at = models.DateTimeField(null=True, editable=False)

    memberships: "MembershipQuerySet"
    mails: "MailQuerySet"

    class Meta:
        abstract = True

    @property
    def retention_line(self) -> "StrPromise | str":
        """What the circle chose, as a sentence; empty if it keeps notes."""
        if not self.retention_months:
            return ""
        text = _("Notes are deleted %(time)s after the meeting.")
        return text % {"time": months_in_words(self.retention_months)}

    def notes_go_at(self, starts_at: datetime) -> datetime | None:
        """When the notes of a meeting that begins then are deleted; None if they're kept."""
        if not self.retention_months:
            return None
        due = starts_at + relativedelta(months=self.retention_months)
        return max(due, self.retention_starts_at or due)

    def would_delete_sooner(self, months: int | None) -> bool:
        """Whether notes would be deleted sooner if this were the setting."""
        return bool(months and (not self.retention_months or months < self.retention_months))

    def settle_retention(self, before: "Retention") -> None:
        """Set when deleting begins, now that the circle chose something else than `before`."""
        if before.would_delete_sooner(self.retention_months):
            self.retention_starts_at = timezone.now() + NOTICE
        elif not self.retention_months:
            self.retention_starts_at = None

    def announce_retention(self, by: Membership) -> None:
        """Email every member, the one who changed it too. Call it in the transaction of the
        change."""
        Mail.objects.queue(
            Mail.Kind.RETENTION,
            f"retention-{self.pk}-{timezone.now():%Y%m%d%H%M%S%f}",
            to=self.memberships.current(),
            circle=self,
            details={"by": by.pk, "months": self.retention_months},
        )
