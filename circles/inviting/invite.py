"""Inviting people to a circle: the mails, their reminders, and the card with the code."""

from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from ..models import Invitation, Mail

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import Circle
    from ..models.invitations import InvitationQuerySet


def invite_by_mail(
    circle: "Circle", invited_by: "User", addresses: list[str], message: str = ""
) -> list[str]:
    """Invite these addresses; the worker mails each a link of its own. Gives those invited.

    Who was invited meanwhile is left out, so a button pressed twice mails once. An invitation
    that is past its date gives way to the new one.
    """
    # The circle's row is the lock of its invitations.
    with circle.locked():
        earlier = circle.invitations.unanswered().filter(email__in=addresses)
        asked = set(earlier.open().values_list("email", flat=True))
        earlier.exclude(email__in=asked).delete()
        new = [address for address in addresses if address not in asked]
        for address in new:
            invitation, _token = Invitation.objects.issue(
                circle, invited_by=invited_by, email=address, message=message
            )
            mail_invitation(invitation)
    return new


def remind(invitations: "InvitationQuerySet") -> list[str]:
    """Mail these once more, each with a new link in place of the old; gives the addresses. Who
    has answered, or had a mail within a day, is left out."""
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
    """Queue the mail with the link: the first, or a reminder."""
    Mail.objects.queue(
        Mail.Kind.INVITATION,
        f"invitation-{invitation.pk}-{invitation.sent_at.isoformat()}",
        to=[invitation.email],
        invitation=invitation,
    )


def address_of(token: str) -> str:
    """Where the link of an invitation leads."""
    return settings.SITE_URL + reverse("circles:invitation_accept", args=[token])


def draw_code(address: str) -> SafeString:
    """A QR code as inline SVG: dark on light, in light and dark pages and on paper."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, dark="#000", light="#fff", border=4))
