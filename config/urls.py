"""The root URLconf. Each app lists its own pages."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import sign_out

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("circles.urls")),
    path("", include("briefs.urls")),
    path("accounts/", include("accounts.urls")),
    # In front of the one of django-allauth.
    path("accounts/logout/", sign_out, name="account_logout"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    from .style import style

    urlpatterns.append(path("style/", style, name="style"))

handler400 = "config.access.bad_request"
