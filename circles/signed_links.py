"""Links that need no sign-in: signed, for one purpose and one person.

A token holds the ids of rows; code that reads one checks in the database that they still
exist. Tokens aren't stored, so a single one can't be revoked. What must be revocable
(invitations, calendar feeds) stores the hash of a random token instead.
"""

from django.core import signing
from django.core.signing import Signer
from django.urls import reverse

from accounts.models import User
from config.mail import full_url
from config.odd_requests import read_number


class BadLink(Exception):
    """The token was not made here, is for another purpose, or is cut off."""


def sign(purpose: str, *ids: int) -> str:
    """A token for a URL path, valid only for this purpose and these ids.

    Args:
        purpose: a word, such as "rsvp".
        ids: integers; `unsign` returns them in the same order.
    """
    return _signer(purpose).sign("-".join(map(str, ids)))


def unsign(purpose: str, token: str) -> list[int]:
    """The ids in a token.

    Args:
        purpose: the purpose that the token was signed for.
        token: as it came in the URL.

    Raises:
        BadLink: the token is not valid for this purpose.
    """
    try:
        return [int(number) for number in _signer(purpose).unsign(token).split("-")]
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error


def answer_url(membership_id: int, meeting_id: int) -> str:
    """The page with the three buttons: it needs no sign-in, and a GET changes nothing."""
    return full_url(reverse("circles:rsvp_answer", args=[sign("rsvp", membership_id, meeting_id)]))


def decline_url(invitation_id: int | None) -> str:
    """Where someone invited by email says "do not write to me again"; empty without an
    invitation."""
    if not invitation_id:
        return ""
    return full_url(reverse("circles:mail_link", args=[sign("decline", invitation_id)]))


def start_url(request_id: int) -> str:
    """Where someone who may start a circle signs up for it. It ends with the request."""
    return full_url(reverse("circles:circle_start", args=[sign("start", request_id)]))


def mail_url(user: User) -> str:
    """The page where this person chooses which emails they get, without signing in.

    It opens for as long as the person has the address that the email went to.
    """
    token = _signer(_mail_to(user)).sign(str(user.pk))
    return full_url(reverse("circles:mail_link", args=[token]))


def find_mail_reader(token: str) -> User | None:
    """The person whose emails the token of a `mail_url` is about; None if it opens nothing.

    Tokens of earlier releases don't name the address. They open until the person has another.
    """
    pk = read_number(token.partition(".")[0])
    user = User.objects.filter(pk=pk or 0, is_active=True).first()
    if user is None:
        return None
    try:
        _signer(_mail_to(user)).unsign(token)
    except signing.BadSignature:
        return user if _was_sent_before(user, token) else None
    return user


def _was_sent_before(user: User, token: str) -> bool:
    try:
        return unsign("mail", token) == [user.pk] and not user.has_other_address
    except BadLink:
        return False


def _mail_to(user: User) -> str:
    return f"mail.{user.email}"


def _signer(purpose: str) -> Signer:
    # Not “:”, because some email programs end a link there.
    return signing.Signer(salt=f"circles.links.{purpose}", sep=".")
