"""Mails of a circle. A mail carries no word of what was said: it carries a link."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

logger = logging.getLogger(__name__)


def send_invitation(invitation, token):
    """Mail an invitation to its address. Says whether the mail server took it."""
    context = {
        "invitation": invitation,
        "circle": invitation.circle,
        "url": settings.SITE_URL + reverse("circles:invitation_accept", args=[token]),
        "site": settings.SITE_URL,
    }
    return _send(invitation.email, "invitation", context)


def _send(address, name, context):
    subject = render_to_string(f"mail/{name}_subject.txt", context).strip()
    mail = EmailMultiAlternatives(
        subject, render_to_string(f"mail/{name}.txt", context), to=[address]
    )
    mail.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    try:
        mail.send()
    except (SMTPException, OSError):
        logger.exception("A mail could not be sent: %s", name)
        return False
    return True
