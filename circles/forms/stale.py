"""One way for forms to replace nobody's change unseen."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from ..models.stale import Stale

if TYPE_CHECKING:
    from ..models import Circle, DatePoll


class StaleForm(forms.Form):
    """A form that carries a stamp of what its writer saw, and is saved only over that.

    A form of this kind sets `initial["seen"]`, passes `seen_stamp` on to what it saves, and
    says in `tell_of` what somebody else saved meanwhile. Then it comes back filled, with the
    newest stamp: sent again, it replaces what was shown.
    """

    # Of the forms of this kind.
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
        """What the writer saw; without a word on that, what this request found."""
        return self.cleaned_data.get("seen") or self.initial["seen"]

    def is_saved(self) -> bool:
        """Save what is valid. Says whether it was saved; if not, the errors say why."""
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
        """The stamp of what somebody else saved."""
        return theirs.stamp(self.STAMPED)

    def differences(self, theirs: "Circle | DatePoll") -> list[str]:
        """What they saved that differs from what was typed: ["label: value", …]."""
        return [
            f"{self.fields[name].label}: {_shown(theirs, name) or '–'}"
            for name in self.Meta.fields
            if getattr(theirs, name) != self.cleaned_data.get(name)
        ]


def _shown(row: "Circle | DatePoll", name: str) -> str:
    shown = getattr(row, f"get_{name}_display", None)
    return shown() if shown else getattr(row, name)


def status_of(form: Any) -> int:
    """The HTTP status of a page that shows this form: 200 at first, 422 with errors, 409 where
    somebody else saved something meanwhile."""
    if not (form.is_bound and form.errors):
        return 200
    return 409 if getattr(form, "is_stale", False) else 422
