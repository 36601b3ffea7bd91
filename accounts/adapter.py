"""How django-allauth behaves here: who may sign up, what it says, and how it sends email."""

import logging
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY as RESET,
)
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.back import is_path_of_ours
from config.limits import DAY, MINUTE, Limit, too_many, visitor
from config.mail import draw, full_url

from .guesses import Guesses, take_guess
from .known_browsers import browser_of, remember_browser

if TYPE_CHECKING:
    from .models import AddressChange, User

INVITED = "invited_by_link"
MAIL_FAILURES = (SMTPException, OSError)

# The emails that anyone gets sent to an address by typing it.
ASKED_FOR = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/login_code",
    "account/email/password_reset_code",
    "account/email/unknown_account",
}
CODES = [Limit("codes", times=5, seconds=MINUTE), Limit("codes a day", times=30, seconds=DAY)]
CODES_BY_VISITOR = Limit("codes by visitor", times=60, seconds=10 * MINUTE)

logger = logging.getLogger(__name__)


def open_sign_up(request: HttpRequest, email: str = "") -> None:
    """Let a visitor with an invitation sign up, for as long as the session lasts.

    An emailed invitation proves the address it was sent to, as a code would. Any other
    address still gets a code.

    Args:
        request: the visitor's request.
        email: the address the invitation was sent to; empty for an invite link.
    """
    request.session[INVITED] = {"email": email, "next": request.get_full_path()}
    get_adapter().stash_verified_email(request, email.lower() or None)


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Requires an invitation to sign up, unless `OPEN_SIGN_UP` is set."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "That address and that password do not belong together. "
            "Try once more, or let us send you a code."
        ),
        "incorrect_code": _(
            "That is not the code. Look for the newest e-mail from us, and type its six digits."
        ),
        "too_many_login_attempts": _(
            "That was tried too often. Wait five minutes, then ask for a new code."
        ),
        "rate_limited": _("A code was sent a moment ago. Wait a little before asking again."),
        "enter_current_password": _(
            "That is not the password you have now. If you forgot it, ask for a code below."
        ),
        "incorrect_password": _("That is not your password. Try once more."),
        "duplicate_email": _("This is your address already."),
        "same_as_current": _("This is the address you have already. Type the other one."),
        "email_taken": _("Someone already uses this address. Sign in with it, or type another."),
    }

    # --- Who may sign up, and where they go next ---

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.OPEN_SIGN_UP or INVITED in request.session

    def save_user(
        self, request: HttpRequest, user: "User", form: Any, commit: bool = True
    ) -> "User":
        """Save the account. The invitation proves only the address it was sent to."""
        if not self.is_email_verified(request, form.cleaned_data["email"]):
            self.unstash_verified_email(request)
        return super().save_user(request, user, form, commit)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether signing in or out may redirect to this `next`: only to our own site."""
        return is_path_of_ours(url or "")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Back to the invitation, if there was one and the request names no other page."""
        invited = request.session.get(INVITED)
        return invited["next"] if invited else super().get_login_redirect_url(request)

    get_signup_redirect_url = get_login_redirect_url

    def post_login(self, request: HttpRequest, user: "User", **kwargs: Any) -> HttpResponseBase:
        response = super().post_login(request, user, **kwargs)
        request.session.pop(INVITED, None)
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

    def set_password(self, user: "User", password: str) -> None:
        """Refuse a password reset whose code was sent to an address the person no longer has."""
        reset = self.request.session.get(RESET)
        if reset and reset.get("email", "").lower() != user.email:
            del self.request.session[RESET]
            raise ImmediateHttpResponse(redirect("account_login"))
        super().set_password(user, password)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Change the address and sign the person out everywhere but in this session."""
        user, old_email = email_address.user, email_address.user.email
        is_confirmed = super().confirm_email(request, email_address)
        if is_confirmed and old_email != email_address.email:
            user.end_sessions()
            if request.user.is_authenticated:
                update_session_auth_hash(request, user)
            self.tell_of_new_address(user, old_email)
        return is_confirmed

    # --- Email ---

    def tell_of_asked_address(self, change: "AddressChange") -> None:
        """Email the old address a link to accept or refuse the change an admin asked for."""
        url = full_url(reverse("accounts:address_change", args=[change.token]))
        self.send_notification_mail(
            "account/email/address_asked",
            change.user,
            {"url": url, "new_email": change.email},
            change.old_email,
        )

    def tell_of_new_address(self, user: "User", old_email: str, *, tells_old: bool = False) -> None:
        """Email the person that their address has changed.

        Args:
            user: the person, with the new address.
            old_email: the address before the change.
            tells_old: whether to email the old address too. When people change their own
                address, django-allauth already does that.
        """
        if tells_old:
            self.send_notification_mail("account/email/email_corrected", user, email=old_email)
        self.send_notification_mail("account/email/address_new", user, email=user.email)

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The email as text, and the same words as HTML with the code in large digits."""
        message = super().render_mail(template_prefix, email, context, headers)
        paragraphs = [part.strip() for part in message.body.split("\n\n") if part.strip()]
        html = {
            "subject": message.subject,
            "paragraphs": paragraphs,
            "code": context.get("code"),
            "site": settings.SITE_URL,
        }
        message.attach_alternative(draw("mail/account.html", html), "text/html")
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send now, as the person is waiting for the code. If that fails, show a page about it."""
        if template_prefix in ASKED_FOR:
            self._count_asking(email)
        invited = self.request.session.get(INVITED)
        query = "?" + urlencode({"next": invited["next"]}) if invited else ""
        sign_in_url = self.request.build_absolute_uri(reverse("account_login") + query)
        try:
            super().send_mail(template_prefix, email, {"sign_in_url": sign_in_url} | context)
        except MAIL_FAILURES as error:
            logger.exception("Mail %s could not be sent", template_prefix)
            page = render(self.request, "account/mail_failed.html", status=503)
            raise ImmediateHttpResponse(page) from error

    def _count_asking(self, email: str) -> None:
        """Stop whoever asks for one code after the other. A browser that the account knows has
        an allowance of its own."""
        user = get_user_model().objects.filter(email=email.lower()).first()
        browser = browser_of(self.request, user)
        asked = [(limit, f"{email.lower()} {browser}") for limit in CODES]
        if not browser:
            asked.append((CODES_BY_VISITOR, visitor(self.request)))
        for limit, who in asked:
            if not limit.take(who):
                raise ImmediateHttpResponse(too_many(self.request, limit))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send a notice about a change already made. A failure to send doesn't undo the change."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except ImmediateHttpResponse:
            logger.warning("The change was made without the mail about it.")
