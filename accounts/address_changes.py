"""Changes of a person's address, and how the old address refuses or undoes them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self, cast

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.batches import delete_some, update_some
from config.locks import Lockable, under_lock

if TYPE_CHECKING:
    from .models import User


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
        return self._signed(token, _address_signer())

    def undoable(self) -> Self:
        """Changes that the old address can still undo."""
        since = timezone.now() - AddressChange.UNDO_FOR
        return self.filter(made_at__gt=since, undone_at=None)

    def by_undo_token(self, token: str) -> Self:
        """The change that the undo link is for; none if the link is forged."""
        return self._signed(token, _undo_signer())

    def _signed(self, token: str, signer: Signer) -> Self:
        try:
            return self.filter(pk=signer.unsign(token)).select_related("user")
        except (signing.BadSignature, ValueError):
            return self.none()

    def forget_unmade(self, before: datetime, most: int) -> int:
        """Delete changes that were asked for before this moment and never made."""
        return delete_some(self.filter(made_at=None, asked_at__lt=before), most)

    def forget_addresses(self, before: datetime, most: int) -> int:
        """Erase the addresses of changes that were asked for before this moment. That there was
        a change stays: it ends the links in emails to the old address."""
        made = self.filter(asked_at__lt=before).exclude(made_at=None).exclude(old_email="")
        return update_some(made, most, old_email="", email="")

    def record_own(self, user: "User", old_email: str) -> "AddressChange":
        """Record that a person has changed their own address, which they proved by a code."""
        with user.locked():
            change = self.create(user=user, old_email=old_email, email=user.email, asked_by=user)
            change.close()
        return change

    def ask(self, user: "User", email: str, *, asked_by: "User") -> "AddressChange":
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
    """A new address for a person: one they gave themselves, or one that an admin asked for.

    The old address can undo it for a week. One that an admin asked for is made only once
    someone else agrees.

    Anyone who reads the mailbox of an account can sign in as its owner. An admin who could
    set the address could set their own, ask for a code, and read what the person's circles
    said and what the person wrote for themselves. So the address stays until someone other
    than the admin agrees: the person, by the link emailed to the old address; or, as
    people do lose mailboxes, a facilitator of each of their circles
    (`circles.models.Vouch`). The only facilitator of a circle needs the old address.
    """

    GOOD_FOR = timedelta(days=30)
    UNDO_FOR = timedelta(days=7)
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
    # When it was undone, or when going back to an earlier address left nothing to undo.
    undone_at = models.DateTimeField(null=True, editable=False)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("address change")
        verbose_name_plural = _("address changes")
        ordering = ["-asked_at", "-pk"]
        # To find what is old.
        indexes = [models.Index(fields=["asked_at"], name="address_change_by_moment")]

    def __str__(self) -> str:
        return self.email

    @property
    def token(self) -> str:
        """The signed id for the link in the email, which goes to the old address only."""
        return _address_signer().sign(str(self.pk))

    @property
    def undo_token(self) -> str:
        """The signed id for the undo link, which goes to the old address only."""
        return _undo_signer().sign(str(self.pk))

    def check_is_open(self) -> None:
        """Do nothing if the change can still be made.

        Raises:
            ValidationError: it was made or refused, has expired, or the person has a
                different address now.
        """
        if not AddressChange.objects.open().filter(pk=self.pk).exists():
            raise ValidationError(
                _("This request has expired or was already answered."), code="closed"
            )

    @under_lock
    def make(self) -> None:
        """Give the person the new address, and end all their sessions.

        This doesn't prove the address: signing in takes a code that is sent there.

        Raises:
            ValidationError: the change isn't open, or another person has the address now.
        """
        user = self.user
        self.check_is_open()
        user.take_email(self.email)
        user.await_proof_of_email()
        user.end_sessions()
        self.close()

    def close(self) -> None:
        """Mark the change as made.

        If it goes back to an address that could be undone to, that counts as the undo, and the
        address it leaves gets no say: it may be that of a thief.
        """
        self.made_at = timezone.now()
        others = AddressChange.objects.undoable().filter(user=self.user).exclude(pk=self.pk)
        undone = others.filter(old_email=self.email).order_by("made_at").first()
        if undone:
            others.filter(made_at__gte=undone.made_at).update(undone_at=self.made_at)
            self.undone_at = self.made_at
        self.save(update_fields=["made_at", "undone_at"])

    @under_lock
    def undo(self) -> None:
        """Give the person the old address back, as proven, and lock everyone out.

        Anyone who had the account may have set a password, asked for more changes, or changed the
        address again, so all of that ends too. The owner signs in with a code.

        Raises:
            ValidationError: it can't be undone anymore, or another person has the old address.
        """
        user = self.user
        if not AddressChange.objects.undoable().filter(pk=self.pk).exists():
            raise ValidationError(_("This change can’t be undone anymore."), code="closed")
        self._free_old_email()
        user.take_email(self.old_email)
        user.set_unusable_password()
        user.save(update_fields=["password"])
        user.confirm_email()
        user.end_sessions()
        self._remove_new_factors()
        now, theirs = timezone.now(), AddressChange.objects.filter(user=user)
        theirs.undoable().filter(made_at__gte=self.made_at).update(undone_at=now)
        theirs.filter(made_at=None, refused_at=None).update(refused_at=now)
        self.undone_at = now

    def _free_old_email(self) -> None:
        """Delete an account with the old address that no one ever proved or used. Anyone could
        have begun to sign up with it, only to hinder the undo."""
        others = type(self.user).objects.filter(email=self.old_email).exclude(pk=self.user_id)
        others.filter(last_login=None).exclude(emailaddress__verified=True).delete()

    def _remove_new_factors(self) -> None:
        """Remove passkeys and apps that were added shortly before the change or since, and the
        recovery codes, which can be read by anyone who has the account."""
        factors = self.user.authenticator_set
        since = cast(datetime, self.made_at) - self.UNDO_FOR
        factors.filter(created_at__gt=since).delete()
        factors.filter(type="recovery_codes").delete()

    @under_lock
    def refuse(self) -> bool:
        """Refuse the change.

        Returns:
            Whether it's refused now; False if it's no longer open, for example already made.
        """
        still_open = AddressChange.objects.open().filter(pk=self.pk)
        return bool(still_open.update(refused_at=timezone.now()))


def _address_signer() -> Signer:
    # The default separator “:” ends a link in some email programs.
    return signing.Signer(salt="accounts.address_change", sep=".")


def _undo_signer() -> Signer:
    return signing.Signer(salt="accounts.address_undo", sep=".")
