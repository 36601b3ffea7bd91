"""The email that welcomes a person with an account, and tells them the way in."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.when import when

from ..models import Mail

if TYPE_CHECKING:
    from accounts.models import User

    from ..models.mail_querysets import MailQuerySet

WELCOME = Mail.Kind.WELCOME


def welcome(person: "User") -> str:
    """Queue the email. Someone who has one coming gets no second one.

    Returns:
        Why they get no email; empty if they do.
    """
    newest = welcomes_of(person).first()
    if not person.is_active:
        return _("This account is closed, so no email was sent.")
    if Mail.why_not(WELCOME, person):
        return _("Email to %s comes back. Nothing was sent. Check the address.") % person.email
    if newest and newest.is_waiting:
        return _("%s has a welcome email coming already.") % person.email
    # The same for two at once, so that they queue one.
    cause = f"welcome-{person.pk}-after-{newest.pk if newest else 0}"
    Mail.objects.queue(WELCOME, cause, to=[person])
    return ""


def how_welcomed(person: "User") -> str:
    """How their last welcome email is doing, and since when; empty if there is none."""
    newest = welcomes_of(person).first()
    if newest is None:
        return ""
    state, since = newest.state
    return _("%(state)s: %(when)s") % {"state": state, "when": when(since)}


def welcomes_of(person: "User") -> "MailQuerySet":
    """Their welcome emails, the newest first."""
    return Mail.objects.filter(kind=WELCOME, user=person).order_by("-pk")
