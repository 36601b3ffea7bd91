"""Inviting people to a circle: the mails, their reminders, and the card with the code."""

import segno
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.safestring import mark_safe

from .mail import send_invitations
from .models import Circle, Invitation


def invite_by_mail(circle, invited_by, addresses, word=""):
    """Invite these addresses; gives (sent, failed), lists of addresses.

    Who was invited meanwhile is left out, so a button pressed twice mails once. An
    invitation whose mail was not taken is dropped, and can be sent anew. One that is past
    its date gives way to the new one.
    """
    with transaction.atomic():
        # The circle's row is the lock of its invitations.
        Circle.objects.select_for_update(no_key=True).get(pk=circle.pk)
        earlier = circle.invitations.unanswered().filter(email__in=addresses)
        asked = set(earlier.open().values_list("email", flat=True))
        earlier.exclude(email__in=asked).delete()
        issued = [
            Invitation.objects.issue(circle, invited_by=invited_by, email=address, word=word)
            for address in addresses
            if address not in asked
        ]
        taken = send_invitations(issued)
        refused = [invitation for invitation, _token in issued if invitation not in taken]
        failed = [invitation.email for invitation in refused]
        for invitation in refused:
            invitation.delete()
    return [invitation.email for invitation in taken], failed


def remind(invitations):
    """Mail these once more, each with a new link in place of the old; gives (sent, failed),
    lists of addresses. Who has answered, or had a mail within a day, is left out."""
    sent, failed = [], []
    for invitation in invitations:
        try:
            with transaction.atomic():
                token = invitation.renew()
                if not send_invitations([(invitation, token)]):
                    # The link that they have must go on opening.
                    transaction.set_rollback(True)
                    failed.append(invitation.email)
                    continue
        except ValidationError:
            continue
        sent.append(invitation.email)
    return sent, failed


def address_of(token):
    """Where the link of an invitation leads."""
    return settings.SITE_URL + reverse("circles:invitation_accept", args=[token])


def draw_code(address):
    """A QR code as inline SVG: dark on light, in light and dark pages and on paper."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, dark="#000", light="#fff", border=4))
