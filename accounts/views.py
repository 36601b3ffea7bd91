"""What a person sets about themselves. Signing in and out is django-allauth's."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.access import public, signed_in

from .forms import ProfileForm
from .models import User


@signed_in
def profile_edit(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile_edit")
    # What was typed and refused must not stand in the header as if it were saved.
    if form.errors:
        user.refresh_from_db()
    return render(request, "accounts/profile_edit.html", {"form": form})


@public
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """How large a person reads. Visitors have it in their browser only (text-size.js)."""
    size = request.POST.get("text_size")
    if request.user.is_authenticated and size in User.TextSize.values:
        request.user.text_size = size
        request.user.save(update_fields=["text_size"])
    if "next" not in request.POST:
        return HttpResponse(status=204)
    return redirect(_safe_next(request))


def _safe_next(request: HttpRequest) -> str:
    """The page to go back to, if it is ours; else the start page."""
    url = request.POST["next"]
    is_ours = url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else reverse("circles:home")
