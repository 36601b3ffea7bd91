"""What a person sets about themselves. Signing in and out is django-allauth's."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.access import public, signed_in

from .forms import ProfileForm
from .models import User

A_YEAR = 365 * 24 * 3600


@signed_in
def profile_edit(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return _remember_text_size(redirect("accounts:profile_edit"), request.user.text_size)
    # What was typed and refused must not stand in the header as if it were saved.
    if form.errors:
        request.user.refresh_from_db()
    return render(request, "accounts/profile_edit.html", {"form": form})


@public
@require_POST
def text_size(request):
    """Set how large the text is: kept with the person, and in this browser for everyone."""
    size = request.POST.get("text_size")
    response = redirect(_safe_next(request))
    if size not in User.TextSize.values:
        return response
    if request.user.is_authenticated:
        request.user.text_size = size
        request.user.save(update_fields=["text_size"])
    return _remember_text_size(response, size)


def _remember_text_size(response, size):
    """In a cookie that scripts may read: public pages are the same bytes for everyone."""
    response.set_cookie(
        "text_size", size, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def _safe_next(request):
    """The page to go back to, if it is ours; else the start page."""
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else "/"
