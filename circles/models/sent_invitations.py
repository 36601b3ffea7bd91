"""Which invitations were emailed within a day, for the limits on them.

Invitations and emails can't be counted: they are deleted with their circle.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.batches import delete_some

DAY = timedelta(days=1)


def hash_address(address: str) -> str:
    return salted_hmac("circles.sent_invitation", address.lower(), algorithm="sha256").hexdigest()


class SentInvitationQuerySet(models.QuerySet["SentInvitation"]):
    def within_a_day(self) -> Self:
        return self.filter(sent_at__gt=timezone.now() - DAY)

    def moments_by_address(self, addresses: list[str]) -> dict[str, list[datetime]]:
        """When each of these addresses got one, the oldest first."""
        moments: dict[str, list[datetime]] = {hash_address(address): [] for address in addresses}
        rows = self.filter(address_hash__in=moments).order_by("sent_at")
        for address_hash, sent_at in rows.values_list("address_hash", "sent_at"):
            moments[address_hash].append(sent_at)
        return {address: moments[hash_address(address)] for address in addresses}

    def moments(self) -> list[datetime]:
        """When each was sent, the oldest first."""
        return list(self.order_by("sent_at").values_list("sent_at", flat=True))

    def note(self, sender: User, addresses: Iterable[str]) -> None:
        """Count an email to each of these addresses."""
        now = timezone.now()
        self.bulk_create(
            SentInvitation(sender=sender, address_hash=hash_address(address), sent_at=now)
            for address in addresses
        )

    def forget_old(self, before: datetime, most: int) -> int:
        """Delete what no longer counts."""
        return delete_some(self.filter(sent_at__lt=before), most)


class SentInvitation(models.Model):
    """An invitation or reminder that someone had emailed. Kept for a day."""

    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address_hash = models.CharField(max_length=64, db_index=True)
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = SentInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("sent invitation")
        verbose_name_plural = _("sent invitations")

    def __str__(self) -> str:
        return self.address_hash[:8]
