"""The way in for people who'd like to start a circle and have no account."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.access import public
from config.limits import DAY, Limit, visitor

from ..access import start_link_holders
from ..forms.circle_requests import CircleRequestForm
from ..forms.stale import status_of
from ..inviting.sign_up import remember
from ..models import CircleRequest

BY_VISITOR = Limit("circle requests", times=5, seconds=DAY)
FROM_ADDRESS = Limit("circle requests from an address", times=3, seconds=DAY)
# The admins read them all. Visitors can't always be told apart.
OF_ALL = Limit("circle requests of all", times=100, seconds=DAY)


@public
def circle_request_create(request):
    """Ask to start a circle, where not everyone may sign up. It makes no account."""
    if request.user.is_authenticated:
        return redirect("circles:circle_create")
    if settings.OPEN_SIGN_UP:
        query = urlencode({"next": resolve_url("circles:circle_create")})
        return redirect(f"{resolve_url('account_signup')}?{query}")
    form = CircleRequestForm(request.POST or None)
    if form.is_valid():
        if _may_send(request, form.instance):
            CircleRequest.objects.send(form.instance)
            sent = _("Request sent. We’ll email our answer to %s.") % form.instance.email
            messages.success(request, sent)
            return redirect("circles:home")
        form.add_error(None, _("That’s a lot of requests for one day. Send yours again tomorrow."))
    context = {
        "title": _("Ask to start a circle"),
        "lede": _("Tell us who you are. We’ll email you, usually within a few days."),
        "form": form,
    }
    return render(request, "form_page.html", context, status=status_of(form))


def _may_send(request, asked):
    counted = [
        (BY_VISITOR, visitor(request)),
        (FROM_ADDRESS, asked.email),
        (OF_ALL, "everyone"),
    ]
    return all(limit.take(who) for limit, who in counted)


@start_link_holders
@require_safe
def circle_start(request, asked, token):
    """Where an invited person lands, before and after they sign in. It writes no row."""
    if request.user.is_authenticated:
        return redirect("circles:circle_create")
    page = render(request, "circles/circle_requests/circle_start.html", {"asked": asked})
    remember(page, token, starts_circle=True)
    return page
