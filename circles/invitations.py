"""Inviting people to a circle, from the form to the outbox."""

from django.db import transaction

from .models import Invitation, Mail


@transaction.atomic
def invite_by_mail(circle, invited_by, addresses):
    """Invite these addresses; the worker mails each a link of its own."""
    for address in addresses:
        invitation, _token = Invitation.objects.issue(circle, invited_by=invited_by, email=address)
        mail_invitation(invitation)


def mail_invitation(invitation, *, again=0):
    """Queue the mail with the link; a reminder of it has a number of its own."""
    Mail.objects.queue(
        Mail.Kind.INVITATION,
        f"invitation-{invitation.pk}-{again}",
        to=[invitation.email],
        invitation=invitation,
    )
