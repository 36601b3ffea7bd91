"""Members of circles."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.locks import Lockable, under_lock

from .events import CircleEvent

if TYPE_CHECKING:
    from accounts.models import User
    from briefs.models import Section

    from .readings import Swap
    from .rsvps import Rsvp


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

    They lock the circle's row, so of the last two facilitators only one can step down.
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
        _("let facilitators see my reading progress by name"), default=False
    )
    # Facilitators and the leader of a meeting then print their reading (`circles/reading/kits.py`).
    reads_on_paper = models.BooleanField(_("reads on paper"), default=False)
    approved_at = models.DateTimeField(default=timezone.now, null=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    # The sections they lead; set by `MeetingOverview.others_to_swap_with()`.
    sections: list["Section"]
    minutes: int
    has_met: bool  # whether the circle has; on Home
    # By `Roster`, for people who have one.
    rsvp: "Rsvp"
    swap: "Swap"

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

    @transaction.atomic
    def approve(self, by: "User | None" = None) -> bool:
        """Approve a request to join.

        Args:
            by: the facilitator; None if an invitation that needs no approval lets them in.

        Returns:
            Whether the person was still waiting.
        """
        was_waiting = self._answer(approved_at=timezone.now())
        if was_waiting:
            self.circle.invitations.take_back_from(self.user)
            self._record(CircleEvent.Kind.APPROVED, by, own=CircleEvent.Kind.JOINED)
        return was_waiting

    @transaction.atomic
    def decline(self, by: "User | None" = None) -> bool:
        """Decline a request to join. Returns whether it was waiting. The person may ask again."""
        was_waiting = self._answer(left_at=timezone.now())
        if was_waiting:
            # Members don't see who asked, so they don't see who was declined.
            CircleEvent.objects.record(self.circle, CircleEvent.Kind.DECLINED, by=by)
        return was_waiting

    def _answer(self, **fields: datetime) -> bool:
        answered = Membership.objects.waiting().filter(pk=self.pk).update(**fields)
        self.refresh_from_db(fields=["approved_at", "left_at"])
        return bool(answered)

    def _record(self, kind: CircleEvent.Kind, by: "User | None", *, own: CircleEvent.Kind) -> None:
        """Record what `by` did to this member; as `own` if the member did it (or `by` is None)."""
        if by is None or by.pk == self.user_id:
            CircleEvent.objects.record(self.circle, own, by=self.user)
        else:
            CircleEvent.objects.record(self.circle, kind, by=by, person=self.user)

    @under_lock
    def make_facilitator(self, by: "User | None" = None) -> None:
        """Make this member a facilitator.

        Args:
            by: who does it.

        Raises:
            ValidationError: the person has left since.
        """
        if not self.is_current:
            raise ValidationError(
                _("%(person)s is no longer in the circle."),
                code="left",
                params={"person": self},
            )
        if self.is_facilitator:
            return
        self.role = self.Role.FACILITATOR
        self.save(update_fields=["role"])
        kind = CircleEvent.Kind.MADE_FACILITATOR
        CircleEvent.objects.record(self.circle, kind, by=by, person=self.user)

    @under_lock
    def make_member(self, by: "User | None" = None) -> None:
        """Step down from facilitating.

        Args:
            by: another facilitator who does it; None if the member does.

        Raises:
            ValidationError: there is no other facilitator.
        """
        if not self.is_facilitator:
            return
        if self.is_last_facilitator:
            raise self._needed()
        self.role = self.Role.MEMBER
        self.save(update_fields=["role"])
        self._record(CircleEvent.Kind.MADE_MEMBER, by, own=CircleEvent.Kind.STEPPED_BACK)

    @under_lock
    def leave(self, by: "User | None" = None) -> None:
        """Leave the circle. Leaving again changes nothing.

        The person's notes stay, their open action items become the whole circle's, and their
        spots and roles at upcoming meetings become free.

        Args:
            by: the facilitator who removes them; None if they leave by themselves.

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
        if self.approved_at:
            self._record(CircleEvent.Kind.REMOVED, by, own=CircleEvent.Kind.LEFT)
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
        """This member sees who replied to an invitation and how, and who has not yet."""
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
