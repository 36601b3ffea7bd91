"""Members of circles."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.locks import Lockable, under_lock

if TYPE_CHECKING:
    from briefs.models import Section


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        """Current members: approved and not left."""
        return self.filter(left_at=None).exclude(approved_at=None)

    def waiting(self) -> Self:
        """People whose request to join isn't answered yet."""
        return self.filter(left_at=None, approved_at=None)

    def facilitators(self) -> Self:
        return self.current().filter(role=Membership.Role.FACILITATOR)

    def by_name(self) -> Self:
        """With each person; facilitators first, then by name."""
        return self.select_related("user").order_by("-role", "user__display_name", "pk")


class Membership(Lockable):
    """A person in a circle. The verbs here make sure that a circle always has a facilitator.

    They lock the circle's row, so of the last two facilitators only one can step back.
    """

    class Role(models.IntegerChoices):
        MEMBER = 1, _("Member")
        FACILITATOR = 2, _("Facilitator")

    LOCKED_BY = "circle"

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.PositiveSmallIntegerField(_("role"), choices=Role, default=Role.MEMBER)
    invitation = models.ForeignKey(
        "circles.Invitation",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="memberships",
    )
    shows_reading = models.BooleanField(
        _("the facilitators may see by name whether I have read"), default=False
    )
    approved_at = models.DateTimeField(default=timezone.now, null=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    # The sections they lead; set by `MeetingOverview.others_to_swap_with()`.
    sections: list["Section"]
    minutes: int

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["circle", "user"], name="member_once_per_circle"),
            models.CheckConstraint(condition=Q(role__in=[1, 2]), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_facilitator(self) -> bool:
        return self.role == self.Role.FACILITATOR

    @property
    def is_current(self) -> bool:
        return self.approved_at is not None and self.left_at is None

    def approve(self) -> bool:
        """Approve a request to join. Returns whether the person was still waiting."""
        was_waiting = self._answer(approved_at=timezone.now())
        if was_waiting:
            self.circle.invitations.take_back_from(self.user)
        return was_waiting

    def decline(self) -> bool:
        """Decline a request to join. Returns whether it was waiting. The person may ask again."""
        return self._answer(left_at=timezone.now())

    def _answer(self, **fields: datetime) -> bool:
        answered = Membership.objects.waiting().filter(pk=self.pk).update(**fields)
        self.refresh_from_db(fields=["approved_at", "left_at"])
        return bool(answered)

    @under_lock
    def make_facilitator(self) -> None:
        """Make this member a facilitator.

        Raises:
            ValidationError: the person has left since.
        """
        if not self.is_current:
            raise ValidationError(
                _("%(person)s is not in the circle any more."),
                code="left",
                params={"person": self},
            )
        self.role = self.Role.FACILITATOR
        self.save(update_fields=["role"])

    @under_lock
    def make_member(self) -> None:
        """Step back from facilitating.

        Raises:
            ValidationError: there is no other facilitator.
        """
        if self.is_last_facilitator:
            raise self._needed()
        self.role = self.Role.MEMBER
        self.save(update_fields=["role"])

    @under_lock
    def leave(self) -> None:
        """Leave the circle. Leaving again changes nothing.

        The person's notes stay, their open action items become the whole circle's, and their
        spots and roles at upcoming meetings become free.

        Raises:
            ValidationError: there is no other facilitator.
        """
        if self.left_at:
            return
        if self.is_last_facilitator:
            raise self._needed()
        self.left_at = timezone.now()
        self.role = self.Role.MEMBER
        self.save(update_fields=["left_at", "role"])
        self.unseen_privacy_changes.clear()
        self.action_items.open().update(owner=None)
        for role in self.circle.meetings.model.ROLES:
            self.circle.meetings.to_come().filter(**{role: self}).update(**{role: None})
        to_come = self.rsvps.filter(meeting__ended_at=None, meeting__starts_at__gt=timezone.now())
        # The lock on a meeting's row also guards its spots.
        to_come = to_come.select_related("meeting").order_by("meeting")
        for rsvp in to_come.select_for_update(of=("meeting",), no_key=True):
            rsvp.delete()
            rsvp.meeting.tell_who_moved(rsvp.meeting.fill_places())

    def hide_privacy_changes(self, newest: int) -> None:
        """Show these no more on the circle's page: all up to the newest that the page had."""
        shown = self.unseen_privacy_changes.filter(pk__lte=newest)
        self.unseen_privacy_changes.remove(*shown)

    @property
    def sees_answers(self) -> bool:
        """This member sees who answered an invitation and how, and who has not yet."""
        return self.is_current

    @property
    def is_last_facilitator(self) -> bool:
        """Whether no other facilitator has an active account."""
        others = self.circle.memberships.facilitators().exclude(pk=self.pk)
        return self.is_facilitator and not others.filter(user__is_active=True).exists()

    def _needed(self) -> ValidationError:
        return ValidationError(
            _("“%(circle)s” needs a facilitator. Make someone else a facilitator first."),
            code="last_facilitator",
            params={"circle": self.circle},
        )
