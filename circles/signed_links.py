"""Links that need no sign-in: signed, for one purpose and one person.

A token names rows by their ids; whoever reads one asks the database whether they still
stand. Nothing is stored, so nothing can be revoked one by one: what must be revocable
(invitations, calendar feeds) keeps the hash of a random token instead.
"""

from django.core import signing
from django.core.signing import Signer
from django.urls import reverse

from config.mail import full_url


class BadLink(Exception):
    """The token was not made here, was made for another purpose, or lost a part on its way."""


def sign(purpose: str, *ids: int) -> str:
    """A token for a URL path, good for this purpose and these ids only.

    Args:
        purpose: a word, such as "rsvp".
        ids: integers, in the order in which `unsign` gives them back.
    """
    return _signer(purpose).sign("-".join(map(str, ids)))


def unsign(purpose: str, token: str) -> list[int]:
    """The ids in a token.

    Raises:
        BadLink: see there.
    """
    try:
        return [int(number) for number in _signer(purpose).unsign(token).split("-")]
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error


def answer_url(membership_id: int, meeting_id: int) -> str:
    """The page with the three buttons: it needs no sign-in, and a GET changes nothing."""
    return full_url(reverse("circles:rsvp_answer", args=[sign("rsvp", membership_id, meeting_id)]))


def decline_url(invitation_id: int | None) -> str:
    """Where who was invited by mail says "do not write to me again"; empty without an
    invitation."""
    if not invitation_id:
        return ""
    return full_url(reverse("circles:mail_link", args=[sign("decline", invitation_id)]))


def mail_url(user_id: int) -> str:
    """The page where this person chooses which mails they get, with no sign-in."""
    return full_url(reverse("circles:mail_link", args=[sign("mail", user_id)]))


def _signer(purpose: str) -> Signer:
    # Not “:”, which some mail programs take for the end of an address.
    return signing.Signer(salt=f"circles.links.{purpose}", sep=".")
