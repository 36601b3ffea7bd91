"""What a person sets about themselves. Signing in and out is django-allauth's."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.access import public, signed_in
from config.back import back_to

from .forms import ProfileForm
from .models import User


@signed_in
def profile_edit(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile_edit")
    # What was typed and refused must not stand in the header as if it were saved.
    if form.errors:
        request.user.refresh_from_db()
    return render(request, "accounts/profile_edit.html", {"form": form})


@public
@require_POST
def text_size(request):
    """How large a person reads. Visitors have it in their browser only (text-size.js)."""
    size = request.POST.get("text_size")
    if request.user.is_authenticated and size in User.TextSize.values:
        request.user.text_size = size
        request.user.save(update_fields=["text_size"])
    if "next" not in request.POST:
        return HttpResponse(status=204)
    return redirect(back_to(request, "circles:home"))
