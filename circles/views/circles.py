"""The home page, and pages about a circle as a whole."""

from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.contrib import admin, messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from briefs.models import Brief
from config.access import public, signed_in
from config.admin_site import AdminSite
from config.odd_requests import read_number, read_word

from ..access import facilitators, members
from ..dashboards import CircleDashboard
from ..forms.circles import SUGGESTED_AGREEMENTS, CircleForm, NewCircleForm
from ..forms.old_names import CIRCLE, with_old_names
from ..forms.stale import status_of
from ..home.dashboard import HomeDashboard
from ..mail.in_sight import queued
from ..models import Circle, Mail
from ..next_steps import Button, NextStep


@public
def home(request):
    """The front page for a visitor; the person's dashboard if they are signed in."""
    if request.user.is_authenticated:
        found = cast(AdminSite, admin.site).asking(request) if request.user.is_staff else []
        answer = _("Answer them")
        requests = [NextStep(says, (Button(answer, page, is_main=True),)) for says, page in found]
        glance = HomeDashboard(request.user)
        return render(
            request, "circles/circles/home.html", {"glance": glance, "requests": requests}
        )
    briefs = Brief.objects.readable_by(request.user)
    context = {"briefs": briefs, "open_sign_up": settings.OPEN_SIGN_UP}
    return render(request, "circles/circles/front.html", context)


@signed_in
@require_POST
def home_seen(request):
    """Show what was new on Home no more, up to the moment when the page was made."""
    until = read_word(request.POST.get("until"))
    if until.isdecimal() and len(until) <= 10:  # seconds
        request.user.mark_seen(datetime.fromtimestamp(int(until), tz=UTC))
    return redirect("circles:home")


@public
def robots(request):
    """What search engines may read (RFC 9309)."""
    return render(request, "robots.txt", content_type="text/plain")


@signed_in
def circle_list(request):
    circles = Circle.objects.joined_by(request.user).with_next_meeting()
    waiting = request.user.memberships.waiting().select_related("circle")
    context = {"circles": circles, "waiting": waiting}
    return render(request, "circles/circles/circle_list.html", context)


@signed_in
@with_old_names(CIRCLE)
def circle_create(request):
    circle = Circle(time_zone=request.user.time_zone, agreements=str(SUGGESTED_AGREEMENTS))
    form = NewCircleForm(request.POST or None, instance=circle)
    if form.is_valid():
        circle = form.start(request.user)
        messages.success(request, _("You started “%s,” and you’re its facilitator.") % circle)
        return redirect(circle)
    context = {"form": form, "circle": circle}
    return render(request, "circles/circles/circle_create.html", context, status=status_of(form))


@members
def circle_detail(request, circle):
    glance = CircleDashboard(circle, request.membership)
    context = {"circle": circle, "tab": "circle", "glance": glance}
    return render(request, "circles/circles/circle_detail.html", context)


@members
@require_POST
def privacy_seen(request, circle):
    """Hide the announcements of the privacy setting that the circle's page showed."""
    request.membership.hide_privacy_changes(read_number(request.POST.get("newest")) or 0)
    return redirect(circle)


@facilitators
@with_old_names(CIRCLE)
def circle_edit(request, circle):
    form = CircleForm(request.POST or None, instance=circle, membership=request.membership)
    pressed = timezone.now()
    if form.is_saved():
        said = [_("Settings saved.")]
        if Mail.Kind.PRIVACY in form.announced:
            said = [_("Settings saved, with a new privacy setting.")]
        if Mail.Kind.RETENTION in form.announced:
            said.append(circle.retention_line or _("Notes stay until someone deletes them."))
        if form.announced:
            mails = Mail.objects.filter(circle=circle)
            said.append(queued(mails, *form.announced, since=pressed).told)
        messages.success(request, " ".join(said))
        return redirect(circle)
    if form.errors:
        circle.refresh_from_db()
    context = {
        "circle": circle,
        "tab": "settings",
        "title": _("Settings"),
        "lede": _("Everyone in the circle can see the agreements and the privacy setting."),
        "more": Button(
            _("Emails from this circle"), reverse("circles:mail_list", args=[circle.slug])
        ),
        "form": form,
    }
    return render(request, "circles/circle_form.html", context, status=status_of(form))
