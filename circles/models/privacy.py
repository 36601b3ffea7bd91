"""The privacy setting of a circle, and its changes, which every member is told of."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .mail import Mail

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .circles import Circle
    from .memberships import Membership


class Privacy(models.TextChoices):
    """What happens to what is said, the strictest setting first."""

    OFF_THE_RECORD = "off_the_record", _("Off the record")
    CHATHAM_HOUSE = "chatham_house", _("Chatham House Rule")
    RECORDED = "recorded", _("Notes with names")


LINES: dict[str, "StrPromise"] = {
    Privacy.OFF_THE_RECORD: _(
        "What’s said here stays here. Notes are for members only and don’t include names."
    ),
    Privacy.CHATHAM_HOUSE: _(
        "You can share what you hear, but never who said it. Notes don’t include names."
    ),
    Privacy.RECORDED: _("Notes say who said what. They stay within the circle."),
}


def strictest(*settings: str) -> str:
    """The strictest of these settings. Words that name no setting don't count."""
    return next(setting for setting in Privacy.values if setting in settings)


class PrivacyChangeQuerySet(models.QuerySet["PrivacyChange"]):
    def announce(self, circle: "Circle", *, by: "Membership", before: str) -> "PrivacyChange":
        """Record a change of the circle's setting and tell every member, by email and on the
        circle's page. Call it inside the transaction of the change.

        People who ask to join get no email; they find it on the page once they are approved.

        Args:
            circle: with the new setting.
            by: who changed it. They get the email as well, in case it wasn't them.
            before: the setting that was saved.
        """
        change = self.create(circle=circle, changed_by=by, before=before, after=circle.privacy)
        change.unseen_by.set(circle.memberships.filter(left_at=None).exclude(pk=by.pk))
        Mail.objects.queue(
            Mail.Kind.PRIVACY,
            f"privacy-{change.pk}",
            to=circle.memberships.current(),
            circle=circle,
            details={"change": change.pk},
        )
        return change


class PrivacyChange(models.Model):
    """One change of a circle's privacy setting. Each change is announced, also one that is
    undone soon after: what was written in between keeps the setting of that time."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="privacy_changes")
    changed_by = models.ForeignKey(
        "circles.Membership", models.SET_NULL, null=True, related_name="+"
    )
    before = models.CharField(max_length=16, choices=Privacy)
    after = models.CharField(max_length=16, choices=Privacy)
    changed_at = models.DateTimeField(default=timezone.now)
    # Members whose circle page shows it until they hide it.
    unseen_by = models.ManyToManyField(
        "circles.Membership", related_name="unseen_privacy_changes", blank=True
    )

    objects = PrivacyChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy setting change")
        verbose_name_plural = _("privacy setting changes")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="privacy_change_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"

    @property
    def from_now_on(self) -> "StrPromise":
        """What the new setting means."""
        return LINES[self.after]

    @property
    def of_before(self) -> "StrPromise":
        """What holds for the notes that were written before the change."""
        if self.after == Privacy.RECORDED:
            return _("Notes written before this change stay without names.")
        if self.before == Privacy.RECORDED:
            return _("Notes written before this change keep the names they have.")
        return _("Notes written before this change keep the setting they were written under.")
