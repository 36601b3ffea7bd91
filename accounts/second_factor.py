"""Passkeys and second factors: django-allauth's, with our name, and staff who need one."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import segno
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import User

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That didn’t work. Try again."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Add a passkey or an authenticator app first."
        ),
        "unverified_email": gettext_lazy("Sign in with an emailed code first."),
    }

    def build_totp_svg(self, url: str) -> str:
        """The code to scan, as invitations have theirs."""
        svg = BytesIO()
        segno.make(url, error="m").save(svg, kind="svg", scale=5, border=4, light="white")
        return svg.getvalue().decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %d") % number

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are made for the site's host, whatever a request says."""
        return {"id": cast(str, urlsplit(settings.SITE_URL).hostname), "name": "Full Circle"}


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this is a person who needs a second factor and hasn't used one in this session."""
    return settings.STAFF_NEED_SECOND_FACTOR and not _has_used_one(request)


def lead_to_second_factor(login: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
    """Lead staff to set up a second factor, or to use theirs, before the admin opens.

    Args:
        login: the admin's sign-in view, where the admin sends anyone it doesn't let in.
    """

    @wraps(login)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not (user.is_authenticated and user.is_staff and lacks_second_factor(request)):
            return login(request, *args, **kwargs)
        if not is_mfa_enabled(user, FACTORS):
            messages.warning(
                request,
                _(
                    "The admin pages need two-step sign-in. Add a passkey or an authenticator app "
                    "first."
                ),
            )
            return redirect("mfa_index")
        ways = get_account_adapter().get_reauthentication_methods(user)
        way = next(way for way in ways if way["id"].startswith("mfa_"))
        return redirect(f"{way['url']}?{urlencode({'next': request.GET.get('next', '/admin/')})}")

    return wrapper


def _has_used_one(request: HttpRequest) -> bool:
    records = get_authentication_records(request, cast(User, request.user))
    has_used = any(record["method"] == "mfa" for record in records)
    return has_used and is_mfa_enabled(request.user, FACTORS)
