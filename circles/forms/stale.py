"""Forms that notice edit conflicts: they never replace a change that the writer hasn't seen."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst

from ..models.stale import Stale

if TYPE_CHECKING:
    from ..models import Circle, DatePoll


class StaleForm(forms.Form):
    """A form that sends a stamp of what its writer saw, and replaces only that.

    A subclass sets `initial["seen"]`, passes `seen_stamp` to what it saves, and says in
    `tell_of` what someone else saved since. After a conflict the form comes back filled and
    with the newest stamp, so sending it again replaces the other change.
    """

    # Set by subclasses.
    fields: dict[str, Any]
    data: Any
    save: Callable[[], Any]
    tell_of: Callable[[Any], Any]
    STAMPED: list[str]
    Meta: Any

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    is_stale = False

    @property
    def seen_stamp(self) -> str:
        """The stamp that the writer saw; if none was sent, that of the saved row."""
        return self.cleaned_data.get("seen") or self.initial["seen"]

    def is_saved(self) -> bool:
        """Validate and save. Returns whether it is saved; if not, the errors say why."""
        if not self.is_valid():
            return False
        try:
            with transaction.atomic():
                self.saved = self.save()
        except Stale as stale:
            self.is_stale = True
            self.add_error(None, self.tell_of(stale.theirs))
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.stamp_of(stale.theirs)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors

    def stamp_of(self, theirs: Any) -> str:
        """The stamp of what someone else saved."""
        return theirs.stamp(self.STAMPED)

    def differences(self, theirs: "Circle | DatePoll") -> list[str]:
        """Their saved values that differ from the typed ones: ["label: value", …]."""
        return [
            f"{_label(theirs, name)}: {self.shown(theirs, name) or '–'}"
            for name in self.Meta.fields
            if getattr(theirs, name) != self.cleaned_data.get(name)
        ]

    def shown(self, row: Any, name: str) -> str:
        """A saved value in words."""
        display = getattr(row, f"get_{name}_display", None)
        return display() if display else getattr(row, name)


def _label(row: "Circle | DatePoll", name: str) -> str:
    return capfirst(str(row._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def status_of(form: Any) -> int:
    """The HTTP status of a page with this form: 422 with errors, 409 after an edit conflict,
    otherwise 200."""
    if not (form.is_bound and form.errors):
        return 200
    return 409 if getattr(form, "is_stale", False) else 422
