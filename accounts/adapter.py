"""How django-allauth behaves here: who may sign up, what it says, and how it sends email."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY as RESET,
)
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.back import is_path_of_ours
from config.limits import DAY, MINUTE, Limit, too_many, visitor
from config.logs import tell
from config.mail import MAIL_FAILURES, REFUSALS_OF_ONE, draw, full_url
from config.outages import MAIL, outage_of

from .guesses import Guesses, take_guess
from .known_browsers import browser_of, remember_browser
from .models import AddressChange
from .proof import is_recent
from .site_events import SiteEvent

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .models import User

# The emails that anyone gets sent to an address by typing it.
ASKED_FOR = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/login_code",
    "account/email/password_reset_code",
    "account/email/proof_code",
    "account/email/unknown_account",
}
CODES = [Limit("codes", times=5, seconds=MINUTE), Limit("codes a day", times=30, seconds=DAY)]
# Strict, so that no one can send codes to many addresses while nothing is counted.
CODES_BY_VISITOR = Limit("codes by visitor", times=60, seconds=10 * MINUTE, is_strict=True)
WAYS = {
    "reauthenticate": _("Use my password"),
    "code": _("Use an emailed code"),
    "mfa_reauthenticate": _("Use an app or recovery code"),
    "mfa_reauthenticate:webauthn": _("Use my passkey"),
}

logger = logging.getLogger(__name__)


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Requires an invitation to sign up, unless `OPEN_SIGN_UP` is set.

    What an invitation is, a subclass says: here there is none.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "That email address and password don’t match. Try again, or let us send you a code."
        ),
        "incorrect_code": _(
            "That code isn’t right. Check our newest email, and enter its six digits."
        ),
        "too_many_login_attempts": _(
            "That’s too many tries. Wait 5 minutes, then ask for a new code."
        ),
        "rate_limited": _("We just sent a code. Wait a minute before you ask again."),
        "enter_current_password": _(
            "That’s not your current password. If you forgot it, use the link below."
        ),
        "incorrect_password": _("That’s not your password. Try again."),
        "duplicate_email": _("That’s already your address. Enter the new one."),
        "same_as_current": _("That’s the address you entered before. Enter the correct one."),
        "account_inactive": _("This account is closed."),
        "invalid_login": _("Enter your email address."),
        "invalid_password_reset": _("This has expired. Ask for a new code."),
        "email_taken": _("That address already has an account. Sign in with it, or use another."),
    }

    # --- Who may sign up, and where they go next ---

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.OPEN_SIGN_UP or self.is_invited(request)

    def save_user(
        self, request: HttpRequest, user: "User", form: Any, commit: bool = True
    ) -> "User":
        with transaction.atomic():
            user = super().save_user(request, user, form, commit)
            if commit:
                SiteEvent.objects.record(SiteEvent.Kind.SIGNED_UP, by=user)
        return user

    def is_invited(self, request: HttpRequest) -> bool:
        """Whether this visitor has an invitation with which an account can be made."""
        return False

    def invited_as(self, request: HttpRequest) -> dict[str, str]:
        """What the form offers to someone with an invitation, by the names of its fields."""
        return {}

    def page_of_invitation(self, request: HttpRequest) -> str:
        """The path of the invitation that this visitor followed last; empty if there is none."""
        return ""

    @contextmanager
    def signing_up(self, request: HttpRequest) -> Iterator[list["User"]]:
        """Hold what lets this visitor sign up, while the account is saved.

        Yields:
            A list for the account that is made.

        Raises:
            ImmediateHttpResponse: by now the invitation lets no one sign up.
        """
        with transaction.atomic():
            yield []

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Whether something other than a code has proven the address: nothing has."""
        return False

    def unstash_verified_email(self, request: HttpRequest) -> None:
        """Sessions of earlier versions hold a proof that never ends: it counts no more."""
        request.session.pop("account_verified_email", None)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether signing in or out may redirect to this `next`: only to our own site."""
        return is_path_of_ours(url or "")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Back to the invitation, if there was one and the request names no other page."""
        return self.page_of_invitation(request) or super().get_login_redirect_url(request)

    get_signup_redirect_url = get_login_redirect_url

    def post_login(self, request: HttpRequest, user: "User", **kwargs: Any) -> HttpResponseBase:
        response = super().post_login(request, user, **kwargs)
        remember_browser(request, response, user)
        return response

    # --- Guesses ---

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the password as a wrong guess until it turns out to be right.

        This takes the place of allauth's own count, by which strangers lock an owner out.
        """
        email = credentials["email"].lower()
        user = get_user_model().objects.filter(email=email).first()
        self._guesses = take_guess(request, Guesses.Kind.PASSWORD, user, email)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> "User | None":
        user = super().authenticate(request, **credentials)
        if user:
            self._guesses.give_back()
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address, or whatever there is in its place. It is no key to count by."""
        return visitor(request) or request.META.get("REMOTE_ADDR") or "0.0.0.0"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile_edit")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("accounts:profile_edit")

    def pre_login(
        self, request: HttpRequest, user: "User", *, email: str | None, **kwargs: Any
    ) -> HttpResponseRedirect | None:
        """Refuse a code that was sent to an address the person no longer has."""
        if email and email.lower() != user.email:
            clear_login(request)
            return redirect("account_login")
        return super().pre_login(request, user, email=email, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether the person has to prove themselves. django-allauth itself would let everyone
        pass who has neither a password nor a second factor.

        Raises:
            ReauthenticationRequired: they have to.
        """
        if not is_recent(self.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to prove oneself, the default first: a password, or a code by email.

        Who has a second factor must use it. A mailbox alone, which gives a code or a new
        password, must not be enough to take the second factor away.
        """
        ways = super().get_reauthentication_methods(user)
        if not user.is_authenticated:
            return []
        factors = [way for way in ways if way["id"].startswith("mfa_")]
        if factors:
            factors.sort(key=lambda way: way["id"] == "mfa_reauthenticate")
            return [way | {"description": WAYS[way["id"]]} for way in factors]
        by_code = {"id": "code", "url": reverse("accounts:proof_by_code")}
        return [way | {"description": WAYS[way["id"]]} for way in [*ways, by_code]]

    def set_password(self, user: "User", password: str) -> None:
        """Refuse a password reset whose code was sent to an address the person no longer has."""
        reset = self.request.session.get(RESET)
        if reset and reset.get("email", "").lower() != user.email:
            del self.request.session[RESET]
            raise ImmediateHttpResponse(redirect("account_login"))
        super().set_password(user, password)
        # A password is part of the hash that each session carries, so all others have ended.
        user.devices.all().delete()

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Change the address and sign the person out everywhere but in this session."""
        user, old_email = email_address.user, email_address.user.email
        is_confirmed = super().confirm_email(request, email_address)
        if is_confirmed and old_email != email_address.email:
            AddressChange.objects.record_own(user, old_email)
            user.end_sessions()
            if request.user.is_authenticated:
                update_session_auth_hash(request, user)
                messages.info(request, _("You’re signed out everywhere else."))
            self.tell_of_new_address(user, old_email, by_owner=True)
        return is_confirmed

    # --- Email ---

    def tell_of_asked_address(self, change: AddressChange) -> None:
        """Email the old address a link to accept or refuse the change an admin asked for."""
        url = full_url(reverse("accounts:address_change", args=[change.token]))
        self.send_notification_mail(
            "account/email/address_asked",
            change.user,
            {"url": url, "new_email": change.email},
            change.old_email,
        )

    def tell_of_new_address(self, user: "User", old_email: str, *, by_owner: bool = False) -> None:
        """Email both addresses that the address has changed; the old one can undo it.

        Args:
            user: the person, with the new address.
            old_email: the address before the change.
            by_owner: whether they changed it themselves.
        """
        changes = AddressChange.objects.undoable().filter(user=user, email=user.email)
        change = changes.filter(old_email=old_email).first()
        context = {"old_email": old_email, "new_email": user.email, "undo_url": ""}
        if change:
            path = reverse("accounts:address_undo", args=[change.undo_token])
            context["undo_url"] = full_url(path)
        template = "account/email/address_left" if by_owner else "account/email/email_corrected"
        self.send_notification_mail(template, user, context, old_email)
        self.send_notification_mail("account/email/address_new", user, email=user.email)

    def tell_of_undone_address(self, user: "User", lost_email: str) -> None:
        """Email both addresses that a change was undone.

        Args:
            user: the person, with their old address again.
            lost_email: the address that they had until now.
        """
        self.send_notification_mail("account/email/address_restored", user, email=user.email)
        if lost_email != user.email:
            self.send_notification_mail("account/email/address_undone", user, email=lost_email)

    def welcome(self, person: "User") -> "StrPromise | str":
        """Email a person how to sign in and what they can do. Apps that have such an email extend
        this.

        Returns:
            Why they get no email; empty if they do.
        """
        return _("This site has no welcome email.")

    def how_welcomed(self, person: "User") -> str:
        """How their last welcome email is doing; empty if there is none."""
        return ""

    def why_email_waits(self) -> "StrPromise | str":
        """Why no email goes out at present; empty if it does, or if no one knows."""
        return ""

    def end_links(self, user: "User") -> None:
        """End the links that work without signing in. Apps that make such links extend this."""

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The email as text, and the same words as HTML with the code in large digits."""
        context = self._with_own_host(context) | {"site_url": settings.SITE_URL}
        message = super().render_mail(template_prefix, email, context, headers)
        paragraphs = [part.strip() for part in message.body.split("\n\n") if part.strip()]
        html = {
            "subject": message.subject,
            "paragraphs": paragraphs,
            "code": context.get("code"),
            "site": settings.SITE_URL,
        }
        message.attach_alternative(draw("mail/account.html", html), "text/html")
        message.connection = get_connection(timeout=settings.EMAIL_TIMEOUT_OF_PAGES)
        return message

    def _with_own_host(self, context: dict[str, Any]) -> dict[str, Any]:
        """The context with SITE_URL in each link that django-allauth made. Its own are made of
        the Host header, which anyone who asks for the email chooses."""
        asked = self.request.build_absolute_uri("/").rstrip("/")
        site = SimpleNamespace(domain=urlsplit(settings.SITE_URL).netloc, name="Full Circle")
        return {
            name: full_url(value.removeprefix(asked))
            if isinstance(value, str) and value.startswith(f"{asked}/")
            else value
            for name, value in context.items()
        } | {"current_site": site}

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now, as the person is waiting for the code. If that fails, show a page about it."""
        if template_prefix in ASKED_FOR:
            self._count_asking(email)
        invitation = self.page_of_invitation(self.request)
        query = "?" + urlencode({"next": invitation}) if invitation else ""
        sign_in_url = full_url(reverse("account_login") + query)
        try:
            super().send_mail(template_prefix, email, {"sign_in_url": sign_in_url} | context)
            MAIL.over()
        except MAIL_FAILURES as error:
            if isinstance(error, REFUSALS_OF_ONE):
                logger.warning("Email %s wasn't taken: %s", template_prefix, tell(error))
            else:
                (outage_of(error) or MAIL).note(error)
            page = render(self.request, "account/mail_failed.html", status=503)
            raise ImmediateHttpResponse(page) from error

    def _count_asking(self, email: str) -> None:
        """Stop anyone who asks for one code after the other. A browser that the account knows has
        an allowance of its own."""
        user = get_user_model().objects.filter(email=email.lower()).first()
        browser = browser_of(self.request, user)
        asked = [(limit, f"{email.lower()} {browser}") for limit in CODES]
        if not browser:
            asked.append((CODES_BY_VISITOR, visitor(self.request)))
        for limit, who in asked:
            if not limit.take(who):
                raise ImmediateHttpResponse(too_many(self.request, limit))

    def send_notification_mail(self, template_prefix: str, *args: Any, **kwargs: Any) -> None:
        """Send a notice about a change already made. A failure to send doesn't undo the change.

        `tell_of_new_address` tells the old address, so django-allauth's own notice isn't sent.
        """
        if template_prefix == "account/email/email_changed":
            return
        try:
            super().send_notification_mail(template_prefix, *args, **kwargs)
        except ImmediateHttpResponse:
            logger.warning("The change was made without the email about it.")
