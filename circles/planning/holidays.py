"""Public holidays of a circle's country, from the `holidays` library."""

from datetime import date
from functools import lru_cache
from importlib.resources import files

import holidays
from holidays.registry import COUNTRIES

# A circle's `country` when it wants no holidays; an empty one follows the time zone.
NO_COUNTRY = "none"


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Every country whose holidays the library knows: {code: name}, sorted by name."""
    known = {entry[1] for entry in COUNTRIES.values()}
    lines = _table("iso3166.tab")
    return dict(sorted(((code, name) for code, name in lines if code in known), key=lambda c: c[1]))


@lru_cache(maxsize=1)
def _countries_by_zone() -> dict[str, str]:
    return {fields[2]: fields[0] for fields in _table("zone.tab")}


def _table(name: str) -> list[list[str]]:
    """The rows of a table of the time zone database, from the `tzdata` package."""
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def country_of(time_zone: str) -> str:
    """The code of the country that this time zone is in; empty if it is unknown."""
    code = _countries_by_zone().get(time_zone, "")
    return code if code in country_names() else ""


@lru_cache(maxsize=8)
def regions_of(country: str) -> dict[str, str]:
    """Parts of a country with their own holidays: {code: name}, sorted by name."""
    if country not in country_names():
        return {}
    known = holidays.country_holidays(country)
    aliases = known.get_subdivision_aliases()
    names = {code: (aliases.get(code) or [code])[0] for code in known.subdivisions}
    return dict(sorted(names.items(), key=lambda region: region[1]))


def between(country: str, region: str, first: date, last: date) -> dict[date, str]:
    """The holidays from `first` to `last`: {day: name}.

    An unknown region gets the holidays of the whole country.
    """
    if country not in country_names():
        return {}
    part = region if region in regions_of(country) else None
    years = range(first.year, last.year + 1)
    known = holidays.country_holidays(country, subdiv=part, years=years, language="en_US")
    return {day: name for day, name in known.items() if first <= day <= last}
