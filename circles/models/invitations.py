"""Invitations to a circle: by email, or by an invite link."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from config.batches import delete_some
from config.locks import under_lock
from config.texts import EMAIL, MESSAGE, NAME, Typed, limits, visible

from .circles import Circle
from .events import CircleEvent
from .mail import Mail
from .makes_account import MakesAccount
from .memberships import Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


# Easy to tell apart on paper and aloud: no i, l, o, 0 or 1. Sixteen of them are 79 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
DAYS_GOOD = 30
REMINDED_AFTER = timedelta(days=1)


def make_token() -> str:
    """A random token that is easy to type from a printed card: abcd-efgh-jkmn-pqrs."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def hash_token(token: str) -> str:
    """SHA-256 of a link's token, in any typed form: capitals, or without dashes.

    Tokens are long and random, so no salt is needed.
    """
    letters = "".join(token.lower().split()).replace("-", "")
    return hashlib.sha256(letters.encode()).hexdigest()


def _derived_token(made_of: str, key: str) -> str:
    secret = salted_hmac("circles.invitation", made_of, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(secret[:24]).decode()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Invitations that still work: not revoked, expired or used."""
        return self.filter(
            Q(accepted_at=None) | Q(email=""), revoked_at=None, expires_at__gt=timezone.now()
        )

    def mailed(self) -> Self:
        return self.exclude(email="")

    def links(self) -> Self:
        return self.filter(email="")

    def unanswered(self) -> Self:
        """Emailed and neither accepted nor revoked, expired ones included."""
        return self.mailed().filter(accepted_at=None, revoked_at=None)

    def take_back_from(self, user: "User") -> None:
        """Revoke unanswered invitations to this person's address.

        They are in the circle, so these could only let in someone else.
        """
        self.unanswered().filter(email=user.email.lower()).update(revoked_at=timezone.now())

    def due_a_reminder(self) -> Self:
        """Unanswered, the person isn't a member by now, and the last email is a day old."""
        members = Membership.objects.current().filter(circle=OuterRef("circle"))
        a_day_ago = timezone.now() - REMINDED_AFTER
        long_ago = Q(reminded_at=None, created_at__lte=a_day_ago) | Q(reminded_at__lte=a_day_ago)
        return self.unanswered().filter(long_ago).exclude(email__in=members.values("user__email"))

    def that_were_used(self) -> Self:
        """Invitations with which someone joined or asks to join, newest first."""
        came = Membership.objects.filter(left_at=None, invitation=OuterRef("pk"))
        return self.filter(Exists(came)).order_by("-accepted_at")

    def with_people(self) -> Self:
        """With the inviter, and the people who joined with each or ask to (`came_in`)."""
        came = Membership.objects.filter(left_at=None).by_name()
        return self.select_related("circle", "invited_by", "accepted_by").prefetch_related(
            Prefetch("memberships", came, to_attr="came_in")
        )

    def with_mail(self) -> Self:
        """With the result of the newest email: `mailed_at` or `mail_failed_at`.

        Neither is set until it is sent.
        """
        newest = Mail.objects.filter(invitation=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            mailed_at=Subquery(newest.values("sent_at")[:1]),
            mail_failed_at=Subquery(newest.values("failed_at")[:1]),
        )

    def by_token(self, token: str) -> Self:
        """The invitation with this token, open or not."""
        return self.select_related("circle", "invited_by").filter(token_hash=hash_token(token))

    def forget_old(self, before: datetime, most: int) -> int:
        """Delete invitations and links that ended before this moment, used or not. Who joined with
        one stays."""
        return delete_some(self.filter(expires_at__lt=before), most)

    def issue(
        self,
        circle: Circle,
        *,
        invited_by: "User",
        email: str = "",
        name: str = "",
        message: str = "",
        needs_approval: bool = False,
        days: int = DAYS_GOOD,
    ) -> "tuple[Invitation, str]":
        """Create an invitation.

        Args:
            circle: the circle to join.
            invited_by: the user who invites.
            email: one person's address, for one use; empty for an invite link.
            name: how the inviter calls that person; no email says it.
            message: a personal message for the email.
            needs_approval: people who use the link wait until a facilitator approves.
            days: how many days it works.

        Returns:
            (invitation, token). Only the token's hash is saved.
        """
        now, token = timezone.now(), make_token()
        invitation = self.create(
            circle=circle,
            created_at=now,
            invited_by=invited_by,
            email=email.strip().lower(),
            name=name,
            message=message,
            needs_approval=needs_approval,
            token_hash=hash_token(token),
            expires_at=now + timedelta(days=days),
        )
        return invitation, token

    def issue_link(self, circle: Circle, *, invited_by: "User", **terms: Any) -> str:
        """Create an invite link on these terms of `issue`. Returns its token."""
        with transaction.atomic():
            _invitation, token = self.issue(circle, invited_by=invited_by, **terms)
            CircleEvent.objects.record(circle, CircleEvent.Kind.LINK_MADE, by=invited_by)
        return token


class Invitation(MakesAccount, Typed):
    """An invitation: by email for one person and one use, or an invite link for many."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("email address"), blank=True)
    name = models.CharField(_("name"), max_length=NAME, validators=[visible], blank=True)
    message = models.TextField(
        _("personal message"), max_length=MESSAGE, validators=[visible], blank=True
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    needs_approval = models.BooleanField(
        _("approve each person"),
        default=False,
        help_text=_("People who use the link wait until a facilitator approves them."),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))
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
        # To find what is old.
        indexes = [models.Index(fields=["expires_at"], name="invitation_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_ends_after_it_begins"
            ),
            limits("invitation", email=EMAIL, name=NAME, message=MESSAGE),
        ]

    def __str__(self) -> str:
        return self.email or str(_("Invite link"))

    def mailed_token(self) -> str:
        """The token for the email.

        It is derived from the site's secret key, so it isn't stored. It stays the same until a
        reminder, so an email that is sent again has the same link. It replaces the token that
        `issue` returned, which no one has seen.
        """
        made_of = f"{self.pk} {self.sent_at.isoformat()}"
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        tokens = [_derived_token(made_of, key) for key in keys]
        for token in tokens:
            if self.token_hash == hash_token(token):
                return token
        self.token_hash = hash_token(tokens[0])
        self.save(update_fields=["token_hash"])
        return tokens[0]

    @property
    def is_link(self) -> bool:
        return not self.email

    @property
    def is_used(self) -> bool:
        return bool(self.email and self.accepted_at)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        return not (self.revoked_at or self.is_used or self.is_expired)

    @property
    def lets_sign_up(self) -> bool:
        """Whether an account can be made with it: many with a link, one with an email."""
        return self.is_open and (self.is_link or not self.has_account)

    @property
    def good_until(self) -> date:
        """The last day it works, in the circle's time zone."""
        return timezone.localdate(self.expires_at, self.circle.zone)

    @property
    def sent_at(self) -> datetime:
        """When the newest email was queued."""
        return self.reminded_at or self.created_at

    @property
    def can_be_reminded(self) -> bool:
        """Whether it is an unanswered email invitation and its last email is a day old."""
        is_unanswered = self.email and not self.accepted_at and not self.revoked_at
        return bool(is_unanswered) and timezone.now() - self.sent_at >= REMINDED_AFTER

    def opens_for(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may see the invitation: it is open, or they are a member anyway."""
        if self.is_open or not user.is_authenticated:
            return self.is_open
        return self.circle.memberships.current().filter(user=user).exists()

    def asks_first(self, user: "User") -> bool:
        """Whether this person has to wait for a facilitator's approval.

        A former member always waits with an invite link, because they may have been removed.
        """
        if not self.is_link:
            return False
        return self.needs_approval or (
            self.circle.memberships.filter(user=user).exclude(left_at=None).exists()
        )

    @under_lock
    def revoke(self, by: "User | None" = None) -> None:
        """Turn the invitation off. People who joined with it stay.

        Args:
            by: the facilitator who does it; None if the invited person declines, which the
                members don't see.
        """
        if by and not self.revoked_at:
            kinds = CircleEvent.Kind
            kind = kinds.LINK_REVOKED if self.is_link else kinds.INVITATION_REVOKED
            CircleEvent.objects.record(self.circle, kind, by=by)
        self.revoked_at = self.revoked_at or timezone.now()
        self.save(update_fields=["revoked_at"])

    @under_lock
    def replace(self, user: "User") -> str:
        """Revoke this link and create one with the same terms. Returns the new token."""
        self.revoke()
        _invitation, token = Invitation.objects.issue(
            self.circle,
            invited_by=user,
            needs_approval=self.needs_approval,
            days=(self.expires_at - self.created_at).days,
        )
        CircleEvent.objects.record(self.circle, CircleEvent.Kind.LINK_REPLACED, by=user)
        return token

    @under_lock
    def renew(self) -> None:
        """Prepare a reminder, which works as long as a new invitation.

        Its email has a new link, and the earlier link stops working.

        Raises:
            ValidationError: it was answered, revoked, or emailed within a day.
        """
        if not self.can_be_reminded:
            raise ValidationError(
                _("%(email)s just replied, or got an email within the last day."),
                code="too_soon",
                params={"email": self.email},
            )
        self.reminded_at = timezone.now()
        self.expires_at = self.reminded_at + timedelta(days=DAYS_GOOD)
        self.save(update_fields=["reminded_at", "expires_at"])

    def note_account(self, user: "User") -> None:
        """Record the account that was made with an emailed invitation. See `MakesAccount`."""
        if not self.is_link:
            super().note_account(user)

    @under_lock
    def accept(self, user: "User") -> Membership:
        """Add this person to the circle. Accepting again changes nothing.

        Returns:
            The membership.

        Raises:
            ValidationError: the invitation was revoked or used since, or has expired.
        """
        already = self.circle.memberships.current().filter(user=user).first()
        if already:
            return already
        if not self.is_open:
            raise ValidationError(
                _("This invitation no longer works. Ask for a new one."), code="closed"
            )
        self.accepted_at = timezone.now()
        self.accepted_by = user
        self.save(update_fields=["accepted_at", "accepted_by"])
        return self.circle.admit(user, needs_approval=self.asks_first(user), invitation=self)
