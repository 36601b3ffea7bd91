"""What circles add to accounts: invitations let people sign up, people are welcomed by email, and
facilitators hear when a member's email address changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.adapter import InvitedOnlyAdapter
from accounts.models import AddressChange, User
from config.mail import full_url

from .inviting import welcome
from .inviting.sign_up import Opened, forget, opened_by
from .mail import demo_inbox
from .models import Heartbeat, Membership


class CirclesAdapter(InvitedOnlyAdapter):
    def is_invited(self, request: HttpRequest) -> bool:
        """Whether the visitor's invitation lets them sign up.

        Raises:
            ImmediateHttpResponse: it did, and no longer does.
        """
        opened = opened_by(request)
        invitation = opened.find() if opened else None
        if opened and not (invitation and invitation.lets_sign_up):
            raise ImmediateHttpResponse(_closed(request, opened))
        return opened is not None

    def invited_as(self, request: HttpRequest) -> dict[str, str]:
        opened = opened_by(request)
        invitation = opened.find() if opened else None
        if not (invitation and invitation.is_open):
            return {}
        return {"email": invitation.email, "display_name": invitation.name}

    def page_of_invitation(self, request: HttpRequest) -> str:
        opened = opened_by(request)
        return opened.path if opened else ""

    @contextmanager
    def signing_up(self, request: HttpRequest) -> Iterator[list[User]]:
        opened = opened_by(request)
        if opened is None or settings.OPEN_SIGN_UP:
            with super().signing_up(request) as accounts:
                yield accounts
            return
        try:
            with opened.making_account() as accounts:
                yield accounts
        except ValidationError as error:
            raise ImmediateHttpResponse(_closed(request, opened)) from error

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Whether the visitor came by an email to this address: it proves it as a code would."""
        opened = opened_by(request)
        return opened is not None and opened.proves(email)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        response = super().post_login(request, user, **kwargs)
        forget(response)
        return response

    def tell_of_asked_address(self, change: AddressChange) -> None:
        super().tell_of_asked_address(change)
        self._tell_facilitators("account/email/address_asked_facilitator", change.user)

    def tell_of_new_address(self, user: User, old_email: str, *, by_owner: bool = False) -> None:
        super().tell_of_new_address(user, old_email, by_owner=by_owner)
        self._tell_facilitators("account/email/address_new_facilitator", user)

    def tell_of_undone_address(self, user: User, lost_email: str) -> None:
        super().tell_of_undone_address(user, lost_email)
        self._tell_facilitators("account/email/address_undone_facilitator", user)

    def welcome(self, person: User) -> str:
        return welcome.welcome(person)

    def how_welcomed(self, person: User) -> str:
        return welcome.how_welcomed(person)

    def why_email_waits(self) -> str:
        return str(demo_inbox.fault() or Heartbeat.fault())

    def end_links(self, user: User) -> None:
        """Someone else may have seen the addresses of the person's calendars."""
        super().end_links(user)
        user.calendar_feeds.open().update(revoked_at=timezone.now())

    def _tell_facilitators(self, template_prefix: str, person: User) -> None:
        """Email each facilitator once, however many circles they share with the person."""
        circles = Membership.objects.current().filter(user=person).values("circle")
        facilitate = Membership.objects.facilitators().filter(circle__in=circles)
        facilitators = User.objects.filter(pk__in=facilitate.values("user"), is_active=True)
        url = full_url(reverse("circles:circle_list"))
        for facilitator in facilitators.exclude(pk=person.pk):
            self.send_notification_mail(
                template_prefix, facilitator, {"person": person, "url": url}, facilitator.email
            )


def _closed(request: HttpRequest, opened: Opened) -> HttpResponse:
    page = "circles/invitations/invitation_closed.html"
    if opened.starts_circle:
        page = "circles/circle_requests/start_closed.html"
    context = {"invitation": opened.find(), "path": opened.path}
    return render(request, page, context, status=410)
