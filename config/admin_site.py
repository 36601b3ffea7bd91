"""The admin site: its first page warns admins of what needs attention."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
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

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {"fault": self.warning} | (extra_context or {}))

    def logout(  # type: ignore[override]  # ours only redirects
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Sign out on the site's own page, which also clears what the browser keeps."""
        return redirect("account_logout")


class AdminSiteConfig(AdminConfig):
    default_site = "config.admin_site.AdminSite"
