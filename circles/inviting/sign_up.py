"""Signing up with an invitation.

The page of an invitation sets a cookie with its token, so opening a link writes no row: email
scanners open every link. The form asks the database again, under a lock, what the invitation
is good for by then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Invitation

if TYPE_CHECKING:
    from accounts.models import User

COOKIE = "invitation"
SALT = "circles.invitation"
COOKIE_LASTS = timedelta(days=1)
# After that, the address gets a code as any other does.
PROOF_LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Opened:
    """An invitation that this visitor opened within a day.

    Args:
        token: the token in its link.
        is_fresh: whether they opened it within the hour.
    """

    token: str
    is_fresh: bool

    @property
    def path(self) -> str:
        return reverse("circles:invitation_accept", args=[self.token])

    def find(self) -> Invitation | None:
        return Invitation.objects.by_token(self.token).first()

    def proves(self, email: str) -> bool:
        """Whether the visitor got here by an email to this address, within the hour."""
        invitation = self.find() if self.is_fresh else None
        return bool(invitation and invitation.is_open and invitation.email == email.lower())

    @contextmanager
    def making_account(self) -> "Iterator[list[User]]":
        """Lock the invitation while the account is made that goes into the list.

        Raises:
            ValidationError: it lets no one sign up by now.
        """
        invitation = self.find()
        if invitation is None:
            raise _closed()
        made: list[User] = []
        with invitation.locked():
            if not invitation.lets_sign_up:
                raise _closed()
            yield made
            for user in made:
                invitation.note_account(user)


def _closed() -> ValidationError:
    return ValidationError(_("This invitation no longer works. Ask for a new one."), code="closed")


def remember(response: HttpResponseBase, token: str) -> None:
    """Set the cookie that carries the invitation to the form."""
    response.set_signed_cookie(
        COOKIE,
        token,
        salt=SALT,
        max_age=COOKIE_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def opened_by(request: HttpRequest) -> Opened | None:
    """The invitation that this visitor opened last, within a day; the token may be no good."""
    token = _read(request, COOKIE_LASTS)
    return Opened(token, bool(_read(request, PROOF_LASTS))) if token else None


def _read(request: HttpRequest, max_age: timedelta) -> str:
    try:
        return request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=max_age) or ""
    except BadSignature:
        return ""
