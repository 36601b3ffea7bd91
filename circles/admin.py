"""Pages for the site's admins: requests to start a circle, how email is doing, and which circles
have no next meeting.

On purpose, no page here shows what an email says, who is in a circle, or any notes.
"""

from typing import cast

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.admin_site import AdminSite, AnsweredFilter
from config.refusal import refuse

from .forms.circle_requests import AnswerForm
from .mail import demo_inbox
from .models import CircleRequest, CircleWithoutDate, Heartbeat, Mail

site = cast(AdminSite, admin.site)


def open_requests(request):
    """A line for the first page of the admin: how many requests wait for this person's answer."""
    number = CircleRequest.objects.open().count()
    if not number or not request.user.has_perm("circles.change_circlerequest"):
        return None
    text = ngettext(
        "%d request to start a circle is waiting for an answer.",
        "%d requests to start a circle are waiting for an answer.",
        number,
    )
    return text % number, reverse("admin:circles_circlerequest_changelist")


site.ask_for(open_requests)

# The policy of the page that shows an email: inline styles, which our other pages don't
# allow, and nothing that runs.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}


class StateFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("waiting", _("Waiting")),
            ("tried", _("Will be tried again")),
            ("failed", _("Failed")),
            ("sent", _("Sent")),
            ("dropped", _("No longer needed")),
        ]

    def queryset(self, request, queryset):
        return {
            "waiting": queryset.waiting(),
            "tried": queryset.waiting().filter(attempts__gt=0),
            "failed": queryset.exclude(failed_at=None),
            "sent": queryset.exclude(sent_at=None),
            "dropped": queryset.exclude(dropped_at=None),
        }.get(self.value() or "", queryset)


@admin.register(CircleRequest)
class CircleRequestAdmin(admin.ModelAdmin):
    """Requests to start a circle. Each is answered on its page, once, by email."""

    list_display = ["who", "place", "created_at", "how_it_is"]
    list_filter = [AnsweredFilter]
    list_select_related = ["account"]
    sortable_by = []

    @admin.display(description=_("name"))
    def who(self, asked):
        return str(asked)

    @admin.display(description=_("status"))
    def how_it_is(self, asked):
        if asked.declined_at:
            return _("Declined")
        if asked.has_account:
            return _("Has an account")
        if asked.is_open and asked.mail_failed_at:
            return _("Invited, but the email failed")
        if asked.invited_at:
            return _("Invited") if asked.is_open else _("Invitation expired")
        return _("Waiting for an answer")

    def get_queryset(self, request):
        return CircleRequest.objects.with_mail()

    def get_ordering(self, request):
        """Those without an answer first, then the newest."""
        answered = Coalesce("invited_at", "declined_at")
        return [answered.asc(nulls_first=True), "-created_at"]

    def changelist_view(self, request, extra_context=None):
        number = self.model.objects.open().count()
        title = ngettext(
            "Requests to start a circle: %d is waiting for an answer",
            "Requests to start a circle: %d are waiting for an answer",
            number,
        )
        context = {"title": title % number} | (extra_context or {})
        return super().changelist_view(request, context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        asked = self.get_object(request, object_id)
        if asked is None:
            raise Http404("no such request")
        may_change = self.has_change_permission(request, asked)
        if not (may_change or self.has_view_permission(request, asked)):
            raise PermissionDenied
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        if form.is_valid():
            return self._answer(request, asked, form.cleaned_data)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": self.model._meta.verbose_name.capitalize(),
            "asked": asked,
            "state": self.how_it_is(asked),
            "form": form,
            "may_answer": may_change and not asked.is_answered,
        }
        page, status = "admin/circles/circle_request.html", 422 if form.errors else 200
        return TemplateResponse(request, page, context, status=status)

    def _answer(self, request, asked, said):
        is_invited = said["decision"] == AnswerForm.INVITE
        verb = asked.invite if is_invited else asked.decline
        try:
            verb(request.user, said["message"])
        except ValidationError as error:
            refuse(request, error)
            return redirect(request.path)
        if is_invited:
            messages.success(request, _("An invitation is on its way to %s.") % asked.email)
        else:
            messages.success(request, _("Request declined. We’re emailing %s.") % asked.email)
        return redirect("admin:circles_circlerequest_changelist")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(CircleWithoutDate)
class CircleWithoutDateAdmin(admin.ModelAdmin):
    """Circles that may need help: only the name, and how long they have had no next meeting."""

    list_display = ["name", "since"]
    list_display_links = None
    sortable_by = []

    @admin.display(description=_("last met (or started)"))
    def since(self, circle):
        return (circle.last_met_at or circle.created_at).astimezone(circle.zone).date()

    def get_queryset(self, request):
        return self.model.objects.without_a_date()

    def get_ordering(self, request):
        return [Coalesce("last_met_at", "created_at")]

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("Circles with no meeting scheduled, longest first")}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_view_permission(self, request, obj=None):
        """Allow only the list: the page of one circle would show all of its fields."""
        return obj is None and super().has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin):
    """Kinds, states, counts and errors of emails, without address, circle or text."""

    list_display = ["kind", "how_it_is", "since", "attempts", "last_error"]
    list_display_links = None
    list_filter = [StateFilter, "kind"]
    ordering = ["-pk"]
    show_full_result_count = False
    actions = ["try_again"]
    change_list_template = "admin/circles/mail_list.html"

    @admin.display(description=_("status"))
    def how_it_is(self, mail):
        return mail.state[0]

    @admin.display(description=_("date"))
    def since(self, mail):
        return mail.state[1]

    def has_view_permission(self, request, obj=None):
        """Allow only the list: the page of one email would show its recipient and subject."""
        return obj is None and super().has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=_("Try again now"), permissions=["view"])
    def try_again(self, request, queryset):
        again = queryset.filter(sent_at=None, dropped_at=None)
        number = again.update(
            failed_at=None, is_bounce=False, attempts=0, due_at=timezone.now(), claimed_until=None
        )
        text = ngettext("Trying %d email again.", "Trying %d emails again.", number)
        self.message_user(request, text % number, messages.SUCCESS)

    def changelist_view(self, request, extra_context=None):
        context = {
            "title": _("Email queue"),
            "fault": Heartbeat.fault() or demo_inbox.fault(),
            "is_readable": demo_inbox.are_readable(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    # --- Emails of the demo ---

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("kept/", view(self.kept_list), name="circles_mail_kept"),
            path("kept/<str:key>/", view(self.kept_detail), name="circles_mail_kept_detail"),
            path("kept/<str:key>/html/", view(self.kept_html), name="circles_mail_kept_html"),
            *super().get_urls(),
        ]

    def _page(self, request, template, **context):
        context |= self.admin_site.each_context(request) | {"opts": self.opts}
        return TemplateResponse(request, template, context)

    def _kept(self, request, key):
        self._check(request)
        mail = demo_inbox.find(key)
        if mail is None:
            raise Http404("no such email is kept")
        return mail

    def _check(self, request):
        if not (demo_inbox.are_readable() and request.user.is_superuser):
            raise Http404("emails are kept for the demo alone")

    def kept_list(self, request):
        self._check(request)
        mails = demo_inbox.newest_first()
        return self._page(
            request, "admin/circles/kept_list.html", title=_("Demo emails"), mails=mails
        )

    def kept_detail(self, request, key):
        mail = self._kept(request, key)
        return self._page(request, "admin/circles/kept_detail.html", title=mail.subject, mail=mail)

    @method_decorator(csp(MAIL_POLICY))
    def kept_html(self, request, key):
        return HttpResponse(self._kept(request, key).html)
