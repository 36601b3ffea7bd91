"""Mails of a circle. A mail carries no word of what was said: it carries a link."""

import logging
from contextlib import closing
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

MAIL_FAILURES = (SMTPException, OSError)

logger = logging.getLogger(__name__)


def send_invitations(issued):
    """Mail each of these (invitation, token); gives the invitations that the server took.

    All go over one connection. A mail that is refused does not stop the others; a server
    that cannot be reached is not asked again for each.
    """
    taken = []
    try:
        with closing(get_connection()) as connection:
            for invitation, token in issued:
                connection.open()
                if _send_invitation(invitation, token, connection):
                    taken.append(invitation)
                else:
                    connection.close()
    except MAIL_FAILURES:
        logger.exception("The mail server cannot be reached")
    return taken


def _send_invitation(invitation, token, connection):
    context = {
        "invitation": invitation,
        "circle": invitation.circle,
        "url": settings.SITE_URL + reverse("circles:invitation_accept", args=[token]),
        "site": settings.SITE_URL,
    }
    return _send(invitation.email, "invitation", context, connection)


def _send(address, name, context, connection):
    """Send one mail, as text and as HTML. Says whether the mail server took it."""
    # A subject is one line, whatever names stand in it.
    subject = " ".join(render_to_string(f"mail/{name}_subject.txt", context).split())
    body = render_to_string(f"mail/{name}.txt", context)
    mail = EmailMultiAlternatives(subject, body, to=[address], connection=connection)
    mail.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    try:
        mail.send()
    except MAIL_FAILURES:
        logger.exception("A mail could not be sent: %s", name)
        return False
    return True
