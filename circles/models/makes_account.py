"""What an invitation has that lets one person make an account."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from config.locks import Lockable

if TYPE_CHECKING:
    from accounts.models import User

# An account that no one has claimed by then, say with a mistyped address, makes way for another.
UNCLAIMED_LASTS = timedelta(hours=1)


class MakesAccount(Lockable):
    """A row that was emailed to one person, with which they can make one account."""

    account_made_at = models.DateTimeField(null=True, blank=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        abstract = True

    @property
    def has_account(self) -> bool:
        """Whether an account was made with it that someone has claimed, or still may."""
        if not self.account_made_at:
            return False
        is_new = timezone.now() - self.account_made_at < UNCLAIMED_LASTS
        return is_new or not (self.account and self.account.is_unclaimed)

    def note_account(self, user: "User") -> None:
        """Record the account that was made with it. Call it under the lock.

        An earlier account that no one claimed is deleted, so one invitation never makes two.
        """
        earlier = self.account
        self.account, self.account_made_at = user, timezone.now()
        self.save(update_fields=["account", "account_made_at"])
        if earlier:
            with earlier.locked(to_delete=True):
                if earlier.is_unclaimed:
                    earlier.delete()
