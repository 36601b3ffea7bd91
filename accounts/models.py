"""The person: an e-mail address, a name to be called by, and how they like to read."""

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
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from config.locks import Lockable


def validate_time_zone(name: str) -> None:
    """Refuse what is not a name in the IANA time zone database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose one from the list, such as America/Chicago."),
            code="unknown_time_zone",
            params={"name": name},
        )


class UserManager(BaseUserManager["User"]):
    """Makes people. Addresses are kept in lower case: one person, one address."""

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in, by code always and by password if one is given.

        Whoever calls this vouches for the address. Sign-up does not: it asks for a code.
        """
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            user.confirm_email()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An admin: may load briefs and manage accounts; is in no circle by that."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin, Lockable):
    """A person. The e-mail address is the name to sign in with."""

    class TextSize(models.TextChoices):
        NORMAL = "normal", _("Normal")
        LARGE = "large", _("Large")
        LARGER = "larger", _("Larger")

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(
        _("name"), max_length=80, help_text=_("What your circle calls you.")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="America/New_York", validators=[validate_time_zone]
    )
    # Of what is sent to them. Empty: that of the site.
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
    # What a person does not want mailed. The words are those of the app that mails.
    mails_off = models.JSONField(default=list, blank=True, editable=False)
    bounced_email = models.EmailField(blank=True, editable=False)
    bounced_at = models.DateTimeField(null=True, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # Rises when all sessions end: each session carries the one it began in.
    session_round = models.PositiveIntegerField(default=0, editable=False)

    # Of django-allauth, which has no types.
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
        ]

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def confirm_email(self) -> None:
        """Take the address as proven, and as the only one to sign in with."""
        self.emailaddress_set.exclude(email=self.email).delete()
        self.emailaddress_set.update_or_create(
            email=self.email, defaults={"verified": True, "primary": True}
        )

    def await_proof_of_email(self) -> None:
        """Take the address as the only one to sign in with. It proves nothing until a code
        that was sent there is typed."""
        self.emailaddress_set.all().delete()
        self.emailaddress_set.create(email=self.email, verified=False, primary=True)

    def end_sessions(self) -> None:
        """Sign the person out everywhere."""
        self.session_round = F("session_round") + 1
        self.save(update_fields=["session_round"])
        self.refresh_from_db(fields=["session_round"])

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Django ends each session whose hash isn't this one. Those of the first round keep
        Django's own, so that nobody is signed out when the rounds come in."""
        if not self.session_round:
            return super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]  # not in the stubs
        value = f"{self.session_round} {self.password}"
        return salted_hmac(
            "accounts.session_round", value, secret=secret, algorithm="sha256"
        ).hexdigest()

    def turn_mails_off(self, topics: Iterable[str]) -> None:
        """No more mails about these. Doing so again changes nothing."""
        self.mails_off = sorted({*self.mails_off, *map(str, topics)})
        self.save(update_fields=["mails_off"])

    @property
    def is_bouncing(self) -> bool:
        """Mails to the address come back. Another address begins afresh."""
        return self.bounced_email == self.email

    def note_bounce(self) -> None:
        """A mail server said that there is no such mailbox."""
        self.bounced_email, self.bounced_at = self.email, timezone.now()
        self.save(update_fields=["bounced_email", "bounced_at"])

    @property
    def mail_language(self) -> str:
        """In which language a person is written to: their own, if the site speaks it."""
        spoken = dict(settings.LANGUAGES)
        return self.language if self.language in spoken else settings.LANGUAGE_CODE

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def open(self) -> Self:
        """Neither made nor refused, not too old, and about the address that still holds."""
        return self.filter(
            made_at=None,
            refused_at=None,
            asked_at__gt=timezone.now() - AddressChange.GOOD_FOR,
            old_email=F("user__email"),
        )

    def by_token(self, token: str) -> Self:
        """The one that the link in the mail to the old address is for; or none."""
        try:
            return self.filter(pk=_address_signer().unsign(token)).select_related("user")
        except (signing.BadSignature, ValueError):
            return self.none()

    @transaction.atomic
    def ask(self, user: User, email: str, *, asked_by: User) -> "AddressChange":
        """Keep the wish of an admin that a person has another address; it replaces an earlier."""
        self.filter(user=user, made_at=None, refused_at=None).update(refused_at=timezone.now())
        return self.create(user=user, old_email=user.email, email=email, asked_by=asked_by)


class AddressChange(models.Model):
    """Another address for a person, asked for by an admin and not made yet.

    Who reads the mailbox of an account can sign in as its owner. If an admin could set the
    address, they could set their own, ask for a code, and read what the person's circles
    said and what the person keeps for themselves. So the account stays as it is until
    somebody who isn't the admin agrees: the person, by the link that is mailed to the old
    address; or, as mailboxes do get lost, a facilitator of each of their circles
    (`circles.models.Vouch`). Who is the only facilitator of a circle needs the old address.
    """

    GOOD_FOR = timedelta(days=30)

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
        """For the link that is mailed to the old address, and to nobody else."""
        return _address_signer().sign(str(self.pk))

    def check_is_open(self) -> None:
        """
        Raises:
            ValidationError: it was made or refused, is too old, or the person has another
                address by now.
        """
        if not AddressChange.objects.open().filter(pk=self.pk).exists():
            raise ValidationError(_("This change of address is no longer open."), code="closed")

    @transaction.atomic
    def make(self) -> None:
        """Give the person the new address, and end all their sessions.

        It isn't proven by this: signing in there takes a code that is sent there.

        Raises:
            ValidationError: it isn't open, or somebody else has the address by now.
        """
        user = User.objects.select_for_update().get(pk=self.user_id)
        self.check_is_open()
        taken = User.objects.filter(email=self.email).exclude(pk=user.pk)
        if taken.exists():
            raise ValidationError(_("Somebody else uses that address by now."), code="taken")
        user.email = self.email
        user.save(update_fields=["email"])
        user.await_proof_of_email()
        user.end_sessions()
        self.made_at, self.user = timezone.now(), user
        self.save(update_fields=["made_at"])

    def refuse(self) -> None:
        """Leave the address as it is. Refusing again, or what is made, changes nothing."""
        AddressChange.objects.open().filter(pk=self.pk).update(refused_at=timezone.now())


def _address_signer() -> Signer:
    # Not “:”, which some mail programs take for the end of an address.
    return signing.Signer(salt="accounts.address_change", sep=".")
