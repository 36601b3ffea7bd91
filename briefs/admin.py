"""The editors' pages: briefs and their parts, and nothing that circles wrote.

Parts are retired, never deleted, as notes may point at them. So there are no delete buttons.
"""

from typing import Any, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from .admin_checks import ChecksSaves
from .admin_minutes import TellsMinutes
from .admin_parts import (
    CallToActionInline,
    EditorAdmin,
    FigureInline,
    HelpLineInline,
    PartAdmin,
    QuestionInline,
    SourceInline,
)
from .admin_use import TellsUse
from .desk import admin as desk
from .editions import admin_views
from .editions.saving import errors_in
from .links.admin import ChecksLinks
from .mistakes import admin as mistakes  # noqa: F401  # it registers itself
from .models import (
    Brief,
    BriefQuerySet,
    CallToAction,
    Figure,
    HelpLine,
    Question,
    Section,
    Series,
    SeriesEntry,
    Source,
)
from .page import markdown
from .page.compose import in_tree_order
from .page.lines import section_lines
from .reader_questions import admin as reader_questions  # noqa: F401  # it registers itself

admin.site.site_header = _("Full Circle admin")
admin.site.site_title = _("Full Circle")
admin.site.index_title = _("Admin pages")


def _has_circle(sections: list[Section]) -> bool:
    """Whether some of these sections are inside each other."""
    parents = {section.pk: section.parent_id for section in sections}
    for pk in parents:
        above: set[int | None] = set()
        at: int | None = pk
        while at in parents and at not in above:
            above.add(at)
            at = parents[at]
        if at in above:
            return True
    return False


@admin.register(Brief)
class BriefAdmin(ChecksLinks, TellsUse, TellsMinutes, ChecksSaves, EditorAdmin):
    list_display = ["title", "edition", "audience", "section_count", "reading_time", "findings"]
    list_filter = ["audience", "language"]
    search_fields = ["title", "summary", "sections__heading", "sections__body"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["to_fix", "outline", "loaded"]
    inlines = [HelpLineInline, CallToActionInline, SourceInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", ("edition", "facts_as_of")]}),
        (_("Who can read it"), {"fields": [("audience", "language")]}),
        (_("Sections"), {"fields": ["outline"]}),
        (_("Other text"), {"fields": ["executive_summary", "advisory", "about"]}),
        (_("Editions"), {"fields": ["loaded"]}),
    ]

    def get_urls(self) -> list[Any]:
        pages = [
            path("load/", admin_views.brief_load, name="briefs_brief_load"),
            path("<int:brief_id>/file/", admin_views.brief_download, name="briefs_brief_download"),
            path(
                "<int:brief_id>/reconcile/",
                admin_views.brief_reconcile,
                name="briefs_brief_reconcile",
            ),
            path("editions/<int:edition_id>/", admin_views.edition_download, name="briefs_edition"),
        ]
        for page in pages:
            page.callback = self.admin_site.admin_view(page.callback)
        return [*pages, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> BriefQuerySet:
        briefs = cast(BriefQuerySet, super().get_queryset(request))
        inside = Section.objects.in_edition().filter(brief=models.OuterRef("pk"))
        astray = inside.exclude(parent=None).exclude(parent__brief=models.OuterRef("pk"))
        briefs = briefs.annotate(has_strays=models.Exists(astray))
        return briefs.with_sections().with_sources().with_recorded()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, "slug"] if obj else self.readonly_fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With what's to fix in the brief on top, if anything is."""
        if obj is None:
            return self.fieldsets
        obj.errors = errors_in(obj)
        to_fix = [(_("Fix in this brief"), {"fields": ["to_fix"]})] if obj.errors else []
        return [*to_fix, *self.fieldsets]

    @admin.display(description=_("to fix"))
    def to_fix(self, brief: Brief) -> str:
        """What would keep the brief from being loaded: it came with raw rows, or from before."""
        rows = (
            (finding.section or finding.slug, finding.what, finding.remedy)
            for finding in getattr(brief, "errors", [])
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {} {}</li>", rows))

    @admin.display(description=_("sections"))
    def section_count(self, brief: Brief) -> int:
        return len(brief.sections_in_edition)

    @admin.display(description=_("to check"))
    def findings(self, brief: Brief) -> str:
        """A warning about citations of missing sources."""
        known = {source.slug for source in brief.known_sources}
        missing = {
            slug
            for section in brief.sections_in_edition
            for slug in markdown.find_citations(section.body)
            if slug not in known
        }
        strays = getattr(brief, "has_strays", False)  # set by `get_queryset`
        if strays or _has_circle(brief.sections_in_edition):
            return str(
                _("Sections are inside each other, or in another brief. Open it to see which.")
            )
        if missing:
            return _("Cited, but not in the sources: %s") % ", ".join(sorted(missing))
        if brief.dropped:
            return _("Not in this edition, but still shown: %d") % len(brief.dropped)
        return "" if brief.sections_in_edition else str(_("No sections yet"))

    @admin.display(description=_("loaded"))
    def loaded(self, brief: Brief) -> str:
        """The loaded editions, newest first, and what a plain `loaddata` left undone."""
        if not brief.pk:
            return ""
        rows = desk.edition_rows(brief)
        history = format_html("<ul>{}</ul>", rows) if rows else str(_("No editions yet."))
        if not brief.dropped:
            return history
        return format_html(
            "<p><strong>{}</strong> {}</p>"
            '<p><button class="button" formaction="{}">{}</button></p>{}',
            _("This edition was loaded with “loaddata”, which doesn’t retire anything."),
            _("Not in it, but still shown: %s.") % ", ".join(map(str, brief.dropped)),
            reverse("admin:briefs_brief_reconcile", args=[brief.pk]),
            _("Retire them"),
            history,
        )

    @admin.display(description=_("in order"))
    def outline(self, brief: Brief) -> str:
        """The sections as a tree, each with a link to edit it, and a link to add one."""
        if not brief.pk:
            return str(_("Save the brief first, then add its sections."))
        lines = [line for line in section_lines(brief) if line.minutes]
        times = {line.pk: _("%d min") % line.minutes for line in lines}
        rows = format_html_join(
            "",
            '<tr><td>{}</td><td>{}<a href="{}">{}</a></td><td>{}</td></tr>',
            (
                (
                    section.position,
                    "— " * len(above),
                    reverse("admin:briefs_section_change", args=[section.pk]),
                    section.heading,
                    times.get(section.pk, _("heading only")),
                )
                for section, above in in_tree_order(brief.sections_in_edition)
            ),
        )
        return format_html(
            "<table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead>"
            '<tbody>{}</tbody></table><p><a href="{}?brief={}">{}</a></p>',
            _("Position"),
            _("Section"),
            _("Reading time"),
            rows,
            reverse("admin:briefs_section_add"),
            brief.pk,
            _("Add a section"),
        )


@admin.register(Section)
class SectionAdmin(TellsMinutes, PartAdmin):
    list_display = ["heading", "brief", "parent", "position", "reading_time", "is_in_edition"]
    list_select_related = ["brief", "parent"]
    search_fields = ["heading", "body", "slug"]
    inlines = [QuestionInline, FigureInline]
    fieldsets = [
        (None, {"fields": ["brief", ("heading", "slug"), ("parent", "position"), "advisory"]}),
        (_("Text"), {"fields": ["body", "markdown_help", "preview"]}),
        (_("Status"), {"fields": ["retired_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "markdown_help", "preview"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["heading"]}

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        request.section = obj  # type: ignore[attr-defined]  # for the fields and inlines
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        section = getattr(request, "section", None)
        if db_field.name == "parent" and section:
            others = Section.objects.filter(brief=section.brief)
            kwargs["queryset"] = others.exclude(pk=section.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Put questions and figures in the brief of their section."""
        for part in formset.save(commit=False):
            part.brief = form.instance.brief
            part.save()
        formset.save_m2m()

    @admin.display(description=_("formatting help"))
    def markdown_help(self, section: Section) -> str:
        return format_html(
            "<p>{}</p>",
            _(
                "Leave a blank line between paragraphs. Write *italic* or **bold**. Start a line "
                "with - for a list or > for a quote. Link with [words](https://…), or to a section "
                "with [words](#slug). Cite with [@slug]. Place a figure with ![](figure:slug)."
            ),
        )

    @admin.display(description=_("as readers will see it (saved text)"))
    def preview(self, section: Section) -> str:
        if not section.pk:
            return str(_("Save the section to see it."))
        citations = markdown.Citations(section.brief.sources.in_edition())
        return format_html(
            '<div class="preview">{}</div><p><a href="{}">{}</a></p>',
            markdown.render(section.body, citations=citations),
            section.get_absolute_url(),
            _("See it in the brief, with figures and questions"),
        )


@admin.register(Question)
class QuestionAdmin(PartAdmin):
    list_display = ["text", "brief", "section", "kind", "position", "is_in_edition"]
    list_select_related = ["brief", "section"]
    search_fields = ["text", "prompts"]


@admin.register(Figure)
class FigureAdmin(PartAdmin):
    list_display = ["title", "brief", "section", "kind", "source", "is_in_edition"]
    list_select_related = ["brief", "section", "source"]
    search_fields = ["title", "summary"]


@admin.register(Source)
class SourceAdmin(PartAdmin):
    list_display = ["title", "publisher", "year", "brief", "is_in_edition"]
    list_select_related = ["brief"]
    search_fields = ["title", "publisher"]


@admin.register(CallToAction)
class CallToActionAdmin(PartAdmin):
    list_display = ["text", "brief", "step", "position", "is_in_edition"]
    list_select_related = ["brief"]
    search_fields = ["text"]


@admin.register(HelpLine)
class HelpLineAdmin(PartAdmin):
    list_display = ["name", "brief", "phone", "text_number", "is_in_edition"]
    list_select_related = ["brief"]
    search_fields = ["name"]


class SeriesEntryInline(admin.StackedInline):
    model = SeriesEntry
    extra = 1

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SeriesEntry]:
        return super().get_queryset(request).select_related("series", "brief")


@admin.register(Series)
class SeriesAdmin(EditorAdmin):
    list_display = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [SeriesEntryInline]
