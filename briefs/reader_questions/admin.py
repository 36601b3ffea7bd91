"""The editors' desk for questions from readers: each is answered on its page, once."""

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

from ..models import ReaderQuestion
from .forms import AnswerForm

site = cast(AdminSite, admin.site)


def open_questions(request: HttpRequest) -> tuple[str, str] | None:
    """A line for the first page of the admin: how many questions wait for this person's answer."""
    number = ReaderQuestion.objects.open().count()
    if not number or not request.user.has_perm("briefs.change_readerquestion"):
        return None
    text = ngettext(
        "%d question from readers is waiting for an answer.",
        "%d questions from readers are waiting for an answer.",
        number,
    )
    return text % number, reverse("admin:briefs_readerquestion_changelist")


site.ask_for(open_questions)


@admin.register(ReaderQuestion)
class ReaderQuestionAdmin(AnsweredOnce):
    """Questions from readers, those without an answer first."""

    list_display = ["shortened", "brief", "sent_on", "how_it_is"]
    list_select_related = ["brief"]
    answer_form = AnswerForm
    page = "admin/briefs/reader_question.html"

    @admin.display(description=_("question"))
    def shortened(self, question: ReaderQuestion) -> str:
        return Truncator(question.text).chars(80)

    @admin.display(description=_("status"))
    def how_it_is(self, question: ReaderQuestion) -> Any:
        if not question.is_answered:
            return _("Waiting for an answer")
        if question.is_for_next_edition:
            return _("To be answered in the next edition")
        return _("Answered in a newer edition") if question.is_in_edition else _("Answered")

    def waiting_title(self, number: int) -> str:
        title = ngettext(
            "Questions from readers: %d is waiting for an answer",
            "Questions from readers: %d are waiting for an answer",
            number,
        )
        return title % number

    def context_of(self, request: HttpRequest, question: ReaderQuestion) -> dict[str, Any]:
        return {
            "title": _("A question from readers"),
            "question": question,
            "state": self.how_it_is(question),
        }

    def answer(
        self, request: HttpRequest, question: ReaderQuestion, said: dict[str, Any]
    ) -> HttpResponse:
        in_edition = said["decision"] == AnswerForm.EDITION
        question.close(cast(User, request.user), said["answer"], in_edition=in_edition)
        messages.success(request, _("Answered. Those who asked see it where they asked."))
        return redirect("admin:briefs_readerquestion_changelist")
