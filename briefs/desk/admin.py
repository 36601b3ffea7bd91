"""Registers the desk in the admin, so that its index lists the drafts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from ..models import Draft
from . import urls
from .access import may_edit


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
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
