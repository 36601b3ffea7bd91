"""The person: an e-mail address, a name to be called by, and how they like to read."""

import zoneinfo
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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


class User(AbstractBaseUser, PermissionsMixin):
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
