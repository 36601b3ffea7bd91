"""The rights of editors: what the members of the group “Editors” may do.

Django makes the rights of new models after the migrations ran, so a migration can't give them. They
are given at the same moment instead, and after each `migrate` again.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.contrib.auth.management import create_permissions
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Q
from django.db.models.signals import post_migrate

from accounts.models import EDITORS

# Parts are retired, not deleted. A brief leaves a series by its entry there.
RIGHTS = ~Q(codename__startswith="delete_") | Q(codename="delete_seriesentry")


def connect(briefs: AppConfig) -> None:
    """Keep the rights right after each `migrate` of this app."""
    post_migrate.connect(give_rights, sender=briefs, dispatch_uid="rights of editors")


def give_rights(sender: AppConfig, *, using: str, apps: Any = all_apps, **options: Any) -> None:
    """Give the group exactly the rights of an editor, and make it if it's gone.

    Before the migration that makes it, a group of this name isn't ours.
    """
    applied = MigrationRecorder(connections[using]).applied_migrations()
    # Its number may change.
    if "editors" not in {name.partition("_")[2] for app, name in applied if app == "briefs"}:
        return
    # Django's own call comes later, since its apps do.
    create_permissions(sender, using=using, apps=apps, verbosity=0)
    groups, rights = (
        apps.get_model("auth", name).objects.using(using) for name in ("Group", "Permission")
    )
    group, _is_new = groups.get_or_create(name=EDITORS)
    group.permissions.set(rights.filter(RIGHTS, content_type__app_label="briefs"))
