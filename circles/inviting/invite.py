"""Inviting people to a circle: the emails, their reminders, and the card with a QR code."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import segno
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from config.mail import full_url

from ..models import CircleEvent, Invitation, Mail

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import Circle


def invite_by_mail(
    circle: "Circle",
    invited_by: "User",
    addresses: list[str],
    message: str = "",
    *,
    names: dict[str, str] | None = None,
) -> list[str]:
    """Invite these addresses; the worker emails each its own link.

    Addresses with an open invitation are left out, so a button pressed twice sends one email.
    A new invitation replaces an expired one.

    Args:
        circle: which circle.
        invited_by: the person who invites.
        addresses: email addresses, in lower case.
        message: a personal message for the email; empty for none.
        names: what the inviter calls these people, by address.

    Returns:
        The addresses that were invited now.
    """
    # The lock on the circle's row also guards its invitations.
    with circle.locked():
        earlier = circle.invitations.unanswered().filter(email__in=addresses)
        invited = set(earlier.open().values_list("email", flat=True))
        earlier.exclude(email__in=invited).delete()
        new = [address for address in addresses if address not in invited]
        for address in new:
            invitation, _token = Invitation.objects.issue(
                circle,
                invited_by=invited_by,
                email=address,
                name=(names or {}).get(address, ""),
                message=message,
            )
            mail_invitation(invitation)
        if new:
            kind = CircleEvent.Kind.INVITED
            CircleEvent.objects.record(circle, kind, by=invited_by, number=len(new))
    return new


def remind(invitations: "Iterable[Invitation]") -> list[str]:
    """Email these invitations again, each with a new link that replaces the old one.

    Invitations that are answered, or were emailed within a day, are left out.

    Returns:
        The addresses that are reminded.
    """
    reminded = []
    for invitation in invitations:
        try:
            with transaction.atomic():
                invitation.renew()
                mail_invitation(invitation)
        except ValidationError:
            continue
        reminded.append(invitation.email)
    return reminded


def mail_invitation(invitation: Invitation) -> None:
    """Queue the email with the link: the first one or a reminder."""
    Mail.objects.queue(
        Mail.Kind.INVITATION,
        f"invitation-{invitation.pk}-{invitation.sent_at.isoformat()}",
        to=[invitation.email],
        invitation=invitation,
    )


def address_of(token: str) -> str:
    """The full URL of an invitation."""
    return full_url(reverse("circles:invitation_accept", args=[token]))


def draw_code(address: str) -> SafeString:
    """A QR code as inline SVG, dark on light on every page and on paper, so phones can read it."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, dark="#000", light="#fff", border=4))
