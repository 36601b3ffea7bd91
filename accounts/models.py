"""A person: email address, name, and how they like to read."""

import zoneinfo
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.locks import Lockable, under_lock
from config.texts import EMAIL, NAME, Typed, limits, visible

from .guesses import Guesses
from .site_events import SiteEvent

__all__ = ["AddressChange", "Guesses", "SiteEvent", "User"]


def validate_time_zone(name: str) -> None:
    """Accept only names from the IANA time zone database.

    Raises:
        ValidationError: there is no zone of this name.
    """
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose one from the list, such as America/Chicago."),
            code="unknown_time_zone",
            params={"name": name},
        )


class UserManager(BaseUserManager["User"]):
    """Creates people. Addresses are stored in lower case, so each belongs to one person."""

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who can sign in: always by code, and by password if one is given.

        The address counts as proven, so the caller must vouch for it. Sign-up doesn't use
        this: it sends a code.
        """
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            user.confirm_email()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an admin, who may load briefs and manage accounts but is in no circle."""
        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            named = gettext("on the command line")
            SiteEvent.objects.record(SiteEvent.Kind.SUPERUSER_GIVEN, named=named, person=user)
        return user


class User(AbstractBaseUser, PermissionsMixin, Lockable, Typed):
    """A person, who signs in with their email address."""

    class TextSize(models.TextChoices):
        NORMAL = "normal", _("Normal")
        LARGE = "large", _("Large")
        LARGER = "larger", _("Larger")

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(
        _("name"),
        max_length=NAME,
        validators=[visible],
        help_text=_("What your circle calls you."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="America/New_York", validators=[validate_time_zone]
    )
    # The language of the email they get. If empty, the site's language.
    language = models.CharField(_("language"), max_length=12, blank=True)
    text_size = models.CharField(
        _("text size"), max_length=8, choices=TextSize, default=TextSize.NORMAL
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick this instead of deleting a person.")
    )
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May open the admin pages.")
    )
    # Topics they don't want email about. The app that sends the email names the topics.
    mails_off = models.JSONField(default=list, blank=True, editable=False)
    bounced_email = models.EmailField(blank=True, editable=False)
    bounced_at = models.DateTimeField(null=True, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # Raised to end all sessions: it is part of the hash that each session carries.
    session_round = models.PositiveIntegerField(default=0, editable=False)

    # Added by django-allauth, which has no type annotations.
    emailaddress_set: Any

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["display_name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email_address"),
            limits("person", display_name=NAME, email=EMAIL),
        ]

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def confirm_email(self) -> None:
        """Mark the address as proven, and as the only one to sign in with."""
        self.emailaddress_set.exclude(email=self.email).delete()
        self.emailaddress_set.update_or_create(
            email=self.email, defaults={"verified": True, "primary": True}
        )

    def await_proof_of_email(self) -> None:
        """Make the address the only one to sign in with. It counts as proven only after the
        person types a code that was sent there."""
        self.emailaddress_set.all().delete()
        self.emailaddress_set.create(email=self.email, verified=False, primary=True)

    def end_sessions(self) -> None:
        """Sign the person out everywhere."""
        self.session_round = F("session_round") + 1
        self.save(update_fields=["session_round"])
        self.refresh_from_db(fields=["session_round"])

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Mix `session_round` into the hash: Django ends every session whose hash differs.

        In round 0 the hash is Django's own: sessions of before the first round stay valid.
        """
        if not self.session_round:
            return super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]  # not in the stubs
        value = f"{self.session_round} {self.password}"
        return salted_hmac(
            "accounts.session_round", value, secret=secret, algorithm="sha256"
        ).hexdigest()

    def turn_mails_off(self, topics: Iterable[str]) -> None:
        """Stop email about these topics. Safe to repeat."""
        self.mails_off = sorted({*self.mails_off, *map(str, topics)})
        self.save(update_fields=["mails_off"])

    @property
    def is_unclaimed(self) -> bool:
        """Whether nobody has signed in yet, nor proven the address."""
        return self.last_login is None and not self.emailaddress_set.filter(verified=True).exists()

    @property
    def is_bouncing(self) -> bool:
        """Whether email to the current address bounces. A new address starts clean."""
        return self.bounced_email == self.email

    def note_bounce(self) -> None:
        """Record that a mail server reported no such mailbox."""
        self.bounced_email, self.bounced_at = self.email, timezone.now()
        self.save(update_fields=["bounced_email", "bounced_at"])

    @property
    def mail_language(self) -> str:
        """The language of their email: their own, if the site has it, or the site's."""
        spoken = dict(settings.LANGUAGES)
        return self.language if self.language in spoken else settings.LANGUAGE_CODE

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    """Changes of address that admins asked for."""

    def open(self) -> Self:
        """Changes not yet made or refused, not expired, and from the person's current address."""
        return self.filter(
            made_at=None,
            refused_at=None,
            asked_at__gt=timezone.now() - AddressChange.GOOD_FOR,
            old_email=F("user__email"),
        )

    def by_token(self, token: str) -> Self:
        """The change that the link in the email to the old address is for; none if it is forged."""
        try:
            return self.filter(pk=_address_signer().unsign(token)).select_related("user")
        except (signing.BadSignature, ValueError):
            return self.none()

    def ask(self, user: User, email: str, *, asked_by: User) -> "AddressChange":
        """Record that an admin asks for another address. It replaces an earlier request.

        Args:
            user: the person whose address it is.
            email: the new address.
            asked_by: the admin.
        """
        with user.locked():
            self.filter(user=user, made_at=None, refused_at=None).update(refused_at=timezone.now())
            return self.create(user=user, old_email=user.email, email=email, asked_by=asked_by)


class AddressChange(Lockable):
    """A new address for a person that an admin asked for, made once someone else agrees.

    Anyone who reads the mailbox of an account can sign in as its owner. An admin who could
    set the address could set their own, ask for a code, and read what the person's circles
    said and what the person wrote for themselves. So the address stays until someone other
    than the admin agrees: the person, by the link emailed to the old address; or, as
    people do lose mailboxes, a facilitator of each of their circles
    (`circles.models.Vouch`). The only facilitator of a circle needs the old address.
    """

    GOOD_FOR = timedelta(days=30)
    LOCKED_BY = "user"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="address_changes"
    )
    old_email = models.EmailField(editable=False)
    email = models.EmailField(editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    made_at = models.DateTimeField(null=True, editable=False)
    refused_at = models.DateTimeField(null=True, editable=False)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.email

    @property
    def token(self) -> str:
        """The signed id for the link in the email, which goes to the old address only."""
        return _address_signer().sign(str(self.pk))

    def check_is_open(self) -> None:
        """Do nothing if the change can still be made.

        Raises:
            ValidationError: it was made or refused, has expired, or the person has a
                different address now.
        """
        if not AddressChange.objects.open().filter(pk=self.pk).exists():
            raise ValidationError(_("This change of address is no longer open."), code="closed")

    @under_lock
    def make(self) -> None:
        """Give the person the new address, and end all their sessions.

        This doesn't prove the address: signing in takes a code that is sent there.

        Raises:
            ValidationError: the change isn't open, or another person has the address now.
        """
        user = self.user
        self.check_is_open()
        taken = ValidationError(_("Somebody else uses that address by now."), code="taken")
        if User.objects.filter(email=self.email).exclude(pk=user.pk).exists():
            raise taken
        user.email = self.email
        try:
            with transaction.atomic():
                user.save(update_fields=["email"])
        except IntegrityError as error:  # someone took it since the check
            raise taken from error
        user.await_proof_of_email()
        user.end_sessions()
        self.made_at = timezone.now()
        self.save(update_fields=["made_at"])

    @under_lock
    def refuse(self) -> bool:
        """Refuse the change.

        Returns:
            Whether it's refused now; False if it's no longer open, for example already made.
        """
        still_open = AddressChange.objects.open().filter(pk=self.pk)
        return bool(still_open.update(refused_at=timezone.now()))


def _address_signer() -> Signer:
    # The default separator “:” ends a link in some mail programs.
    return signing.Signer(salt="accounts.address_change", sep=".")
