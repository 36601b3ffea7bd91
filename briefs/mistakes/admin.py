"""The editors' desk for mistakes that readers reported: each is answered on its page, once."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from config.admin_site import AdminSite, AnsweredFilter
from config.refusal import refuse

from ..models import MistakeReport
from ..page import markdown
from .forms import AnswerForm

site = cast(AdminSite, admin.site)


def open_reports(request: HttpRequest) -> tuple[str, str] | None:
    """A line for the first page of the admin: how many reports wait for this person's answer."""
    number = MistakeReport.objects.open().count()
    if not number or not request.user.has_perm("briefs.change_mistakereport"):
        return None
    text = ngettext(
        "%d reported mistake is waiting for an answer.",
        "%d reported mistakes are waiting for an answer.",
        number,
    )
    return text % number, reverse("admin:briefs_mistakereport_changelist")


site.ask_for(open_reports)


@admin.register(MistakeReport)
class MistakeReportAdmin(admin.ModelAdmin):
    """Reports of mistakes, those without an answer first."""

    list_display = ["shortened", "section", "brief", "created_at", "how_it_is"]
    list_filter = [AnsweredFilter]
    list_select_related = ["section__brief"]
    sortable_by = []

    @admin.display(description=_("what’s wrong"))
    def shortened(self, report: MistakeReport) -> str:
        return Truncator(report.text).chars(80)

    @admin.display(description=_("brief"))
    def brief(self, report: MistakeReport) -> str:
        return report.section.brief.title

    @admin.display(description=_("status"))
    def how_it_is(self, report: MistakeReport) -> Any:
        if not report.is_answered:
            return _("Waiting for an answer")
        return _("To be fixed in the next edition") if report.is_to_fix else _("Answered")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [models.F("answered_at").asc(nulls_first=True), "-created_at", "-pk"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = ngettext(
            "Reports of mistakes: %d is waiting for an answer",
            "Reports of mistakes: %d are waiting for an answer",
            number := MistakeReport.objects.open().count(),
        )
        return super().changelist_view(request, {"title": title % number} | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404("no such report")
        may_change = self.has_change_permission(request, report)
        if not (may_change or self.has_view_permission(request, report)):
            raise PermissionDenied
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        if form.is_valid():
            return self._answer(request, report, form.cleaned_data)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("A reported mistake"),
            "report": report,
            "state": self.how_it_is(report),
            "present": _present_text(report),
            "is_still_there": markdown.plain(report.quote) in markdown.plain(report.section.body),
            "form": form,
            "may_answer": may_change and not report.is_answered,
            "may_edit": request.user.has_perm("briefs.change_section"),
        }
        page, status = "admin/briefs/mistake_report.html", 422 if form.errors else 200
        return TemplateResponse(request, page, context, status=status)

    def _answer(
        self, request: HttpRequest, report: MistakeReport, said: dict[str, Any]
    ) -> HttpResponse:
        waits = report.has_reader
        try:
            fixes = said["decision"] == AnswerForm.FIX
            report.close(cast(User, request.user), said["answer"], fixes=fixes)
        except ValidationError as error:
            refuse(request, error)
            return redirect(request.path)
        if waits:
            messages.success(request, _("Answered. We’re emailing the reader."))
        else:
            messages.success(request, _("Answered. The reader didn’t ask for an email."))
        return redirect("admin:briefs_mistakereport_changelist")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _present_text(report: MistakeReport) -> str:
    """The section as readers see it now, without its figures."""
    section = report.section
    citations = markdown.Citations(section.brief.sources.in_edition())
    return markdown.render(section.body, citations=citations)
