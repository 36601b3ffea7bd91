"""Guesses at codes and passwords: at most ten wrong ones an account and day.

Each browser that has signed in to an account before (`known_browsers.py`) has ten of its own.
All others share ten: someone with many computers gets no more of them, and uses up nothing that
the owner needs. An address without an account is counted in the same way, so that no one can
tell which addresses have one.
"""

import time
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from config.limits import DAY, MINUTE, Limit, visitor
from config.locks import Lockable, RowGone, under_lock

from .known_browsers import browser_of

# For anyone who tries many accounts. Browsers that the account knows aren't counted by visitor.
BY_VISITOR = Limit("guesses", times=60, seconds=10 * MINUTE, is_strict=True)


class Guesses(Lockable):
    """The wrong guesses of a day at one account, made in one browser or by strangers."""

    class Kind(models.TextChoices):
        CODE = "code", _("code")
        PASSWORD = "password", _("password")

    ALLOWED = 10

    # A digest, as people type all kinds of addresses.
    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind)
    # The id of a browser that the account knows; empty for all others together.
    browser = models.CharField(max_length=16, blank=True)
    # Seconds since 1970, of each.
    made_at = models.JSONField(default=list)
    last_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "browser"], name="one_row_of_guesses_per_browser"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {len(self.made_at)}"

    @property
    def is_used_up(self) -> bool:
        return len(self._recent()) >= self.ALLOWED

    @under_lock
    def take(self) -> bool:
        """Count a guess. It counts as wrong until `give_back`.

        Returns:
            Whether it may be looked at; False if there were too many.
        """
        self.made_at = self._recent()
        if self.is_used_up:
            return False
        self.made_at.append(time.time())
        self.last_at = timezone.now()
        self.save(update_fields=["made_at", "last_at"])
        return True

    @under_lock
    def give_back(self) -> None:
        """Don't count the latest guess: it was right."""
        self.made_at = self.made_at[:-1]
        self.save(update_fields=["made_at"])

    def _recent(self) -> list[float]:
        # Both ways: after a clock was set back, those made “tomorrow” count for a day, not longer.
        now = time.time()
        return [at for at in self.made_at if abs(now - at) < DAY]


TOO_MANY = {
    Guesses.Kind.CODE: _(
        "There were too many wrong codes for this address today. Use a device you’ve signed in on "
        "before, sign in with a password, or try again tomorrow."
    ),
    Guesses.Kind.PASSWORD: _(
        "There were too many wrong passwords for this address today. Let us send you a code, use "
        "a device you’ve signed in on before, or try again tomorrow."
    ),
}


def take_guess(request: HttpRequest, kind: Guesses.Kind, user: Any, address: str = "") -> Guesses:
    """Count a guess before it's looked at, so that two at the same time are two.

    Args:
        request: the request that guesses.
        kind: what is guessed.
        user: the account; None if the address has none.
        address: the address, needed if it has no account.

    Returns:
        The guesses, for `give_back` if this one is right.

    Raises:
        ValidationError: there were too many, so this one must not be looked at.
    """
    browser = browser_of(request, user)
    if not browser and not BY_VISITOR.take(visitor(request)):
        raise ValidationError(_("Too many tries. Wait 10 minutes, then try again."), code="limit")
    while True:
        guesses = _guesses(kind, _account(user, address), browser)
        try:
            if guesses.take():
                return guesses
            raise ValidationError(TOO_MANY[kind], code="too_many_guesses")
        except RowGone:  # another process deleted it, as it was old
            continue


def check_guesses_left(request: HttpRequest, kind: Guesses.Kind, user: Any, address: str) -> None:
    """Do nothing if a guess could be made now.

    Raises:
        ValidationError: there were too many.
    """
    account, browser = _account(user, address), browser_of(request, user)
    guesses = Guesses.objects.filter(account=account, kind=kind, browser=browser).first()
    if guesses and guesses.is_used_up:
        raise ValidationError(TOO_MANY[kind], code="too_many_guesses")


def _account(user: Any, address: str) -> str:
    whose = f"person {user.pk}" if user else f"address {address.lower()}"
    return salted_hmac("accounts.guesses", whose, algorithm="sha256").hexdigest()


def _guesses(kind: Guesses.Kind, account: str, browser: str) -> Guesses:
    """The row for these guesses. Rows that count nothing now are deleted when one is added."""
    row, is_new = Guesses.objects.get_or_create(account=account, kind=kind, browser=browser)
    if is_new:
        old = timezone.now() - timedelta(seconds=2 * DAY)
        Guesses.objects.filter(last_at__lt=old).delete()
    return row
