"""Minutes to read in the editors' lists, as readers are told them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Brief, Section
from .page.lines import with_lines


class TellsMinutes(admin.ModelAdmin):
    """A list of briefs or of sections that says how long each takes to read."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        shown = super().get_changelist_instance(request)
        rows = shown.result_list
        ids = {row.pk if isinstance(row, Brief) else row.brief_id for row in rows}
        briefs = with_lines(Brief.objects.with_state().in_bulk(ids).values())
        minutes: dict[tuple[type, int], int] = {(Brief, each.pk): each.minutes for each in briefs}
        for brief in briefs:
            minutes |= {(Section, line.pk): line.minutes for line in brief.lines}
        for row in rows:
            row.minutes_to_read = minutes.get((type(row), row.pk), 0)
        return shown

    @admin.display(description=_("minutes to read"))
    def reading_time(self, row: Any) -> int:
        return row.minutes_to_read
