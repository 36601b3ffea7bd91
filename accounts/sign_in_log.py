"""Sign-ins, good and bad, go to the log `accounts.sign_in`.

A line names an account by its id, and by a hash of its address: a wrong password is typed for
an address, which may belong to no one. The hash is keyed, so it can't be turned back by trying
addresses. No line has an address, a code or a token.
"""

import logging
from typing import Any

from allauth.account import signals as allauth_signals
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import signals as auth_signals
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

logger = logging.getLogger("accounts.sign_in")


def connect() -> None:
    """Listen to the signals of Django and allauth. They call nothing else when someone signs in."""
    auth_signals.user_logged_in.connect(log_sign_in)
    auth_signals.user_login_failed.connect(log_wrong_password)
    for refused in (
        allauth_signals.login_code_rejected,
        allauth_signals.password_reset_code_rejected,
        allauth_signals.email_verification_code_rejected,
    ):
        refused.connect(log_wrong_code)


def log_sign_in(user: Any, request: HttpRequest | None = None, **_sent: Any) -> None:
    session: Any = getattr(request, "session", {})
    methods = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or [{}]
    by = methods[-1].get("method", "unknown")
    logger.info("Signed in: user %s, account %s, by %s.", user.pk, account_hash(user.email), by)


def log_wrong_password(credentials: dict[str, Any], **_sent: Any) -> None:
    email = credentials.get("email") or credentials.get("username") or ""
    logger.warning("Not signed in: account %s, wrong password.", account_hash(email))


def log_wrong_code(user: Any, last_attempt: bool = False, **_sent: Any) -> None:
    logger.warning(
        "Not signed in: user %s, account %s, wrong code%s.",
        user.pk,
        account_hash(user.email),
        ", no attempts left" if last_attempt else "",
    )


def account_hash(email: str) -> str:
    """A keyed hash of an address, the same in each line of the log."""
    digest = salted_hmac("accounts.sign_in_log", str(email).strip().lower(), algorithm="sha256")
    return digest.hexdigest()[:16]
