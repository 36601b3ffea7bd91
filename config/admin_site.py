"""The admin's first page: what its admins must know before anything else."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class AdminSite(admin.AdminSite):
    def index(self, request, extra_context=None):
        """With a sentence if no mail is sent."""
        # This module is read before there are models.
        from circles.mail import demo_inbox
        from circles.models import Heartbeat

        context = {"trouble": Heartbeat.trouble() or demo_inbox.trouble()}
        return super().index(request, context | (extra_context or {}))


class AdminSiteConfig(AdminConfig):
    default_site = "config.admin_site.AdminSite"
