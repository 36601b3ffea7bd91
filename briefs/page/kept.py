"""Keeps what is made of a brief for as long as the brief's state stays the same (`state.py`)."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.core.cache import caches

from ..models import Brief

Made = TypeVar("Made")


def kept(name: str, brief: Brief, make: Callable[[], Made]) -> Made:
    """What `make` gives, as it was at `brief.state` or later. Asks the database nothing if it is
    kept.

    Args:
        name: of what is made; one of each brief is kept under it.
        brief: from `BriefQuerySet.at_a_glance` or `with_state`.
        make: reads the database. What `brief` has read already may be older.
    """
    return kept_for_each(name, [brief], lambda _lacking: {brief.pk: make()})[brief.pk]


def kept_for_each(
    name: str, briefs: Iterable[Brief], make: Callable[[list[Brief]], Mapping[int, Made]]
) -> dict[int, Made]:
    """The same for several briefs, by their ids.

    Args:
        make: is called once with those of which it isn't kept.
    """
    pages = caches["pages"]
    found: dict[int, Made] = {}
    lacking: dict[int, Brief] = {}
    for brief in briefs:
        state, there = pages.get(f"{name}:{brief.pk}", (None, None))
        if state == brief.state:
            found[brief.pk] = there
        else:
            lacking[brief.pk] = brief
    if lacking:
        # Made after its state was read: it may be newer than the state it's kept with, never older.
        for pk, made in make([*lacking.values()]).items():
            found[pk] = made
            pages.set(f"{name}:{pk}", (lacking[pk].state, made))
    return found
