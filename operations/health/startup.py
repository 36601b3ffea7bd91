"""What `manage.py migrate` and `manage.py check --database default` refuse to go on with."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from .checks import newer_version


@register(Tags.database)
def database_is_of_this_version(
    databases: Sequence[str] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """An older version on a newer database would look for columns that have another name."""
    try:
        fault = newer_version() if databases else ""
    except DatabaseError:  # It isn't there, or not yet.
        return []
    return [Error(fault, id="operations.E001")] if fault else []
