"""The time zones a person can choose from: those of the United States first, then all others.

`config/when.py` has the words by which dates and emails name them.
"""

import zoneinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from config.when import zone as zone_word

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Choice = tuple[str, "str | StrPromise"]
# A heading and the choices under it: (value, label) pairs.
Group = tuple["str | StrPromise", list[Choice]]

UNITED_STATES = {
    "America/New_York": _("Eastern time"),
    "America/Chicago": _("Central time"),
    "America/Denver": _("Mountain time"),
    "America/Los_Angeles": _("Pacific time"),
    "America/Anchorage": _("Alaska time"),
    "Pacific/Honolulu": _("Hawaii time"),
    "America/Phoenix": _("Arizona time (no daylight saving time)"),
}
OTHERS = {
    "Africa": _("Other: Africa"),
    "America": _("Other: the Americas"),
    "Antarctica": _("Other: Antarctica"),
    "Asia": _("Other: Asia"),
    "Atlantic": _("Other: Atlantic Ocean"),
    "Australia": _("Other: Australia"),
    "Europe": _("Other: Europe"),
    "Indian": _("Other: Indian Ocean"),
    "Pacific": _("Other: Pacific Ocean"),
}


def time_zone_choices() -> list[Group]:
    """Grouped choices for a select. Each zone is in one group only."""
    return [
        (_("United States"), list(UNITED_STATES.items())),
        *_others(),
        (_("Other"), [("UTC", _("Universal time (UTC)"))]),
    ]


def time_zone_choices_with(name: str) -> list[Group]:
    """The choices for someone who has this zone. It comes first, unless the list begins with
    its neighbors anyway."""
    choices = time_zone_choices()
    if name in UNITED_STATES or not name:
        return choices
    labels = dict(choice for _heading, zones in choices for choice in zones)
    likely: Group = (_("Chosen now"), [(name, labels.get(name, zone_word(name)))])
    rest = [(heading, [zone for zone in zones if zone[0] != name]) for heading, zones in choices]
    return [likely, *rest]


@lru_cache(maxsize=1)
def _others() -> list[Group]:
    """All other zones by region. Cached, as it reads the time zone database of some 600 files."""
    by_region: dict[str, list[Choice]] = {region: [] for region in OTHERS}
    for name in zoneinfo.available_timezones() - UNITED_STATES.keys():
        region = name.partition("/")[0]
        if region in by_region:
            by_region[region].append((name, _city(name)))
    return [
        (OTHERS[region], sorted(zones, key=lambda zone: zone[1]))
        for region, zones in by_region.items()
    ]


def _city(name: str) -> str:
    """“America/Argentina/Buenos_Aires” as “Buenos Aires, Argentina”."""
    return ", ".join(reversed(name.replace("_", " ").split("/")[1:]))
