"""Briefs as each process last saw them, so that their kept pages can be read while the database
doesn't answer."""

import copy
import time

from django.db import Error

from config.outages import DATABASE, noted

from ..models import Brief

# Only a page that everyone could read within this time is shown.
LASTS = 24 * 3600  # seconds
# Right after the database failed, it isn't asked: not every reader must wait for it.
PAUSE = 2  # seconds

_seen: dict[str, tuple[float, Brief]] = {}


def at_a_glance(slug: str) -> Brief:
    """`Brief.objects.at_a_glance`; during an outage, what it gave last, if everyone may read that.

    Raises:
        Brief.DoesNotExist: there is none.
        Error: the database doesn't answer, and this process hasn't seen the brief.
    """
    if DATABASE.has_just_failed(PAUSE) and (brief := _last_seen(slug)):
        return brief
    try:
        brief = Brief.objects.at_a_glance(slug)
    except Error as error:
        if noted(error) and (seen := _last_seen(slug)):
            return seen
        raise
    except Brief.DoesNotExist:
        _seen.pop(slug, None)
        raise
    if brief.audience == Brief.Audience.EVERYONE:
        _seen[slug] = (time.monotonic(), copy.copy(brief))
    else:
        _seen.pop(slug, None)
    return brief


def _last_seen(slug: str) -> Brief | None:
    at, brief = _seen.get(slug, (0.0, None))
    if brief is None or time.monotonic() - at > LASTS:
        return None
    return copy.copy(brief)
