"""The time zones a person can choose from: the usual ones first, then all by region."""

import zoneinfo
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# A heading and the choices under it: (value, label) pairs.
Group = tuple["str | StrPromise", list[tuple[str, "str | StrPromise"]]]

USUAL = {
    "America/New_York": _("Eastern time (New York)"),
    "America/Chicago": _("Central time (Chicago)"),
    "America/Denver": _("Mountain time (Denver)"),
    "America/Phoenix": _("Arizona (Phoenix)"),
    "America/Los_Angeles": _("Pacific time (Los Angeles)"),
    "America/Anchorage": _("Alaska (Anchorage)"),
    "Pacific/Honolulu": _("Hawaii (Honolulu)"),
}
REGIONS = {
    "Africa": _("Africa"),
    "America": _("The Americas"),
    "Antarctica": _("Antarctica"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


def time_zone_choices() -> list[Group]:
    """Grouped choices for a select. Each zone is in one group only."""
    return [(_("Usual"), list(USUAL.items())), *_by_region(), (_("Other"), [("UTC", "UTC")])]


@lru_cache(maxsize=1)
def _by_region() -> list[Group]:
    """All zones by region. Cached, as it reads the time zone database of some 600 files."""
    names = sorted(zoneinfo.available_timezones() - USUAL.keys())
    groups = groupby(names, key=lambda name: name.partition("/")[0])
    return [
        (REGIONS[region], [(name, _city(name)) for name in zones])
        for region, zones in groups
        if region in REGIONS
    ]


def _city(name: str) -> str:
    """“America/Argentina/Buenos_Aires” as “Argentina, Buenos Aires”."""
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
