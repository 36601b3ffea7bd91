"""Facilitators confirm that a change of a person's email address is right."""

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AddressChange

from .memberships import Membership

if TYPE_CHECKING:
    from accounts.address_changes import AddressChangeQuerySet

    from .circles import Circle


class VouchQuerySet(models.QuerySet["Vouch"]):
    def open_changes(self, circle: "Circle") -> "AddressChangeQuerySet":
        """Requested changes for members of this circle that its facilitators haven't answered."""
        people = Membership.objects.current().filter(circle=circle)
        vouched = self.by_facilitators().filter(membership__circle=circle)
        return (
            AddressChange.objects.open()
            .filter(user__in=people.values("user"))
            .exclude(pk__in=vouched.values("change"))
            .select_related("user")
        )

    def by_facilitators(self) -> Self:
        """Vouches by people who still are facilitators."""
        facilitators = Membership.objects.facilitators()
        return self.filter(Exists(facilitators.filter(pk=OuterRef("membership"))))

    def give(self, change: AddressChange, membership: Membership) -> bool:
        """Save a facilitator's vouch, and change the address once every circle has vouched.

        One circle isn't enough: its facilitator could help an admin into the person's other
        circles. People can't vouch for themselves, nor for a change that they requested.

        Returns:
            Whether the address is changed now.

        Raises:
            ValidationError: this person can't vouch here, or the change is no longer open.
        """
        with change.locked():
            if membership.user_id in (change.user_id, change.asked_by_id):
                raise ValidationError(
                    _("Another facilitator has to confirm this one."), code="not_theirs"
                )
            change.check_is_open()
            self.get_or_create(change=change, membership=membership)
            circles = set(
                Membership.objects.current()
                .filter(user=change.user_id)
                .values_list("circle_id", flat=True)
            )
            if membership.circle_id not in circles:
                raise ValidationError(_("They’re no longer in your circle."), code="left")
            vouched = self.by_facilitators().filter(change=change)
            if not circles <= set(vouched.values_list("membership__circle_id", flat=True)):
                return False
            change.make()
            return True


class Vouch(models.Model):
    """A facilitator's statement that a person told them about their new address."""

    change = models.ForeignKey(AddressChange, models.CASCADE, related_name="vouches")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    vouched_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = VouchQuerySet.as_manager()

    class Meta:
        verbose_name = _("vouch")
        verbose_name_plural = _("vouches")
        constraints = [
            models.UniqueConstraint(fields=["change", "membership"], name="vouch_once_for_a_change")
        ]

    def __str__(self) -> str:
        return str(self.membership)
