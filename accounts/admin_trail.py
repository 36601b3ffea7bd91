"""The admin's own trail: it records what is changed in the admin, and shows the list."""

from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.batches import delete_some

from .models import SiteEvent, User


def forget_history(before: datetime, most: int) -> int:
    """Delete Django's own log, which can quote a person's name and address. `SiteEvent` stays."""
    return delete_some(LogEntry.objects.filter(action_time__lt=before), most)


class RecordsChanges:
    """Mixed into a page of the admin, records what is added, changed and deleted there.

    Django calls these within the transaction of the change. It keeps its own log too, for the
    history of each row.
    """

    def log_addition(self, request: HttpRequest, row: models.Model, message: Any) -> Any:
        self._record(SiteEvent.Kind.ADDED, request, row)
        return super().log_addition(request, row, message)  # type: ignore[misc]  # of ModelAdmin

    def log_change(self, request: HttpRequest, row: models.Model, message: Any) -> Any:
        if message:
            self._record(SiteEvent.Kind.CHANGED, request, row)
        return super().log_change(request, row, message)  # type: ignore[misc]  # of ModelAdmin

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        for row in queryset:
            self._record(SiteEvent.Kind.DELETED, request, row)
        return super().log_deletions(request, queryset)  # type: ignore[misc]  # of ModelAdmin

    def record_number(self, request: HttpRequest, kind: SiteEvent.Kind, number: int) -> None:
        """Record what an action of the list did to so many rows; nothing if to none."""
        if number:
            label = self.model._meta.label_lower  # type: ignore[attr-defined]  # of ModelAdmin
            by = cast(User, request.user)
            SiteEvent.objects.record(kind, by=by, number=number, model=label)

    def _record(self, kind: SiteEvent.Kind, request: HttpRequest, row: models.Model) -> None:
        SiteEvent.objects.record_row(kind, row, by=cast(User, request.user))


@admin.register(SiteEvent)
class SiteEventAdmin(admin.ModelAdmin):
    """Who changed people, rights and briefs, newest first. No one can change the list."""

    list_display = ["at", "sentence"]
    list_display_links = None
    list_select_related = ["by", "person"]
    list_per_page = 100
    sortable_by = ["at"]
    show_full_result_count = False

    @admin.display(description=_("what changed, and who changed it"))
    def sentence(self, event: SiteEvent) -> str:
        return event.sentence

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = {"title": _("Site changes, newest first")}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow only the list."""
        return obj is None and super().has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
