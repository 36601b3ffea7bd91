"""Pages where people change their settings. django-allauth signs them in and out."""

from typing import cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.views import logout as ask_to_sign_out
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.access import public, signed_in
from config.back import back_to
from config.limits import UNKNOWN_LINKS, refuse_guessers, visitor
from config.refusal import refuse

from .devices import note_device
from .forms import ProfileForm, ProofCodeForm
from .models import AddressChange, User
from .proof import ProofByCode


@signed_in
def profile_edit(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Profile saved."))
        return redirect("accounts:profile_edit")
    # The header must not show a refused name as if it were saved.
    if form.errors:
        user.refresh_from_db()
    return render(request, "accounts/profile_edit.html", {"form": form})


@public
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, then sign out. The browser is told to drop the pages that it cached (W3C
    Clear-Site-Data), but not its storage: it may have notes that aren't sent yet."""
    response = ask_to_sign_out(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache"'
    return response


@public
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Save how a person likes to read: the text size, the text spacing, the color of the page, or
    some of them. Visitors' browsers store it (early.js)."""
    offered = {
        "text_size": User.TextSize,
        "spacing": User.Spacing,
        "paper": User.Paper,
    }
    chosen = {
        name: request.POST[name]
        for name, choices in offered.items()
        if request.POST.get(name) in choices.values
    }
    if request.user.is_authenticated and chosen:
        for name, value in chosen.items():
            setattr(request.user, name, value)
        request.user.save(update_fields=[*chosen])
    if "next" not in request.POST:
        return HttpResponse(status=204)
    return redirect(back_to(request, "circles:home"))


@signed_in
def device_list(request: HttpRequest) -> HttpResponse:
    """Where a person is signed in."""
    note_device(request)
    devices = cast(User, request.user).devices.filter(session__expire_date__gt=timezone.now())
    context = {"devices": devices, "this_session": request.session.session_key}
    page = render(request, "accounts/device_list.html", context)
    add_never_cache_headers(page)
    return page


@signed_in
@require_POST
def device_end(request: HttpRequest, device_id: int) -> HttpResponse:
    """Sign out in one other browser."""
    device = cast(User, request.user).devices.filter(pk=device_id).first()
    if device and device.session_id == request.session.session_key:
        return redirect("account_logout")
    if device:
        device.end()
    messages.success(request, _("You’re signed out on that device."))
    return redirect("accounts:device_list")


@signed_in
@require_POST
def devices_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else, or here too."""
    user = cast(User, request.user)
    user.end_sessions()
    if request.POST.get("where") == "everywhere":
        logout(request)
        messages.success(request, _("You’re signed out everywhere."))
        return redirect("account_login")
    update_session_auth_hash(request, user)
    messages.success(request, _("You’re signed out everywhere else."))
    return redirect("accounts:device_list")


@public
@refuse_guessers
def address_change(request: HttpRequest, token: str) -> HttpResponse:
    """Accept or refuse a new address, from the link in the email to the old address.

    A GET changes nothing, as some email programs open links by themselves.
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
            get_adapter().tell_of_new_address(change.user, change.old_email)
        return redirect(request.path)
    if request.method == "POST":
        if not change.refuse():
            messages.error(request, _("This request has expired or was already answered."))
            return redirect(request.path)
        messages.success(request, _("Your address hasn’t changed."))
        return redirect("account_login")
    return _unlisted(render(request, "accounts/address_change.html", {"change": change}))


@public
def address_undo(request: HttpRequest, token: str) -> HttpResponse:
    """Put an old address back, from the link in the email to it. A GET changes nothing."""
    change = AddressChange.objects.by_undo_token(token).first()
    if not change or not AddressChange.objects.undoable().filter(pk=change.pk).exists():
        is_undone = bool(change and change.undone_at and change.user.email == change.old_email)
        status = 200 if is_undone else 410
        context = {"is_undone": is_undone}
        page = render(request, "accounts/address_undo_closed.html", context, status=status)
        return _unlisted(page)
    if request.method == "POST":
        adapter, lost_email = get_adapter(), change.user.email
        try:
            with transaction.atomic():
                change.undo()
                adapter.end_links(change.user)
        except ValidationError as error:
            refuse(request, error)
        else:
            adapter.tell_of_undone_address(change.user, lost_email)
        return redirect(request.path)
    return _unlisted(render(request, "accounts/address_undo.html", {"change": change}))


@signed_in
def proof_by_code(request: HttpRequest) -> HttpResponseBase:
    """Prove oneself by a code to the address one has. A GET sends none."""
    user = cast(User, request.user)
    ways = get_adapter().get_reauthentication_methods(user)
    if not any(way["url"] == request.path for way in ways):
        return redirect(back_to(request, ways[0]["url"]))
    then = back_to(request, "accounts:profile_edit")
    here = f"{request.path}?{urlencode({'next': then})}"
    process = ProofByCode.resume(request)
    form = ProofCodeForm(code=process.code) if process else None
    if request.POST.get("action") in ("send", "resend"):
        ProofByCode.start(request)
        return redirect(here)
    if request.method == "POST" and process:
        if limited := ratelimit.consume_or_429(request, action="reauthenticate", user=user):
            return limited
        form = ProofCodeForm(request.POST, code=process.code)
        if form.is_valid():
            return process.finish()
        if not process.record_invalid_attempt():
            messages.error(request, get_adapter().error_messages["too_many_login_attempts"])
            return redirect(here)
    field = format_html('<input type="hidden" name="next" value="{}">', then)
    context = {
        "verify_form": form,
        "email": user.email,
        "can_resend": True,
        "redirect_field": field,
    }
    status = 422 if form and form.errors else 200
    page = render(request, "account/proof_by_code.html", context, status=status)
    add_never_cache_headers(page)
    return page


def _unlisted(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
