"""Links that need no sign-in: signed, for one purpose and one person.

A token names rows by their ids; whoever reads one asks the database whether they still
stand. Nothing is stored, so nothing can be revoked one by one: what must be revocable
(invitations, calendar feeds) keeps the hash of a random token instead.
"""

from django.core import signing
from django.core.signing import Signer


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


def _signer(purpose: str) -> Signer:
    # Not “:”, which some mail programs take for the end of an address.
    return signing.Signer(salt=f"circles.links.{purpose}", sep=".")
