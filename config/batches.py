"""Deletes or erases many rows, so many at a time: no transaction is long, and others can write in
between."""

from typing import Any

from django.db import models


def delete_some(rows: models.QuerySet[Any], most: int) -> int:
    """Delete this many of the rows at most, with what hangs on them. Returns how many were
    found."""
    ids = _some(rows, most)
    if ids:
        rows.filter(pk__in=ids).delete()
    return len(ids)


def update_some(rows: models.QuerySet[Any], most: int, **values: Any) -> int:
    """Give this many of the rows at most these values, with which they aren't among the rows
    anymore. Returns how many were found."""
    ids = _some(rows, most)
    if ids:
        rows.filter(pk__in=ids).update(**values)
    return len(ids)


def _some(rows: models.QuerySet[Any], most: int) -> list[Any]:
    # Not in the model's order: to get it, the database would go through all of them.
    return list(rows.order_by().values_list("pk", flat=True)[:most])
