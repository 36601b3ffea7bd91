"""What the editors' pages share, and the parts of a brief on the page of their owner."""

from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_trail import RecordsChanges
from accounts.models import SiteEvent

from .admin_checks import BlockField, ChecksSaves, PartForm
from .editions.saving import errors_in, new_errors
from .models import Brief, CallToAction, Figure, HelpLine, PartOfBrief, Question, Source

# Links without a scheme are taken for https.
FIELDS: dict[type[models.Field], dict[str, Any]] = {
    models.URLField: {"assume_scheme": "https"},
    models.TextField: {"form_class": BlockField},
}


class EditorAdmin(RecordsChanges, admin.ModelAdmin):
    """Saves texts with plain line ends, records changes, and allows no deleting."""

    form = PartForm
    formfield_overrides = FIELDS

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PartAdmin(ChecksSaves, EditorAdmin):
    """A model of parts. Slugs can't be changed later, as they identify the parts."""

    list_filter = ["brief", ("retired_at", admin.EmptyFieldListFilter)]
    ordering = ["brief__title", "position", "slug"]  # or the briefs would be mixed
    actions = ["retire", "bring_back"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["retired_at"]
        return [*fixed, "brief", "slug"] if obj else fixed

    @admin.display(description=_("in this edition"), boolean=True)
    def is_in_edition(self, part: PartOfBrief) -> bool:
        return not part.is_retired

    @admin.action(description=_("Retire (hide from readers, keep circles’ notes)"))
    def retire(self, request: HttpRequest, queryset: Any) -> None:
        chosen = queryset.in_edition()
        number = self._set_retired(request, chosen, timezone.now())
        if number is None:
            return
        self.record_number(request, SiteEvent.Kind.PARTS_RETIRED, number)
        text = ngettext("%d part retired.", "%d parts retired.", number)
        self.message_user(request, text % number, messages.SUCCESS)

    @admin.action(description=_("Restore for readers"))
    def bring_back(self, request: HttpRequest, queryset: Any) -> None:
        number = self._set_retired(request, queryset.exclude(retired_at=None), None)
        if number is None:
            return
        self.record_number(request, SiteEvent.Kind.PARTS_BROUGHT_BACK, number)
        text = ngettext("%d part restored.", "%d parts restored.", number)
        self.message_user(request, text % number, messages.SUCCESS)

    def _set_retired(self, request: HttpRequest, rows: Any, at: datetime | None) -> int | None:
        """Retire or restore these rows: how many, or None if what is left couldn't be loaded."""
        briefs = list(Brief.objects.filter(pk__in=rows.values("brief")))
        before = {brief.pk: errors_in(brief) for brief in briefs}
        with transaction.atomic():
            number: int = rows.update(retired_at=at)
            found = [
                finding
                for brief in briefs
                for finding in new_errors(before[brief.pk], errors_in(brief))
            ]
            if found:
                transaction.set_rollback(True)
        for finding in found:
            self.message_user(request, f"{finding.what} {finding.remedy}", messages.ERROR)
        return None if found else number


class PartInline(admin.StackedInline):
    """Edits parts on the page of their owner. Stacked, as fields in Django's tables have no
    labels."""

    extra = 0
    form = PartForm
    exclude = ["retired_at"]
    formfield_overrides = FIELDS
    can_delete = False
    classes = ["collapse"]


class SourceInline(PartInline):
    model = Source
    fields = [("slug", "position"), "title", ("publisher", "year"), "url", "note"]


class CallToActionInline(PartInline):
    model = CallToAction
    fields = [("slug", "position", "step"), "text"]


class HelpLineInline(PartInline):
    model = HelpLine
    fields = [
        ("slug", "position"),
        ("name", "hours"),
        "when",
        ("phone", "text_number"),
        "url",
    ]


class InlineOfSection(PartInline):
    """Edits parts on the page of their section. They point only at parts of the same brief."""

    points_to: str  # the field that names another part

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        section = getattr(request, "section", None)
        if db_field.name == self.points_to and section:
            parts = cast(type[PartOfBrief], db_field.related_model)
            kwargs["queryset"] = parts.objects.filter(brief=section.brief)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class QuestionInline(InlineOfSection):
    model = Question
    fields = [("slug", "position", "kind"), "text", "prompts", ("figure", "paragraph")]
    points_to = "figure"


class FigureInline(InlineOfSection):
    model = Figure
    fields = [
        ("slug", "position", "kind"),
        "title",
        "summary",
        ("unit", "as_of"),
        "data",
        "note",
        "source",
        ("url", "length_minutes"),
    ]
    points_to = "source"
