"""Inviting people to a circle, from the form to the mails."""

from django.db import transaction

from .mail import send_invitation
from .models import Invitation


def invite_by_mail(circle, invited_by, addresses):
    """Invite these addresses; gives (sent, failed), lists of addresses.

    An invitation whose mail the server did not take is revoked again, so that it can be
    sent anew and does not stand there as if it were on its way.
    """
    with transaction.atomic():
        issued = [
            Invitation.objects.issue(circle, invited_by=invited_by, email=address)
            for address in addresses
        ]
    sent, failed = [], []
    for invitation, token in issued:
        if send_invitation(invitation, token):
            sent.append(invitation.email)
        else:
            invitation.revoke()
            failed.append(invitation.email)
    return sent, failed
