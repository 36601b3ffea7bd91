"""Pages where people change their settings. django-allauth signs them in and out."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.views import logout
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.access import public, signed_in
from config.back import back_to
from config.limits import UNKNOWN_LINKS, refuse_guessers, visitor
from config.refusal import refuse

from .forms import ProfileForm
from .models import AddressChange, User


@signed_in
def profile_edit(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile_edit")
    # The header must not show a refused name as if it were saved.
    if form.errors:
        user.refresh_from_db()
    return render(request, "accounts/profile_edit.html", {"form": form})


@public
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, then sign out. The browser is told to drop the pages that it cached (W3C
    Clear-Site-Data), but not its storage: it may have notes that aren't sent yet."""
    response = logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache"'
    return response


@public
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Save the text size of a person. Visitors' browsers store it (text-size.js)."""
    size = request.POST.get("text_size")
    if request.user.is_authenticated and size in User.TextSize.values:
        request.user.text_size = size
        request.user.save(update_fields=["text_size"])
    if "next" not in request.POST:
        return HttpResponse(status=204)
    return redirect(back_to(request, "circles:home"))


@public
@refuse_guessers
def address_change(request: HttpRequest, token: str) -> HttpResponse:
    """Accept or refuse a new address, from the link in the email to the old address.

    A GET changes nothing, as some mail programs open links by themselves.
    """
    change = AddressChange.objects.by_token(token).first()
    if change is None:
        UNKNOWN_LINKS.take(visitor(request))
    is_open = change and AddressChange.objects.open().filter(pk=change.pk).exists()
    if not change or not is_open:
        is_made = bool(change and change.made_at)
        status = 200 if is_made else 410
        page = render(request, "accounts/address_closed.html", {"is_made": is_made}, status=status)
        return _unlisted(page)
    if request.method == "POST" and request.POST.get("answer") == "yes":
        try:
            change.make()
        except ValidationError as error:
            refuse(request, error)
        else:
            get_adapter().tell_of_new_address(change.user, change.old_email, tells_old=True)
        return redirect(request.path)
    if request.method == "POST":
        if not change.refuse():
            messages.error(request, _("This change of address is no longer open."))
            return redirect(request.path)
        messages.success(request, _("Your address stays as it is."))
        return redirect("account_login")
    return _unlisted(render(request, "accounts/address_change.html", {"change": change}))


def _unlisted(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
