"""How one comes into a circle: by e-mail, or by a link."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from config.locks import Lockable, under_lock

from .circles import Circle
from .mail import Mail
from .memberships import Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


# Told apart on paper and aloud: no i, l, o, 0 or 1. Sixteen of them are 79 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
DAYS_GOOD = 30
REMINDED_AFTER = timedelta(days=1)


def make_token() -> str:
    """A token that can be typed from a printed card: abcd-efgh-jkmn-pqrs."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def hash_token(token: str) -> str:
    """SHA-256 of a link's token, however it was typed: in capitals, or without the dashes.

    Tokens are long and random, so no salt is needed.
    """
    letters = "".join(token.lower().split()).replace("-", "")
    return hashlib.sha256(letters.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Still good for coming in: not revoked, expired or used up."""
        return self.filter(
            Q(accepted_at=None) | Q(email=""), revoked_at=None, expires_at__gt=timezone.now()
        )

    def mailed(self) -> Self:
        return self.exclude(email="")

    def links(self) -> Self:
        return self.filter(email="")

    def unanswered(self) -> Self:
        """Mailed and neither accepted nor taken back, those past their date among them."""
        return self.mailed().filter(accepted_at=None, revoked_at=None)

    def take_back_from(self, user: "User") -> None:
        """Who is in needs no other way in: what was mailed to their own address is closed,
        so that it lets in nobody else."""
        self.unanswered().filter(email=user.email.lower()).update(revoked_at=timezone.now())

    def due_a_reminder(self) -> Self:
        """Not answered, not in the circle by another way, and the last mail is a day old."""
        members = Membership.objects.current().filter(circle=OuterRef("circle"))
        a_day_ago = timezone.now() - REMINDED_AFTER
        long_ago = Q(reminded_at=None, created_at__lte=a_day_ago) | Q(reminded_at__lte=a_day_ago)
        return self.unanswered().filter(long_ago).exclude(email__in=members.values("user__email"))

    def that_were_used(self) -> Self:
        """Someone came in by them or asks to, newest first."""
        came = Membership.objects.filter(left_at=None, invitation=OuterRef("pk"))
        return self.filter(Exists(came)).order_by("-accepted_at")

    def with_people(self) -> Self:
        """With who invited, and who came in by each or asks to."""
        came = Membership.objects.filter(left_at=None).by_name()
        return self.select_related("circle", "invited_by", "accepted_by").prefetch_related(
            Prefetch("memberships", came, to_attr="came_in")
        )

    def with_mail(self) -> Self:
        """With what became of the newest mail: `mailed_at`, or `mail_failed_at`, or neither
        while it is on its way."""
        newest = Mail.objects.filter(invitation=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            mailed_at=Subquery(newest.values("sent_at")[:1]),
            mail_failed_at=Subquery(newest.values("failed_at")[:1]),
        )

    def by_token(self, token: str) -> Self:
        """The one that this link's token belongs to, open or not; or none."""
        return self.select_related("circle", "invited_by").filter(token_hash=hash_token(token))

    def issue(
        self,
        circle: Circle,
        *,
        invited_by: "User",
        email: str = "",
        message: str = "",
        needs_approval: bool = False,
        days: int = DAYS_GOOD,
    ) -> "tuple[Invitation, str]":
        """Make an invitation; gives (invitation, token). Only the token's hash is kept.

        Args:
            circle: where it leads.
            invited_by: the user who invites.
            email: one person's address (one use); empty for a link for many.
            message: what the inviter says to them, for the mail.
            needs_approval: a link's users wait for a facilitator's yes.
            days: how long it is good for, in days.
        """
        now, token = timezone.now(), make_token()
        invitation = self.create(
            circle=circle,
            created_at=now,
            invited_by=invited_by,
            email=email.strip().lower(),
            message=message,
            needs_approval=needs_approval,
            token_hash=hash_token(token),
            expires_at=now + timedelta(days=days),
        )
        return invitation, token


class Invitation(Lockable):
    """A way in: by e-mail for one person, once; or by a link for many."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"), blank=True)
    message = models.TextField(_("a word from you"), max_length=600, blank=True)
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
    reminded_at = models.DateTimeField(null=True, editable=False)
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

    def __str__(self) -> str:
        return self.email or str(_("Link"))

    def mailed_token(self) -> str:
        """The token for the mail: made of the site's secret, so that it need not be stored, and
        the same until a reminder, so that a mail sent again opens the same door.

        What was issued with it is given up: nobody has ever seen that one.
        """
        made_of = f"{self.pk} {self.sent_at.isoformat()}"
        secret = salted_hmac("circles.invitation", made_of, algorithm="sha256").digest()
        token = urlsafe_b64encode(secret[:24]).decode()
        if self.token_hash != hash_token(token):
            self.token_hash = hash_token(token)
            self.save(update_fields=["token_hash"])
        return token

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
    def good_until(self) -> date:
        """The last day, on the circle's calendar."""
        return timezone.localdate(self.expires_at, self.circle.zone)

    @property
    def sent_at(self) -> datetime:
        """When the newest mail went out."""
        return self.reminded_at or self.created_at

    @property
    def can_be_reminded(self) -> bool:
        """Mailed, not answered and not taken back; and the last mail is a day old."""
        is_unanswered = self.email and not self.accepted_at and not self.revoked_at
        return bool(is_unanswered) and timezone.now() - self.sent_at >= REMINDED_AFTER

    def opens_for(self, user: "User | AnonymousUser") -> bool:
        """Open; or closed, but the person is in the circle anyway and may be told of it."""
        if self.is_open or not user.is_authenticated:
            return self.is_open
        return self.circle.memberships.current().filter(user=user).exists()

    def asks_first(self, user: "User") -> bool:
        """This person waits for a facilitator's yes.

        Who was in the circle and is out again may have been sent away: the link that many
        hold does not let them back in unseen.
        """
        if not self.is_link:
            return False
        return self.needs_approval or (
            self.circle.memberships.filter(user=user).exclude(left_at=None).exists()
        )

    @under_lock
    def revoke(self) -> None:
        """Close this way in. Who came in by it stays."""
        self.revoked_at = self.revoked_at or timezone.now()
        self.save(update_fields=["revoked_at"])

    @under_lock
    def replace(self, user: "User") -> str:
        """Close this link, and make one with the same terms in its place; gives the token."""
        self.revoke()
        _invitation, token = Invitation.objects.issue(
            self.circle,
            invited_by=user,
            needs_approval=self.needs_approval,
            days=(self.expires_at - self.created_at).days,
        )
        return token

    @under_lock
    def renew(self) -> None:
        """Make room for a reminder, good for as long as a new invitation.

        The next mail brings another link; from then on the earlier one opens nothing.

        Raises:
            ValidationError: it was answered, taken back or mailed within a day.
        """
        if not self.can_be_reminded:
            raise ValidationError(
                _("%(email)s has answered meanwhile, or had a mail within the last day."),
                code="too_soon",
                params={"email": self.email},
            )
        self.reminded_at = timezone.now()
        self.expires_at = self.reminded_at + timedelta(days=DAYS_GOOD)
        self.save(update_fields=["reminded_at", "expires_at"])

    @under_lock
    def accept(self, user: "User") -> Membership:
        """Bring this person into the circle; gives the membership.

        Accepting twice is accepting once.

        Raises:
            ValidationError: it was revoked, used or has expired meanwhile.
        """
        already = self.circle.memberships.current().filter(user=user).first()
        if already:
            return already
        if not self.is_open:
            raise ValidationError(
                _("This invitation is no longer good. Ask for a new one."), code="closed"
            )
        self.accepted_at = timezone.now()
        self.accepted_by = user
        self.save(update_fields=["accepted_at", "accepted_by"])
        return self.circle.admit(user, needs_approval=self.asks_first(user), invitation=self)
