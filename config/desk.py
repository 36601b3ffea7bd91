"""The admin's first page: what its admins must know before anything else."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class Desk(AdminSite):
    def index(self, request, extra_context=None):
        """With a sentence if no mail is sent."""
        # This module is read before there are models.
        from circles import kept_mail
        from circles.models import Heartbeat

        context = {"trouble": Heartbeat.trouble() or kept_mail.trouble()}
        return super().index(request, context | (extra_context or {}))


class DeskConfig(AdminConfig):
    default_site = "config.desk.Desk"
