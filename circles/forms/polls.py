"""Forms for date polls: a facilitator's question and a member's reply."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from briefs.models import Brief
from config.texts import LINE, LINK, visible
from config.when import clock as clock_words
from config.when import month_day

from ..models import DateAnswer, DateOption, DatePoll, DateReply, where
from ..planning import recurrence, wall_clock
from .fields import DayInput, TimeInput, WallClockFields
from .stale import StaleForm

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User

    from ..models import DateOption, DateReply


LINES, MORE, MOST = 4, 3, 15
# With the circle's usual dates to choose from, fewer lines are needed.
LINES_BESIDE_USUAL, USUAL = 2, 6
USUAL_AT = [
    _("Mondays at %s"),
    _("Tuesdays at %s"),
    _("Wednesdays at %s"),
    _("Thursdays at %s"),
    _("Fridays at %s"),
    _("Saturdays at %s"),
    _("Sundays at %s"),
]


class DateLine(WallClockFields, forms.Form):
    """One proposed date. An empty line is ignored."""

    day = forms.DateField(required=False, widget=DayInput)
    clock = forms.TimeField(required=False, widget=TimeInput)

    def __init__(self, *args: Any, number: int, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        # For screen readers: the number says which date of the poll it is.
        labels = {"day": _("Day of date %d"), "clock": _("Time of date %d")}
        for name, label in labels.items():
            self.fields[name].widget.attrs["aria-label"] = label % (number + 1)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("day") and not cleaned.get("clock") and not self.errors:
            self.add_error("clock", _("Add a time next to this date."))
        return cleaned


class PollForm(StaleForm, forms.ModelForm):
    """The planned meeting, and the dates to choose from.

    Without scripts the button “more” sends the form to get more lines, and keeps what is typed.
    """

    answer_by_day = forms.DateField(
        label=_("Reply by (optional)"),
        required=False,
        widget=DayInput,
        help_text=_("If blank, people can reply until you pick a date or close the poll."),
    )
    online_link = forms.URLField(
        label=_("Video link (optional)"), required=False, assume_scheme="https", max_length=LINK
    )
    without = forms.TypedMultipleChoiceField(required=False, coerce=int)
    usual = forms.TypedMultipleChoiceField(
        required=False, coerce=datetime.fromisoformat, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = DatePoll
        fields = ["brief", "title", "duration_minutes", *where.FIELDS, "capacity"]
        labels = {
            "brief": _("Brief (optional)"),
            "title": _("Title (optional)"),
            "place": _("Place (optional)"),
            "capacity": _("Attendee limit (optional)"),
        }

    STAMPED = [*Meta.fields, "answer_by"]

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        poll = self.instance
        self.fields["brief"].queryset = Brief.objects.readable_by(user)
        self.fields["brief"].empty_label = _("None yet, or a topic without a brief")
        self.options = list(poll.options.all()) if poll.pk else []
        self.fields["without"].choices = [(option.pk, option) for option in self.options]
        if poll.answer_by:
            self.initial["answer_by_day"] = poll.answer_by.astimezone(poll.zone).date()
        self.initial["seen"] = poll.stamp(self.STAMPED)
        last = poll.circle.meetings.order_by("-starts_at").first()
        self.usual_clock = last.local_start.time() if last else time(19)
        self._offer_usual(last.local_start.weekday() if last else None)
        self._lay_out_lines()

    def _offer_usual(self, weekday: int | None) -> None:
        """Offer the next weeks' dates at the circle's usual weekday and time."""
        poll, usual = self.instance, self.fields["usual"]
        with suppress(ValidationError):
            habit = recurrence.read(poll.circle.cadence, clock=self.usual_clock)
            weekday = weekday if habit.weekday is None else habit.weekday
            self.usual_clock = habit.clock
        if weekday is None:
            return
        usual.label = USUAL_AT[weekday] % clock_words(self.usual_clock)
        weekly = recurrence.Cadence(weeks=1, weekday=weekday, clock=self.usual_clock)
        soon = timezone.localdate(timezone=poll.zone) + timedelta(days=3)
        there = {option.starts_at.astimezone(poll.zone).date() for option in self.options}
        planned = poll.circle.meetings.to_come().only("circle", "starts_at", "time_zone")
        there |= {meeting.local_start.date() for meeting in planned}
        dates = islice(weekly.dates(soon), USUAL)
        offered = [moment for moment in dates if moment.date() not in there]
        if self.is_bound:
            offered += self._sent_usual()
        offered = sorted(set(offered))
        usual.choices = [(moment.isoformat(), month_day(moment)) for moment in offered]

    def _sent_usual(self) -> list[datetime]:
        """What the form was sent with, which may have been offered some days ago."""
        sent = []
        for typed in self.data.getlist("usual")[:MOST]:
            with suppress(ValueError, OverflowError, ValidationError):
                moment = datetime.fromisoformat(typed)
                wall_clock.check_day(moment.date())
                if moment.date() > timezone.localdate(timezone=self.instance.zone):
                    sent.append(moment.replace(tzinfo=None))
        return sent

    def _lay_out_lines(self) -> None:
        sent = [name for name in self.data if name.startswith("date-") and name.endswith("-day")]
        lines = LINES_BESIDE_USUAL if self.fields["usual"].choices else LINES
        number = len(sent) if self.is_bound else lines if not self.options else MORE
        if self.data.get("do") == "more":
            number += MORE
        self.lines = [
            DateLine(
                self.data if self.is_bound and index < len(sent) else None,
                prefix=f"date-{index}",
                number=index,
                zone=self.instance.zone,
                initial={"clock": self.usual_clock},
            )
            for index in range(min(number, MOST))
        ]

    @property
    def more_fits(self) -> bool:
        return len(self.lines) < MOST

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        lines = [line for line in self.lines if line.is_bound]
        are_right = all([line.is_valid() for line in lines])
        poll = self.instance
        usual = [wall_clock.at(moment, poll.zone)[0] for moment in cleaned.get("usual", [])]
        typed = [line.cleaned_data.get("starts_at") for line in lines]
        cleaned["starts"] = [moment for moment in dict.fromkeys([*usual, *typed]) if moment]
        by = self._last_day_to_answer(cleaned)
        poll.answer_by = by and datetime.combine(by, time(23, 59), poll.zone)
        if not are_right:
            self.add_error(None, _("Some of these dates won’t work. Check them below."))
        left = len(self.options) - len(cleaned.get("without", [])) + len(cleaned["starts"])
        if are_right and left < (1 if poll.pk else 2):
            self.add_error(
                None, _("Suggest at least two dates. If there’s only one, schedule a meeting.")
            )
        return cleaned

    def _last_day_to_answer(self, cleaned: dict[str, Any]) -> date | None:
        by, poll = cleaned.get("answer_by_day"), self.instance
        if not by or by == self.initial.get("answer_by_day"):
            return by
        out = cleaned.get("without", [])
        moments = [option.starts_at for option in self.options if option.pk not in out]
        days = [moment.astimezone(poll.zone).date() for moment in [*moments, *cleaned["starts"]]]
        if by < timezone.localdate(timezone=poll.zone):
            self.add_error("answer_by_day", _("That date has passed. Choose a later one."))
        elif not days or by > max(days):
            self.add_error(
                "answer_by_day",
                _("That’s after all the dates in this poll. Choose an earlier one."),
            )
        else:
            return by
        return None

    @property
    def draft(self) -> str:
        """The name under which the browser stores unsaved text."""
        return f"poll-{self.instance.circle_id}-{self.instance.pk or 'new'}"

    @property
    def proposed(self) -> "list[tuple[DateOption, bool]]":
        """The saved dates: [(date, whether to remove it), …]."""
        out = {str(pk) for pk in self["without"].value() or []}
        return [(option, str(option.pk) in out) for option in self.options]

    def tell_of(self, theirs: DatePoll) -> "list[StrPromise | str]":
        told = _("Someone else just changed this poll. It now says:")
        asked = _("Yours is below and isn’t saved yet. To replace theirs, save again.")
        return [told, *self.differences(theirs), asked]

    def save(self) -> DatePoll:  # type: ignore[override]  # always kept
        """Create the poll, or save the changes."""
        poll, starts = self.instance, self.cleaned_data["starts"]
        if poll.pk is None:
            return poll.ask(starts)
        without, seen = self.cleaned_data["without"], self.seen_stamp
        poll.revise(self.STAMPED, starts=starts, without=without, seen=seen)
        return poll


@dataclass
class AnswerRow:
    """One date of the form: `marks` are [(value, label, whether it is chosen), …], `said` has
    the field of each name in `DateAnswer.SAID`."""

    date: DateOption
    marks: "list[tuple[str, StrPromise, bool]]"
    said: dict[str, forms.BoundField]


class AnswerForm(forms.Form):
    """What a member says of each date (`DateAnswer.SAID`), and a comment."""

    comment = forms.CharField(
        label=_("Comment (optional)"),
        required=False,
        max_length=LINE,
        validators=[visible],
        help_text=_("Everyone in the circle can see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, options: list[DateOption], reply: DateReply | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        answers = {answer.option_id: answer for answer in reply.answers.all()} if reply else {}
        self.initial["comment"] = reply.comment if reply else ""
        self.options = options
        for option in options:
            for said, field in forms.fields_for_model(DateAnswer, DateAnswer.SAID).items():
                name = _field_name(option, said)
                field.required = False
                self.fields[name] = field
                self.initial[name] = getattr(answers.get(option.pk), said, "")

    @property
    def rows(self) -> list[AnswerRow]:
        return [self._row(option) for option in self.options]

    def _row(self, option: DateOption) -> AnswerRow:
        said = {name: self[_field_name(option, name)] for name in DateAnswer.SAID}
        chosen = said["suits"].value()
        marks = [(value, label, value == chosen) for value, label in DateAnswer.Suits.choices]
        return AnswerRow(option, marks, said)

    @property
    def said(self) -> dict[int, dict[str, Any]]:
        """What is said of each date, as `DatePoll.answer` takes it."""
        return {
            option.pk: {
                name: self.cleaned_data[_field_name(option, name)] for name in DateAnswer.SAID
            }
            for option in self.options
        }

    def clean(self) -> None:
        if not self.errors and not any(said["suits"] for said in self.said.values()):
            raise ValidationError(_("Mark at least one date: yes, if need be, or no."))


def _field_name(option: DateOption, said: str) -> str:
    """What the field of one date is called; `suits` has the date's own name."""
    return f"date-{option.pk}" if said == "suits" else f"date-{option.pk}-{said}"
