"""What the first page of the admin tells the operators: what's wrong, and how old the backup is."""

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.admin_site import AdminSite
from config.when import when

from .backups import rotation
from .health import checks


def faults(request: HttpRequest) -> list[str]:
    """What's wrong with the installation, for superusers. Editors can't do anything about it."""
    if not request.user.is_superuser:
        return []
    return [found.fault for found in checks.find(everything=False) if found.fault]


def newest_backup(request: HttpRequest) -> str:
    """When the newest scheduled backup was made, and how long ago that is."""
    if not request.user.is_superuser:
        return ""
    if settings.BACKUP_DIR is None:
        is_demo = settings.IS_LOCAL_SITE
        return "" if is_demo else _("There are no scheduled backups. BACKUP_DIR turns them on.")
    newest = rotation.newest()
    if newest is None:
        return ""
    said = when(timezone.localtime(newest))
    hours = (timezone.now() - newest) // timedelta(hours=1)
    if hours < 1:
        return _("The newest scheduled backup is from %s, less than an hour ago.") % said
    return ngettext(
        "The newest scheduled backup is from %(when)s, %(hours)d hour ago.",
        "The newest scheduled backup is from %(when)s, %(hours)d hours ago.",
        hours,
    ) % {"when": said, "hours": hours}


site = cast(AdminSite, admin.site)
site.warn_of(faults)
site.tell(newest_backup)
