"""The form to plan a year: how often a circle meets, and what it reads."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext_lazy as _

from briefs.models import Brief, Series
from config.layout import Submit

from ..planning import recurrence, wall_clock
from .fields import DayInput, RowsField, TimeInput
from .holidays import HolidayFields

if TYPE_CHECKING:
    from ..models import Membership
    from ..planning.recurrence import Cadence


MOST = 24
FURTHEST = timedelta(days=3 * 366)
AS_IN_WORDS = "words"
WEEKS = {"1": _("Every week"), "2": _("Every two weeks"), "3": _("Every three weeks")}
WEEKS |= {"4": _("Every four weeks"), "6": _("Every six weeks"), "8": _("Every eight weeks")}
ORDINALS = {
    1: _("Monthly, on the first"),
    2: _("Monthly, on the second"),
    3: _("Monthly, on the third"),
    4: _("Monthly, on the fourth"),
    -1: _("Monthly, on the last"),
}


class PlanForm(HolidayFields, forms.Form):
    """How often the circle meets, in words or by select boxes, and what it reads.

    After each request words and select boxes say the same (`said`). The one that the person
    changed since then counts; if they changed both, the words count.
    """

    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=recurrence.LONGEST,
        widget=forms.TextInput(attrs={"placeholder": recurrence.EXAMPLES[0]}),
    )
    said = forms.CharField(required=False, widget=forms.HiddenInput)
    which = forms.ChoiceField(
        label=_("How often"),
        required=False,
        choices=[
            *((f"month{number}", label) for number, label in ORDINALS.items()),
            *((f"week{number}", label) for number, label in WEEKS.items()),
            (AS_IN_WORDS, _("Another way, in my own words")),
        ],
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        required=False,
        coerce=int,
        empty_value=3,  # type: ignore[arg-type]  # as `coerce` gives it
        choices=list(WEEKDAYS.items()),
    )
    clock = forms.TimeField(label=_("Time"), required=False, widget=TimeInput)
    without = forms.TypedMultipleChoiceField(
        label=_("Months to skip"),
        required=False,
        coerce=int,
        choices=list(MONTHS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    begin = forms.DateField(label=_("Starting on"), widget=DayInput)
    number = forms.IntegerField(
        label=_("Number of meetings (optional)"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("If blank, we’ll plan one for each brief, or enough for a year."),
    )
    series = forms.ModelChoiceField(
        Series.objects.none(),
        label=_("Series (optional)"),
        required=False,
        empty_label=_("None, or I’ll choose briefs below"),
    )
    briefs = RowsField(
        Brief.objects.none(),
        label=_("Briefs (optional)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You can change the order next to the dates."),
    )

    def __init__(self, data: QueryDict | None = None, *, membership: "Membership") -> None:
        self.membership, self.circle = membership, membership.circle
        super().__init__(data, initial=self._habits() if data is None else None)
        readable = Brief.objects.readable_by(membership.user).order_by("title")
        self.readable = {brief.pk: brief for brief in readable}
        self.fields["briefs"].queryset = readable
        self.fields["series"].queryset = Series.objects.filter(briefs__in=self.readable).distinct()
        self.offer_holidays(self.circle)

    def _habits(self) -> dict[str, Any]:
        """Initial values: what the circle chose last time."""
        circle = self.circle
        newest = circle.meetings.to_come().last()
        today = timezone.localdate(timezone=circle.zone)
        after = newest.local_start.date() if newest else today
        last = circle.meetings.order_by("-starts_at").first()
        clock = last.local_start.time() if last else recurrence.Cadence.clock
        habits = {"which": "month3", "weekday": 3, "clock": clock, "words": circle.cadence}
        with suppress(ValidationError):
            habits |= in_fields(recurrence.read(circle.cadence, clock=clock))
        return habits | {
            "begin": after + timedelta(days=1),
            "country": circle.country,
            "region": circle.region,
        }

    def clean_begin(self) -> date:
        """Accept a past day: the plan begins with the first upcoming date."""
        begin = self.cleaned_data["begin"]
        if begin > timezone.localdate():
            wall_clock.check_day(begin)
        return begin

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if self.errors:
            return cleaned
        try:
            habit = self._read_or_chosen(cleaned)
        except ValidationError as error:
            self.add_error("words", error)
            return cleaned
        if habit.weeks and habit.weekday is None:
            habit = replace(habit, weekday=cleaned["begin"].weekday())
        # “From January” is about this plan only, so it becomes the day to begin with.
        cleaned["begin"] = habit.begin(cleaned["begin"])
        cleaned["cadence"] = replace(habit, since=0)
        return cleaned

    def _read_or_chosen(self, cleaned: dict[str, Any]) -> "Cadence":
        words, which = " ".join(cleaned["words"].split()), cleaned["which"] or AS_IN_WORDS
        clock = cleaned["clock"] or recurrence.Cadence.clock
        if words and words != cleaned["said"]:
            return recurrence.read(words, clock=clock)
        without = frozenset(cleaned["without"])
        if without == recurrence.ALL_MONTHS:
            raise ValidationError(_("That skips every month. Leave at least one."))
        chosen = {"clock": clock, "without": without, "weekday": cleaned["weekday"]}
        if which == AS_IN_WORDS:
            if not words:
                raise ValidationError(
                    _("Tell us when you meet, in words here or by choosing above.")
                )
            habit = recurrence.read(words)
            return replace(habit, **chosen | ({"weekday": None} if habit.days else {}))
        if which.startswith("week"):
            return recurrence.Cadence(weeks=int(which.removeprefix("week")), **chosen)
        return recurrence.Cadence(months=1, ordinals=(int(which.removeprefix("month")),), **chosen)

    @property
    def understood(self) -> "Cadence":
        """The cadence of a valid form."""
        return self.cleaned_data["cadence"]

    def show_what_was_understood(self) -> None:
        """Make the words, the select boxes and the first day say the same."""
        self.data = self.data.copy()
        self.data["begin"] = self.cleaned_data["begin"].isoformat()
        place = (self.cleaned_data[name] for name in ("country", "region"))
        self.data["country"] = self.as_choice(*place)
        for name, value in in_fields(self.understood).items():
            if name == "without":
                self.data.setlist(name, [str(month) for month in value])
            else:
                self.data[name] = value.strftime("%H:%M") if name == "clock" else value

    def chosen_briefs(self) -> list[Brief]:
        """The briefs to read, in order: those of the series, then others that are checked."""
        series = self.cleaned_data["series"]
        ids = list(series.entries.values_list("brief", flat=True)) if series else []
        ids += [brief.pk for brief in self.cleaned_data["briefs"]]
        return [self.readable[pk] for pk in dict.fromkeys(ids) if pk in self.readable]

    def dates(self, after: date | None = None) -> Iterator[datetime]:
        """Dates of the cadence from the chosen day on or, if given, after `after`.

        There are only as many as the page shows.
        """
        now = timezone.localtime(timezone=self.circle.zone).replace(tzinfo=None)
        begin = after + timedelta(days=1) if after else self.cleaned_data["begin"]
        begin = max(begin, now.date())
        for moment in self.understood.dates(begin):
            if moment.date() > begin + FURTHEST:
                return
            if moment > now:
                yield moment

    def first_dates(self) -> list[tuple[datetime, Brief | None]]:
        """The first proposal: [(day and time on the wall clock, brief or None), …]."""
        briefs = self.chosen_briefs()
        wanted = self.cleaned_data["number"] or len(briefs)
        dates = list(islice(self.dates(), wanted or MOST))
        if dates and not wanted:
            dates = [moment for moment in dates if moment < dates[0] + timedelta(days=364)]
        return [
            (moment, briefs[index] if index < len(briefs) else None)
            for index, moment in enumerate(dates)
        ]

    def keep_habits(self) -> None:
        """Save the country for holidays, and how often the circle meets if that isn't set yet."""
        circle, chosen = self.circle, self.cleaned_data
        with circle.locked():
            circle.country, circle.region = chosen["country"], chosen["region"]
            circle.cadence = circle.cadence or str(self.understood)[:120]
            circle.keep(["country", "region", "cadence"], by=self.membership.user)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.form_action = "#dates"
        helper.layout = Layout(
            "said",
            Fieldset(
                _("When you meet"),
                Row("which", "weekday", "clock", css_class="plan-form__when"),
                "words",
                Field("without", template="circles/_chips.html"),
                Row("begin", "number"),
            ),
            Fieldset(_("What you’ll read"), "series", "briefs"),
            Fieldset(
                _("Holidays"),
                Row(*(name for name in ("country", "region") if name in self.fields)),
            ),
            Div(Submit("see", _("Show dates"))),
        )
        return helper


def in_fields(habit: "Cadence") -> dict[str, Any]:
    """A cadence as values of the form's fields."""
    is_simple = habit.weeks == 0 and habit.months == 1 and len(habit.ordinals) == 1
    which = AS_IN_WORDS
    if is_simple and habit.ordinals[0] in ORDINALS:
        which = f"month{habit.ordinals[0]}"
    elif str(habit.weeks) in WEEKS and habit.weekday is not None:
        which = f"week{habit.weeks}"
    fields = {"words": str(habit), "said": str(habit), "which": which, "clock": habit.clock}
    if habit.weekday is not None:
        fields["weekday"] = habit.weekday
    return fields | {"without": sorted(habit.without)}
