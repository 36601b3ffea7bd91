"""Inviting people to a circle, from the form to the mails."""

from django.db import transaction

from .mail import send_invitations
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
    taken = send_invitations(issued)
    refused = [invitation for invitation, _token in issued if invitation not in taken]
    for invitation in refused:
        invitation.revoke()
    return [i.email for i in taken], [i.email for i in refused]
