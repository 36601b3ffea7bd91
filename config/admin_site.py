"""The admin's first page: what its admins must know before anything else."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.template.response import TemplateResponse


class AdminSite(admin.AdminSite):
    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """With a sentence if no mail is sent."""
        # This module is read before there are models.
        from circles import kept_mail
        from circles.models import Heartbeat

        context = {"trouble": Heartbeat.trouble() or kept_mail.trouble()}
        return super().index(request, context | (extra_context or {}))


class AdminSiteConfig(AdminConfig):
    default_site = "config.admin_site.AdminSite"
