"""Proof that it's still the owner who uses a session: a recent sign-in, or a fresh code.

Changes that would let another person in ask for it: a new address, a first password, passkeys.
django-allauth asks for a password or a second factor. People who have neither get a code at
the address they have now.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request, suspend_request
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from config.back import back_to
from config.requests import View

from .models import User


def is_recent(request: HttpRequest) -> bool:
    """Whether the person signed in or proved themselves within the last minutes."""
    records = get_authentication_records(request, cast(User, request.user))
    # Both ways: a clock that was set back makes no proof last longer.
    now, lasts = time.time(), app_settings.REAUTHENTICATION_TIMEOUT
    return any(abs(now - record["at"]) < lasts for record in records)


def recently_proven(view: Callable[..., Any]) -> View:
    """Ask for proof first, and then go on with what was asked for.

    A form is kept in the session until then, but never one with a password.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_recent(request):
            return view(request, *args, **kwargs)
        (first, *_more) = get_adapter().get_reauthentication_methods(request.user)
        if any("password" in name for name in request.POST):
            return redirect(f"{first['url']}?{urlencode({'next': request.path})}")
        return suspend_request(request, first["url"])

    return wrapper


class ProofByCode(AbstractCodeVerificationProcess):
    """A code sent to the address that the person has, which they type to prove themselves."""

    SESSION_KEY = "accounts.proof_by_code"

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(
            state=state,
            user=request.user,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
        )

    @classmethod
    def start(cls, request: HttpRequest) -> "ProofByCode":
        """Send a code."""
        person = cast(User, request.user)
        process = cls(request, cls.initial_state(person, email=person.email))
        process.send()
        process.persist()
        return process

    @classmethod
    def resume(cls, request: HttpRequest) -> "ProofByCode | None":
        """The code that this person was sent; None if there is none, or it's too old."""
        state = request.session.get(cls.SESSION_KEY)
        if not state:
            return None
        process = cls(request, state)
        if state.get("email") != cast(User, request.user).email:
            process.abort()
            return None
        return process.abort_if_invalid()

    def send(self) -> None:
        adapter = get_adapter()
        self.state["code"] = adapter.generate_login_code()
        context = {"request": self.request, "code": self.code}
        adapter.send_mail("account/email/proof_code", self.state["email"], context)

    def persist(self) -> None:
        self.request.session[self.SESSION_KEY] = self.state

    def abort(self) -> None:
        self.request.session.pop(self.SESSION_KEY, None)

    def finish(self) -> HttpResponseBase:
        """Note the proof, and go on with what asked for it."""
        self.abort()
        email = self.state["email"]
        record_authentication(
            self.request, self.user, method="code", email=email, reauthenticated=True
        )
        return resume_request(self.request) or redirect(
            back_to(self.request, "accounts:profile_edit")
        )
