"""Signing up with an invitation to join a circle, or to start one.

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

from .. import signed_links
from ..models import CircleRequest, Invitation

if TYPE_CHECKING:
    from accounts.models import User

COOKIE = "invitation"
SALT = "circles.invitation"
COOKIE_LASTS = timedelta(days=1)
# After that, the address gets a code as any other does.
PROOF_LASTS = timedelta(hours=1)
# What the cookie has in front of the token of an invitation to start a circle.
STARTS = "start/"


@dataclass(frozen=True)
class Opened:
    """An invitation that this visitor opened within a day.

    Args:
        token: the token in its link.
        is_fresh: whether they opened it within the hour.
        starts_circle: it invites to start a circle, not to join one.
    """

    token: str
    is_fresh: bool
    starts_circle: bool = False

    @property
    def path(self) -> str:
        page = "circle_start" if self.starts_circle else "invitation_accept"
        return reverse(f"circles:{page}", args=[self.token])

    def find(self) -> Invitation | CircleRequest | None:
        if self.starts_circle:
            return find_request(self.token)
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


def find_request(token: str) -> CircleRequest | None:
    """The request whose answer has this token in its link; None if there is none."""
    try:
        (pk,) = signed_links.unsign("start", token)
    except (signed_links.BadLink, ValueError):
        return None
    return CircleRequest.objects.exclude(invited_at=None).filter(pk=pk).first()


def remember(response: HttpResponseBase, token: str, *, starts_circle: bool = False) -> None:
    """Set the cookie that carries the invitation to the form."""
    response.set_signed_cookie(
        COOKIE,
        f"{STARTS}{token}" if starts_circle else token,
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
    kept = _read(request, COOKIE_LASTS)
    if not kept:
        return None
    is_fresh, token = bool(_read(request, PROOF_LASTS)), kept.removeprefix(STARTS)
    return Opened(token, is_fresh, starts_circle=kept != token)


def _read(request: HttpRequest, max_age: timedelta) -> str:
    try:
        return request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=max_age) or ""
    except BadSignature:
        return ""
