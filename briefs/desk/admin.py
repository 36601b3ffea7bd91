"""Registers the desk in the admin, so that its index lists the drafts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.when import full_date

from ..models import Brief, Draft
from . import urls
from .access import may_edit


def edition_rows(brief: Brief) -> SafeString:
    """The editions of a brief as items of a list, newest first, each with its file; of earlier
    ones, the way back."""
    back = _("Go back to this edition")
    return format_html_join(
        "",
        '<li><a href="{}">{}</a>, {} {}</li>',
        (
            (
                reverse("admin:briefs_edition", args=[edition.pk]),
                full_date(edition.date),
                edition.loaded_in_words,
                format_html(
                    '· <a href="{}">{}</a>',
                    reverse("admin:briefs_edition_take_back", args=[edition.pk]),
                    back,
                )
                if number
                else "",
            )
            for number, edition in enumerate(
                brief.editions.defer("content").select_related("loaded_by")
            )
        ),
    )


@admin.register(Draft)
class DraftAdmin(admin.ModelAdmin):
    """Drafts have pages of their own (`urls.py`), and none of Django's."""

    def get_urls(self) -> list[Any]:
        return [
            path(
                str(page.pattern),
                self.admin_site.admin_view(page.callback),
                page.default_args,
                name=page.name or "",
            )
            for page in urls.urlpatterns
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_edit(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
