"""Calendar feeds that a person subscribes to. `circles/calendars/ical.py` makes their contents."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.batches import delete_some

from .circles import Circle
from .invitations import hash_token, make_token
from .memberships import Membership

if TYPE_CHECKING:
    from accounts.models import User


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def open(self) -> Self:
        return self.filter(revoked_at=None)

    def by_token(self, token: str) -> Self:
        """The feed with this token, revoked or not."""
        return self.select_related("user", "circle").filter(token_hash=hash_token(token))

    def issue(self, user: "User", circle: Circle | None = None) -> "tuple[CalendarFeed, str]":
        """Create a feed of one circle or of all, and revoke the earlier one of the same kind.

        The lock on the person's row makes sure that a button pressed twice leaves one feed.

        Returns:
            (feed, token). Only the token's hash is saved.
        """
        earlier = self.filter(user=user, circle=circle) if circle else self.of_all(user)
        token = make_token()
        with user.locked():
            earlier.open().update(revoked_at=timezone.now())
            feed = self.create(user=user, circle=circle, token_hash=hash_token(token))
        return feed, token

    def forget_revoked(self, before: datetime, most: int) -> int:
        """Delete feeds that were turned off before this moment. Until then, a calendar program
        that still asks hears that they're gone."""
        return delete_some(self.filter(revoked_at__lt=before), most)

    def of_all(self, user: "User") -> Self:
        return self.filter(user=user, circle=None)


class CalendarFeed(models.Model):
    """A secret URL where a calendar program finds a person's meetings.

    It has the meetings of one circle, or of all if `circle` is None. Only the hash of the
    URL's token is saved.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds"
    )
    circle = models.ForeignKey(Circle, models.CASCADE, null=True, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        # To find what is old.
        indexes = [
            models.Index(
                fields=["revoked_at"],
                condition=Q(revoked_at__isnull=False),
                name="feed_by_end",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "circle"],
                condition=Q(revoked_at=None),
                name="one_open_feed_of_a_circle",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None, circle=None),
                name="one_open_feed_of_all_circles",
            ),
        ]

    def __str__(self) -> str:
        return str(self.circle or _("All my circles"))

    def find_memberships(self) -> list[Membership] | None:
        """The person's current memberships in the circles of the feed.

        None if the feed is closed: it is revoked, or the person has left its one circle.
        """
        if self.revoked_at or not self.user.is_active:
            return None
        mine = Membership.objects.current().filter(user_id=self.user_id)
        if self.circle_id is None:
            return list(mine)
        return list(mine.filter(circle_id=self.circle_id)) or None

    def revoke(self) -> None:
        """Turn the feed off. Revoking again keeps the first time."""
        self.revoked_at = self.revoked_at or timezone.now()
        self.save(update_fields=["revoked_at"])
