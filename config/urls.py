"""The root URLconf. Each app lists its own pages."""

from allauth.account.views import email, password_set
from allauth.mfa.webauthn.views import login_webauthn
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.proof import recently_proven
from accounts.views import sign_out

from .access import public

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("circles.urls")),
    path("", include("briefs.urls")),
    path("", include("operations.urls")),
    path("accounts/", include("accounts.urls")),
    # Two of django-allauth's pages ask for proof first.
    path("accounts/email/", recently_proven(email), name="account_email"),
    path("accounts/password/set/", recently_proven(password_set), name="account_set_password"),
    # In front of the one of django-allauth.
    path("accounts/logout/", sign_out, name="account_logout"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/passkey/", public(login_webauthn), name="mfa_login_webauthn"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    from .style import style

    urlpatterns.append(path("style/", style, name="style"))

handler400 = "config.access.bad_request"
handler500 = "config.unavailable.server_error"
