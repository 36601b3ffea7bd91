"""The dates of a planned year: move, skip, remove or add them, then create the meetings."""

from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.odd_requests import read_number

from ..models import Meeting
from ..planning import holidays, wall_clock
from ..planning.clashes import Clashes
from .fields import DayInput, TimeInput, WallClockFields
from .plan import MOST

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from briefs.models import Brief

    from .plan import PlanForm


# A date as a form sends it, and whether it was moved to a time that exists.
Row = dict[str, Any]

# For screen readers: the number says which meeting of the plan it is.
LABELS = {
    "day": _("Date of meeting %d"),
    "clock": _("Time of meeting %d"),
    "brief": _("Brief for meeting %d"),
}


class DateForm(WallClockFields, forms.Form):
    """One date of the plan."""

    fields: dict[str, Any]

    day = forms.DateField(
        widget=DayInput, error_messages={"required": _("Choose a date, or remove this one.")}
    )
    clock = forms.TimeField(
        widget=TimeInput, error_messages={"required": _("Choose a time, such as 7 PM.")}
    )
    brief = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)

    def __init__(
        self,
        *args: Any,
        briefs: "list[tuple[int | str, StrPromise | str]]",
        zone: ZoneInfo,
        number: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.number = zone, number
        self.told: list[StrPromise | str] = []
        self.there: Meeting | None = None
        self.fields["brief"].choices = briefs
        for name, label in LABELS.items():
            self.fields[name].widget.attrs["aria-label"] = label % (number + 1)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.oddity == wall_clock.TWICE:
            self.told.append(
                _("Clocks fall back that night, so this time comes twice. We’ll use the first one.")
            )
        return cleaned


class PlanDates:
    """All dates of the plan, and the action of one button.

    Each button sends the whole form, so nothing typed is lost. The `row` fields give the order
    of rows, and `do` names the button's action.

    Args:
        plan: a valid PlanForm.
        data: what was sent; None to show the dates of the cadence.
    """

    def __init__(self, plan: "PlanForm", data: QueryDict | None = None) -> None:
        self.plan, self.circle = plan, plan.circle
        self.briefs: list[tuple[int | str, StrPromise | str]] = [("", _("No brief yet"))]
        self.briefs += [(brief.pk, brief.title) for brief in plan.readable.values()]
        if data is None:
            rows = [self._row(moment, brief) for moment, brief in plan.first_dates()]
        else:
            rows = self._sent(data)
            rows = self._do(rows, data.get("do", ""))
        self._lay_out(rows)

    def _row(self, moment: datetime, brief: "Brief | None" = None) -> Row:
        """A date as a form sends it. A time that the clocks skip becomes an hour later."""
        start, oddity = wall_clock.at(moment, self.circle.zone)
        return {
            "day": start.strftime("%Y-%m-%d"),
            "clock": start.strftime("%H:%M"),
            "brief": str(brief.pk) if brief else "",
            "moved": oddity == wall_clock.SKIPPED,
        }

    def _sent(self, data: QueryDict) -> list[Row]:
        numbers = [number for number in data.getlist("row") if read_number(number) is not None][
            : 2 * MOST
        ]
        names = ["day", "clock", "brief"]
        return [{name: data.get(f"row-{n}-{name}", "") for name in names} for n in numbers]

    def _do(self, rows: list[Row], do: str) -> list[Row]:
        """Skip a date, remove one, or add one."""
        what, _dash, typed = do.partition("-")
        number = read_number(typed)
        if what == "add" and len(rows) < MOST:
            return [*rows, *self._following(rows)]
        if number is not None and number < len(rows):
            if what == "drop":
                return [row for place, row in enumerate(rows) if place != number]
            if what == "skip":
                briefs = [row["brief"] for row in rows]
                dates = [row for place, row in enumerate(rows) if place != number]
                dates += self._following(rows)
                return [date | {"brief": brief} for date, brief in zip(dates, briefs, strict=False)]
        return rows

    def _following(self, rows: list[Row]) -> list[Row]:
        """The next date of the cadence after these rows, as a list of one or none."""
        days = []
        for row in rows:
            try:
                days.append(forms.DateField().clean(row["day"]))
            except ValidationError:
                continue
        after = min(max(days, default=None) or timezone.localdate(), _latest())
        dates = self.plan.dates(after) if days else self.plan.dates()
        return [self._row(moment) for moment in islice(dates, 1)]

    def _lay_out(self, rows: list[Row]) -> None:
        self.rows = [
            DateForm(
                {f"row-{number}-{name}": row[name] for name in ("day", "clock", "brief")},
                prefix=f"row-{number}",
                briefs=self.briefs,
                zone=self.circle.zone,
                number=number,
            )
            for number, row in enumerate(rows)
        ]
        self.is_valid = all([form.is_valid() for form in self.rows])
        dated = [form for form in self.rows if form.is_valid()]
        if dated:
            self._tell_clashes(dated)
        for form, row in zip(self.rows, rows, strict=True):
            if row.get("moved"):
                form.told.append(
                    _("Clocks spring forward that night, so this meeting starts an hour later.")
                )

    def _tell_clashes(self, dated: list[DateForm]) -> None:
        days = [form.cleaned_data["day"] for form in dated]
        chosen = self.plan.cleaned_data
        country = chosen["country"] or holidays.country_of(self.circle.time_zone)
        clashes = Clashes(
            self.plan.membership, country, chosen["region"], min(days), min(max(days), _latest())
        )
        seen: dict[date, int] = {}
        for form in dated:
            day = form.cleaned_data["day"]
            form.there = clashes.planned_on(day)
            form.told += clashes.on(day)
            if day in seen and not form.there:
                self.is_valid = False
                form.add_error(
                    "day", _("Meeting %d is on this date too. Change one of them.") % seen[day]
                )
            seen.setdefault(day, form.number + 1)

    @property
    def new(self) -> int:
        """How many meetings would be created: those on days without a meeting."""
        return sum(not form.there for form in self.rows)

    def make(self) -> list[Meeting]:
        """Create drafts for all dates or none. Sending it again creates none.

        Returns:
            The meetings that were created.
        """
        drafts = [
            Meeting.plan(
                self.circle,
                starts_at=form.cleaned_data["starts_at"],
                brief=self.plan.readable.get(form.cleaned_data["brief"]),
            )
            for form in self.rows
        ]
        return Meeting.add_all(self.circle, drafts)


def _latest() -> date:
    """A day after every possible date of a plan."""
    return timezone.localdate() + wall_clock.FURTHEST
