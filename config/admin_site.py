"""The admin site: its first page warns admins of what needs attention."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.template.response import TemplateResponse

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class AdminSite(admin.AdminSite):
    """Django's admin site, with warnings at the top of the first page."""

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._warnings: list[Callable[[], StrPromise | str]] = []

    def warn_of(self, find: Callable[[], "StrPromise | str"]) -> None:
        """Add a warning to the first page.

        Args:
            find: gives the text of the warning; empty if there is nothing to warn of.
        """
        self._warnings.append(find)

    @property
    def warning(self) -> "StrPromise | str":
        """The first warning that isn't empty; "" if there is none."""
        return next((said for find in self._warnings if (said := find())), "")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff may have to use a second factor first. `login` then leads them to it."""
        from accounts.second_factor import lacks_second_factor

        return super().has_permission(request) and not lacks_second_factor(request)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {"fault": self.warning} | (extra_context or {}))


class AdminSiteConfig(AdminConfig):
    default_site = "config.admin_site.AdminSite"
