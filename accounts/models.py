"""A person: email address, name, and how they like to read."""

import zoneinfo
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.batches import delete_some
from config.locks import Lockable
from config.texts import EMAIL, NAME, Typed, limits, visible

from .address_changes import AddressChange
from .devices import Device
from .guesses import Guesses
from .site_events import SiteEvent

__all__ = [
    "EDITORS",
    "AddressChange",
    "Device",
    "Guesses",
    "SiteEvent",
    "User",
    "UserManager",
]

# The group of people who write briefs. Which rights it has, `briefs` says.
EDITORS = "Editors"


def validate_time_zone(name: str) -> None:
    """Accept only names from the IANA time zone database.

    Raises:
        ValidationError: there is no zone of this name.
    """
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” isn’t a time zone. Choose one from the list."),
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

    def forget_unclaimed(self, before: datetime, most: int) -> int:
        """Delete accounts that were begun before this moment and whose address no one ever proved.
        People whom an admin added stay: the admin vouches for them."""
        added = SiteEvent.objects.filter(kind=SiteEvent.Kind.PERSON_ADDED, person=OuterRef("pk"))
        proven = self.filter(pk=OuterRef("pk"), emailaddress__verified=True)
        begun = self.filter(last_login=None, date_joined__lt=before, is_staff=False)
        return delete_some(begun.filter(~Exists(proven), ~Exists(added)), most)


class User(AbstractBaseUser, PermissionsMixin, Lockable, Typed):
    """A person, who signs in with their email address."""

    class TextSize(models.TextChoices):
        NORMAL = "normal", _("Normal")
        LARGE = "large", _("Large")
        LARGER = "larger", _("Larger")
        EXTRA = "extra", _("Extra large")
        LARGEST = "largest", _("Largest")

    class Spacing(models.TextChoices):
        NORMAL = "normal", pgettext_lazy("text spacing", "Normal")
        WIDE = "wide", pgettext_lazy("text spacing", "Wide")

    class Paper(models.TextChoices):
        DEVICE = "device", _("Same as my device")
        LIGHT = "light", _("Light")
        SEPIA = "sepia", _("Sepia")
        DARK = "dark", _("Dark")
        CONTRAST = "contrast", _("High contrast")

    email = models.EmailField(_("email address"), unique=True)
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
    spacing = models.CharField(
        _("text spacing"), max_length=8, choices=Spacing, default=Spacing.NORMAL
    )
    paper = models.CharField(_("page color"), max_length=8, choices=Paper, default=Paper.DEVICE)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Uncheck this instead of deleting a person.")
    )
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("Can use the admin pages.")
    )
    # Topics they don't want email about. The app that sends the email names the topics.
    mails_off = models.JSONField(default=list, blank=True, editable=False)
    bounced_email = models.EmailField(blank=True, editable=False)
    bounced_at = models.DateTimeField(null=True, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # When they last had a page open, within the hour, and when the visit before this one ended.
    # Only their own Home asks for it, to tell what's new.
    seen_at = models.DateTimeField(null=True, editable=False)
    last_visit_at = models.DateTimeField(null=True, editable=False)
    # Raised to end all sessions: it is part of the hash that each session carries.
    session_round = models.PositiveIntegerField(default=0, editable=False)

    # Who opens no page for so long begins another visit with the next one.
    VISIT_ENDS_AFTER = timedelta(hours=4)

    # Added by django-allauth, which has no type annotations.
    emailaddress_set: Any
    authenticator_set: Any

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["display_name", "email"]
        # For the admin's list, which is long where there are many circles.
        indexes = [
            models.Index(fields=["display_name", "email"], name="person_by_name"),
            # To find accounts that no one claimed.
            models.Index(
                fields=["date_joined"],
                condition=Q(last_login=None),
                name="person_never_signed_in",
            ),
        ]
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

    def take_email(self, email: str) -> None:
        """Save another address, unless someone else has it.

        Raises:
            ValidationError: another person has the address.
        """
        taken = ValidationError(
            _("Another account uses that address now, so it wasn’t changed."), code="taken"
        )
        if User.objects.filter(email=email).exclude(pk=self.pk).exists():
            raise taken
        self.email = email
        try:
            with transaction.atomic():
                self.save(update_fields=["email"])
        except IntegrityError as error:  # someone took it since the check
            raise taken from error

    @property
    def has_other_address(self) -> bool:
        """Whether they changed their address, and the change still counts."""
        return self.address_changes.filter(undone_at=None).exclude(made_at=None).exists()

    def await_proof_of_email(self) -> None:
        """Make the address the only one to sign in with. It counts as proven only after the
        person types a code that was sent there."""
        self.emailaddress_set.all().delete()
        self.emailaddress_set.create(email=self.email, verified=False, primary=True)

    def end_sessions(self) -> None:
        """Sign the person out everywhere."""
        self.devices.all().delete()
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

    @property
    def away_since(self) -> datetime | None:
        """When their last visit ended, as the pages of this one see it; None on their first."""
        if self.seen_at and timezone.now() - self.seen_at >= self.VISIT_ENDS_AFTER:
            return self.seen_at
        return self.last_visit_at

    def note_visit(self, moment: datetime) -> None:
        """Record that they have a page open."""
        since = self.away_since
        User.objects.filter(pk=self.pk).update(last_visit_at=since, seen_at=moment)

    def mark_seen(self, until: datetime) -> None:
        """Count what happened up to this moment as seen."""
        now = timezone.now()
        self.seen_at, self.last_visit_at = now, min(until, now)
        self.save(update_fields=["seen_at", "last_visit_at"])

    def turn_mails_off(self, topics: Iterable[str]) -> None:
        """Stop email about these topics. Safe to repeat."""
        self.mails_off = sorted({*self.mails_off, *map(str, topics)})
        self.save(update_fields=["mails_off"])

    @property
    def is_unclaimed(self) -> bool:
        """Whether no one has signed in yet or proven the address."""
        return self.last_login is None and not self.emailaddress_set.filter(verified=True).exists()

    @property
    def is_editor(self) -> bool:
        """Whether they may write and publish briefs as one of the editors. One query."""
        return self.groups.filter(name=EDITORS).exists()

    def set_editor(self, is_editor: bool) -> None:
        """Let them write and publish briefs, or not. They need to be staff to use it."""
        group, _is_new = Group.objects.get_or_create(name=EDITORS)
        if is_editor:
            self.groups.add(group)
        else:
            self.groups.remove(group)

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
