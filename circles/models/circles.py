"""A circle, who is in it, and how one comes in."""

import hashlib
import secrets
import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone


class CircleQuerySet(models.QuerySet):
    def of(self, user):
        """Circles that this person is in now, by name."""
        mine = Membership.objects.current().filter(user=user)
        return self.filter(pk__in=mine.values("circle")).order_by("name")

    def with_next_meeting(self):
        """With `next_meeting_at`, the start of the next scheduled meeting; None without one."""
        ahead = (
            self.model.meetings.rel.related_model.objects.upcoming()
            .filter(circle=OuterRef("pk"))
            .values("starts_at")[:1]
        )
        return self.annotate(next_meeting_at=Subquery(ahead))


class Circle(models.Model):
    """A handful of people who meet, mostly monthly, and what they agreed among them."""

    class Confidentiality(models.TextChoices):
        OFF_THE_RECORD = "off_the_record", _("Off the record")
        CHATHAM_HOUSE = "chatham_house", _("Chatham House Rule")
        RECORDED = "recorded", _("Recorded with names")

    PROMISES = {
        Confidentiality.OFF_THE_RECORD: _(
            "What is said here stays here. Notes are for this circle alone and name nobody."
        ),
        Confidentiality.CHATHAM_HOUSE: _(
            "You may use what you hear, but never say who said it. Notes name nobody."
        ),
        Confidentiality.RECORDED: _(
            "This circle notes who said what. Notes stay within the circle."
        ),
    }

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    purpose = models.TextField(
        _("purpose"), blank=True, help_text=_("Why you meet, in a sentence or two.")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="America/New_York", validators=[validate_time_zone]
    )
    agreements = models.TextField(
        _("agreements"),
        blank=True,
        help_text=_("Your ground rules, one a line. They are read aloud at the opening."),
    )
    confidentiality = models.CharField(
        _("what happens to what is said"),
        max_length=16,
        choices=Confidentiality,
        default=Confidentiality.OFF_THE_RECORD,
    )
    usual_minutes = models.PositiveSmallIntegerField(
        _("usual length in minutes"),
        default=90,
        validators=[MinValueValidator(15), MaxValueValidator(600)],
    )
    cadence = models.CharField(
        _("when you usually meet"),
        max_length=120,
        blank=True,
        help_text=_("In your words: “third Thursday of the month, 7 pm”."),
    )
    usual_place = models.CharField(_("where you usually meet"), max_length=200, blank=True)
    retention_months = models.PositiveSmallIntegerField(
        _("months after which notes are erased"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty to keep notes for as long as the circle wants."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidentiality__in=["off_the_record", "chatham_house", "recorded"]),
                name="circle_confidentiality_is_known",
            ),
            models.CheckConstraint(
                condition=Q(usual_minutes__range=(15, 600)), name="circle_usual_length_is_sane"
            ),
            models.CheckConstraint(
                condition=Q(retention_months=None) | Q(retention_months__gte=1),
                name="circle_retention_is_a_month_or_more",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("circles:circle_detail", args=[self.slug])

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def agreement_lines(self):
        return [line.strip() for line in self.agreements.splitlines() if line.strip()]

    @property
    def promise(self):
        """What the circle promises about what is said, in a sentence for every notes page."""
        return self.PROMISES[self.confidentiality]

    @property
    def shows_names(self):
        """Notes name their writer only where the circle decided to record names."""
        return self.confidentiality == self.Confidentiality.RECORDED

    def admit(self, user, *, role=None, needs_approval=False):
        """Let a person in, or let them back in; gives the membership.

        Who is in already keeps their role. With `needs_approval` the person waits for a
        facilitator's yes and sees nothing of the circle until then.
        """
        membership, _made = self.memberships.get_or_create(
            user=user,
            defaults={
                "role": role or Membership.Role.MEMBER,
                "approved_at": None if needs_approval else timezone.now(),
            },
        )
        if membership.left_at:
            membership.left_at = None
            membership.role = role or Membership.Role.MEMBER
            membership.approved_at = None if needs_approval else timezone.now()
            membership.save(update_fields=["left_at", "role", "approved_at"])
        elif not membership.approved_at and not needs_approval:
            membership.approve()
        return membership


class MembershipQuerySet(models.QuerySet):
    def current(self):
        """People who are in the circle now: let in and not left."""
        return self.filter(left_at=None).exclude(approved_at=None)

    def waiting(self):
        """People who asked to come in and have no answer yet."""
        return self.filter(left_at=None, approved_at=None)

    def facilitators(self):
        return self.current().filter(role=Membership.Role.FACILITATOR)

    def by_name(self):
        """With each person, facilitators first, then by name."""
        return self.select_related("user").order_by("-role", "user__display_name", "pk")


class Membership(models.Model):
    """A person in a circle. A circle always has a facilitator: verbs here see to it."""

    class Role(models.IntegerChoices):
        MEMBER = 1, _("Member")
        FACILITATOR = 2, _("Facilitator")

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.PositiveSmallIntegerField(_("role"), choices=Role, default=Role.MEMBER)
    approved_at = models.DateTimeField(default=timezone.now, null=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["circle", "user"], name="member_once_per_circle"),
            models.CheckConstraint(condition=Q(role__in=[1, 2]), name="membership_role_is_known"),
        ]

    def __str__(self):
        return str(self.user)

    @property
    def is_facilitator(self):
        return self.role == self.Role.FACILITATOR

    def approve(self):
        """Let in a person who asked."""
        self.approved_at = self.approved_at or timezone.now()
        self.save(update_fields=["approved_at"])

    def decline(self):
        """Say no to a person who asked. Asking again is possible with a new link."""
        self.left_at = timezone.now()
        self.save(update_fields=["left_at"])

    def make_facilitator(self):
        """Give the circle one more facilitator."""
        self.role = self.Role.FACILITATOR
        self.save(update_fields=["role"])

    @transaction.atomic
    def make_member(self):
        """Step back from facilitating.

        Raises:
            ValidationError: there is no other facilitator.
        """
        self._check_another_facilitates()
        self.role = self.Role.MEMBER
        self.save(update_fields=["role"])

    @transaction.atomic
    def leave(self):
        """Leave the circle. Notes stay with it, open promises become the circle's own, and
        a place taken at a coming meeting falls free.

        Raises:
            ValidationError: this is the only facilitator of a circle with members.
        """
        if self.is_facilitator:
            self._check_another_facilitates()
        self.left_at = timezone.now()
        self.role = self.Role.MEMBER
        self.save(update_fields=["left_at", "role"])
        self.action_items.open().update(owner=None)
        to_come = self.rsvps.filter(meeting__ended_at=None, meeting__starts_at__gt=timezone.now())
        for rsvp in to_come.select_related("meeting"):
            rsvp.delete()
            rsvp.meeting.fill_places()

    def _check_another_facilitates(self):
        # The circle's row is the lock: two facilitators who step back at once take turns.
        Circle.objects.select_for_update().get(pk=self.circle_id)
        if not self.circle.memberships.facilitators().exclude(pk=self.pk).exists():
            raise ValidationError(
                _(
                    "You are the only facilitator of “%(circle)s”. "
                    "Make someone else a facilitator first."
                ),
                code="last_facilitator",
                params={"circle": self.circle},
            )


def hash_token(token):
    """SHA-256 of a link's token. Tokens are long and random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Still good for coming in: not revoked, expired or used up."""
        return self.filter(
            Q(accepted_at=None) | Q(email=""), revoked_at=None, expires_at__gt=timezone.now()
        )

    def by_token(self, token):
        """The one that this link's token belongs to, open or not; or none."""
        return self.select_related("circle", "invited_by").filter(token_hash=hash_token(token))

    def issue(self, circle, *, invited_by, email="", needs_approval=False, days=30):
        """Make an invitation; gives (invitation, token). Only the token's hash is kept.

        Args:
            circle: where it leads.
            invited_by: the user who invites.
            email: one person's address (one use); empty for a link for many.
            needs_approval: a link's users wait for a facilitator's yes.
            days: how long it is good for, in days.
        """
        token = secrets.token_urlsafe(24)
        invitation = self.create(
            circle=circle,
            invited_by=invited_by,
            email=email.strip().lower(),
            needs_approval=needs_approval,
            token_hash=hash_token(token),
            expires_at=timezone.now() + timedelta(days=days),
        )
        return invitation, token


class Invitation(models.Model):
    """A way in: by e-mail for one person, once; or by a link for many."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    needs_approval = models.BooleanField(
        _("let me approve each person"),
        default=False,
        help_text=_("Who uses the link waits until a facilitator says yes."),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_ends_after_it_begins"
            ),
        ]

    def __str__(self):
        return self.email or str(_("Link"))

    @property
    def is_link(self):
        return not self.email

    @property
    def is_used(self):
        return bool(self.email and self.accepted_at)

    @property
    def is_expired(self):
        return self.expires_at <= timezone.now()

    @property
    def is_open(self):
        return not (self.revoked_at or self.is_used or self.is_expired)

    def revoke(self):
        """Close this way in. Who came in by it stays."""
        self.revoked_at = self.revoked_at or timezone.now()
        self.save(update_fields=["revoked_at"])

    @transaction.atomic
    def accept(self, user):
        """Bring this person into the circle; gives the membership.

        Raises:
            ValidationError: it was revoked, used or has expired meanwhile.
        """
        fresh = Invitation.objects.select_for_update().get(pk=self.pk)
        if not fresh.is_open:
            raise ValidationError(
                _("This invitation is no longer good. Ask for a new one."), code="closed"
            )
        membership = self.circle.admit(user, needs_approval=self.needs_approval)
        self.accepted_at = timezone.now()
        self.accepted_by = user
        self.save(update_fields=["accepted_at", "accepted_by"])
        return membership
