"""Keeps what is made of a brief for as long as the brief's state stays the same (`state.py`)."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

from ..models import Brief

Made = TypeVar("Made")


def kept(name: str, brief: Brief, make: Callable[[], Made]) -> Made:
    """What `make` gives, as it was at `brief.state` or later. Asks the database nothing if it is
    kept.

    Args:
        name: of what is made; one of each brief is kept under it.
        brief: from `BriefQuerySet.at_a_glance`.
        make: reads the database. What `brief` has read already may be older.
    """
    key, pages = f"{name}:{brief.pk}", caches["pages"]
    state, found = pages.get(key, (None, None))
    if found is None or state != brief.state:
        # Made after its state was read: it may be newer than the state it's kept with, never older.
        found = make()
        pages.set(key, (brief.state, found))
    return found
