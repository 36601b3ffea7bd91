"""Emails the way in to someone who is to start a circle, such as the first person of a new site."""

import getpass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from circles.forms.circle_requests import InvitedForm
from circles.inviting.welcome import welcome
from circles.mail import demo_inbox
from circles.models import CircleRequest, Heartbeat, Mail
from config.when import full_date


class Command(BaseCommand):
    help = (
        "Email someone how to sign up, or how to sign in if they have an account, and start a "
        "circle. Exits with 1 if no email can reach them. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="", help="What to call them.")
        parser.add_argument(
            "--again",
            action="store_true",
            help="Email them even if they had this email, it came back, or they have an account.",
        )

    def handle(self, *, email: str, name: str, again: bool, **options: Any) -> None:
        email, name = _checked(email, name)
        person = User.objects.filter(email=email).first()
        newest = _newest_mail(email, person)
        if newest and newest.failed_at and not again:
            text = _("The last email to %(email)s couldn’t be delivered: %(why)s.")
            told = text % {"email": email, "why": newest.last_error}
            raise _refusal(told, _("Check the address. To try it again, add --again."))
        if newest and newest.is_waiting:
            self.stdout.write(_("%s has an email coming already.") % email)
        elif person:
            self._welcome(person, newest, again)
        else:
            self._invite(email, name, again)
        if fault := Heartbeat.fault():
            self.stdout.write(str(fault))

    def _welcome(self, person: User, newest: Mail | None, again: bool) -> None:
        """Email someone who has an account, unless they use it or had this email."""
        is_fine = person.is_active and not again
        if is_fine and not person.is_unclaimed:
            text = _("%s has an account already. Nothing was sent. To email them, add --again.")
            self.stdout.write(text % person.email)
        elif is_fine and newest and newest.sent_at:
            self._tell_of_earlier(person.email, newest.sent_at)
        elif why_not := welcome(person):
            raise _refusal(why_not)
        else:
            self._tell_of_email(person.email)

    def _invite(self, email: str, name: str, again: bool) -> None:
        """Email someone who has no account, unless they're invited."""
        named = _("%s, on the command line") % getpass.getuser()
        invited, is_emailed = CircleRequest.objects.invite(email, name, named=named, again=again)
        if is_emailed:
            self._tell_of_email(email)
        else:
            self._tell_of_earlier(email, invited.invited_at)

    def _tell_of_earlier(self, email: str, at: datetime | None) -> None:
        text = _(
            "%(email)s was invited on %(day)s. Nothing was sent. To email them again, add --again."
        )
        self.stdout.write(text % {"email": email, "day": full_date(at)})

    def _tell_of_email(self, email: str) -> None:
        self.stdout.write(_("We’re emailing %s how to start a circle.") % email)
        if demo_inbox.are_readable():
            text = _("EMAIL_URL isn’t set, so the email will be in a file in %s.")
            folder: str = settings.EMAIL_FILE_PATH  # type: ignore[misc]  # set if it's files
            self.stdout.write(text % folder)


def _checked(email: str, name: str) -> tuple[str, str]:
    """The address and the name, as they're stored.

    Raises:
        CommandError: they can't be used, or this site's emails reach no one.
    """
    form = InvitedForm({"email": email, "name": name})
    if not form.is_valid():
        raise _refusal(*(f"{form.data[field]}: {form.errors[field][0]}" for field in form.errors))
    if fault := demo_inbox.fault():
        raise _refusal(str(fault))
    return form.cleaned_data["email"], form.cleaned_data["name"]


def _newest_mail(email: str, person: User | None) -> Mail | None:
    """The last email that told them the way in."""
    kinds = [Mail.Kind.START_INVITED, Mail.Kind.WELCOME]
    to: dict[str, Any] = {"user": person} if person else {"user": None, "address": email}
    return Mail.objects.filter(kind__in=kinds, **to).order_by("-pk").first()


def _refusal(*sentences: str) -> CommandError:
    return CommandError(" ".join([*sentences, _("Nothing was sent.")]))
