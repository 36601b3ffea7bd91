"""The editors' desk for mistakes that readers reported: each is answered on its page, once."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from config.admin_site import AdminSite
from config.answering import AnsweredOnce

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
class MistakeReportAdmin(AnsweredOnce):
    """Reports of mistakes, those without an answer first."""

    list_display = ["shortened", "section", "brief", "created_at", "how_it_is"]
    list_select_related = ["section__brief"]
    answer_form = AnswerForm
    page = "admin/briefs/mistake_report.html"

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

    def waiting_title(self, number: int) -> str:
        title = ngettext(
            "Reports of mistakes: %d is waiting for an answer",
            "Reports of mistakes: %d are waiting for an answer",
            number,
        )
        return title % number

    def context_of(self, request: HttpRequest, report: MistakeReport) -> dict[str, Any]:
        return {
            "title": _("A reported mistake"),
            "report": report,
            "state": self.how_it_is(report),
            "present": _present_text(report),
            "is_still_there": markdown.plain(report.quote) in markdown.plain(report.section.body),
            "may_edit": request.user.has_perm("briefs.change_section"),
        }

    def answer(
        self, request: HttpRequest, report: MistakeReport, said: dict[str, Any]
    ) -> HttpResponse:
        waits = report.has_reader
        fixes = said["decision"] == AnswerForm.FIX
        report.close(cast(User, request.user), said["answer"], fixes=fixes)
        if waits:
            messages.success(request, _("Answered. We’re emailing the reader."))
        else:
            messages.success(request, _("Answered. The reader didn’t ask for an email."))
        return redirect("admin:briefs_mistakereport_changelist")


def _present_text(report: MistakeReport) -> str:
    """The section as readers see it now, without its figures."""
    section = report.section
    citations = markdown.Citations(section.brief.sources.in_edition())
    return markdown.render(section.body, citations=citations)
