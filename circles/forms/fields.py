"""Fields for several forms: day and time, and the moment that they make."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import HTML
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.odd_requests import LONGEST_NUMBER, read_number
from config.text_fields import PlainTextField
from config.texts import MESSAGE, visible

from ..planning import wall_clock

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from ..models import Membership


def email_line(words: str) -> HTML:
    """The line below a button that says whom it emails, and when.

    Args:
        words: what the template calls the sentence, such as “form.email_words”.
    """
    return HTML('{% include "circles/mails/_email_line.html" with words=' + words + " only %}")


def personal_message(where: "StrPromise") -> PlainTextField:
    """A few words of one's own that go into an email.

    Args:
        where: a sentence about where they appear.
    """
    return PlainTextField(
        label=_("Personal message (optional)"),
        required=False,
        max_length=MESSAGE,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=where,
    )


class PersonField(forms.ModelChoiceField):
    """Picks one of the people who `offer` got, which are loaded once for all such fields."""

    people: dict[str, "Membership"]

    def offer(self, people: Iterable["Membership"], *, none: "StrPromise") -> None:
        """Say who can be picked, and what the choice of no one is called."""
        self.people = {str(person.pk): person for person in people}
        self.choices = [("", none), *((pk, str(person)) for pk, person in self.people.items())]

    def to_python(self, value: Any) -> "Membership | None":
        if value in self.empty_values:
            return None
        try:
            return self.people[value]
        except KeyError:
            message = self.error_messages["invalid_choice"]
            raise forms.ValidationError(message, "invalid_choice", {"value": value}) from None


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows to choose from. Django's own fails on a number that no column takes."""

    def clean(self, value: Any) -> Any:
        for key in value or []:
            if read_number(str(key)) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": str(key)[:LONGEST_NUMBER]},
                )
        return super().clean(value)


class WallClockFields:
    """Combines a form's fields `day` and `clock` into a moment in the time zone `zone`.

    `cleaned_data` has the moment as `starts_at`; `oddity` is as in `wall_clock.at`. Each field
    keeps its own label and errors.
    """

    # From the form that this is mixed into.
    cleaned_data: dict[str, Any]
    zone: Any
    add_error: Callable[[str | None, Any], None]

    oddity = ""

    @property
    def must_be_ahead(self) -> bool:
        """Whether a past day is refused."""
        return True

    def earliest(self) -> datetime:
        """The first moment that isn't past."""
        return timezone.now()

    def clean_day(self) -> date | None:
        day = self.cleaned_data["day"]
        if day and self.must_be_ahead:
            wall_clock.check_day(day)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()  # type: ignore[misc]  # the form's
        if cleaned.get("day") and cleaned.get("clock"):
            wanted = datetime.combine(cleaned["day"], cleaned["clock"])
            moment, self.oddity = wall_clock.at(wanted, self.zone)
            if self.oddity == wall_clock.SKIPPED:
                self.add_error("clock", wall_clock.REFUSED)
            elif self.must_be_ahead and moment < self.earliest():
                self.add_error("day", _("That date has passed. Choose a later one."))
            else:
                cleaned["starts_at"] = moment
        return cleaned
