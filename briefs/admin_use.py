"""The page that tells editors how a brief is used, in counts that tell of no circle."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from .counted import in_steps, rounded
from .models import Brief, BriefUse, Question, Section
from .page.compose import in_tree_order


@dataclass
class SectionUse:
    """A section, and the counts of it in words; empty where they can't be told."""

    section: Section
    talked: str = ""
    planned: str = ""
    taken: str = ""
    starred: str = ""
    confusing: str = ""
    questions: "list[tuple[Question, str]]" = field(default_factory=list)

    @property
    def is_worth_showing(self) -> bool:
        """Whether there's a count of it, or there could be."""
        told = any([self.talked, self.starred, self.confusing, self.questions])
        return told or not (self.section.is_retired or self.section.is_container)


class TellsUse(admin.ModelAdmin):
    """The admin of briefs, with a page that tells how one is used."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.use_view)
        return [path("<int:brief_id>/use/", view, name="briefs_brief_use"), *super().get_urls()]

    def use_view(self, request: HttpRequest, brief_id: int) -> HttpResponse:
        """The counts of one edition, the newest that has any unless `?edition=` names another."""
        brief = get_object_or_404(Brief, pk=brief_id)
        if not self.has_view_or_change_permission(request, brief):
            raise PermissionDenied
        use = BriefUse.objects.filter(brief=brief).first()
        shown = use.shown if use else {}
        editions = sorted(shown, reverse=True)
        asked = request.GET.get("edition")
        chosen = asked if asked in editions else next(iter(editions), "")
        counts = shown.get(chosen, {})
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("How it’s used"),
            "brief": brief,
            "counted_at": use and use.counted_at,
            "edition": date.fromisoformat(chosen) if chosen else None,
            "others": [(day, date.fromisoformat(day)) for day in editions if day != chosen],
            "met": _told(counts, BriefUse.MET),
            "rows": _rows(brief, counts) if counts else [],
        }
        return TemplateResponse(request, "admin/briefs/brief_use.html", context)


def _rows(brief: Brief, counts: dict[str, list[int]]) -> list[SectionUse]:
    """The sections in the order of the page, each with its counts and its questions."""
    sections = list(Section.objects.filter(brief=brief))
    rows = {section.pk: _row(section, counts) for section, _above in in_tree_order(sections)}
    for question in Question.objects.filter(brief=brief, section__in=rows):
        told = _told(counts, BriefUse.name_of(BriefUse.QUESTION, question.pk))
        if told and question.section_id:
            rows[question.section_id].questions.append((question, told))
    return [row for row in rows.values() if row.is_worth_showing]


def _row(section: Section, counts: dict[str, list[int]]) -> SectionUse:
    row = SectionUse(section)
    for name, what in (
        ("talked", BriefUse.SECTION),
        ("starred", BriefUse.STAR),
        ("confusing", BriefUse.CONFUSING),
    ):
        setattr(row, name, _told(counts, BriefUse.name_of(what, section.pk)))
    circles, *minutes = counts.get(BriefUse.name_of(BriefUse.MINUTES, section.pk), (0, 0, 0))
    if in_steps(circles):
        row.planned, row.taken = (_("about %d") % rounded(each / circles) for each in minutes)
    return row


def _told(counts: dict[str, list[int]], what: str) -> str:
    return in_steps(counts.get(what, [0])[0])
