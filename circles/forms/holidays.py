"""Whose public holidays a circle sees when it plans: those of a US state, or of a country.

A state is a choice of the field `country`, such as “US-IL”. Other countries come after the states.
For one of those, the field `region` offers its parts once it was sent.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.choices import flatten_choices
from django.utils.translation import gettext_lazy as _

from ..planning import holidays

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from ..models import Circle

    Choice = tuple[str, "str | StrPromise"]
    Group = tuple["str | StrPromise", list[Choice]]

US = "US"


class HolidayFields(forms.Form):
    """Two fields for a form about a circle. `cleaned_data` has them as the circle keeps them: the
    code of a country, and that of its state or region. Call `offer_holidays` first."""

    # Of the form that this is mixed into.
    fields: dict[str, Any]
    data: Any
    time_zones_country = ""

    country = forms.ChoiceField(label=_("Holidays to show"), required=False)
    region = forms.CharField(label=_("State or region"), required=False, widget=forms.Select)

    def offer_holidays(self, circle: "Circle") -> None:
        """Fill the choices. The first follows the circle's time zone."""
        self.time_zones_country = holidays.country_of(circle.time_zone)
        if not self.is_bound:
            kept = [self.initial.get(name) or "" for name in ("country", "region")]
            self.initial["country"] = self.as_choice(*kept)
        self.fields["country"].choices = _choices(self.time_zones_country)
        country = self["country"].value() or self.time_zones_country
        regions = {} if country == US else holidays.regions_of(country)
        if regions:
            whole = _("Whole country")
            self.fields["region"].widget.choices = [("", whole), *regions.items()]
        else:
            del self.fields["region"]

    def as_choice(self, country: str, region: str) -> str:
        """The choice of the field `country` for what a circle keeps."""
        is_state = (country or self.time_zones_country) == US and region in holidays.regions_of(US)
        return f"{US}-{region}" if is_state else country

    def holidays_in_words(self, name: str, country: str, region: str) -> str:
        """What a circle keeps under this name, as the field of the form shows it."""
        if name == "region":
            return holidays.regions_of(country or self.time_zones_country).get(region, "")
        labels = dict(flatten_choices(self.fields["country"].choices))
        return str(labels.get(self.as_choice(country, region), country))

    def clean(self) -> dict[str, Any]:
        """Split a state from its country, and drop a region that is in another country."""
        cleaned = super().clean() or self.cleaned_data
        if "country" in cleaned:
            country, _dash, state = cleaned["country"].partition("-")
            region = state or self.data.get(self.add_prefix("region"), "")
            is_there = region in holidays.regions_of(country or self.time_zones_country)
            cleaned["country"], cleaned["region"] = country, region if is_there else ""
        return cleaned


def _choices(time_zones_country: str) -> "list[Choice | Group]":
    names = holidays.country_names()
    by_zone: StrPromise | str = _("No country yet")
    if time_zones_country:
        by_zone = _("Based on the time zone: %s") % names[time_zones_country]
    states: list[Choice] = [(US, _("United States (federal holidays only)"))]
    states += [(f"{US}-{code}", name) for code, name in holidays.regions_of(US).items()]
    others: list[Choice] = [(code, name) for code, name in names.items() if code != US]
    return [
        ("", by_zone),
        (holidays.NO_COUNTRY, _("Don’t show holidays")),
        (_("United States"), states),
        (_("Other countries"), others),
    ]
