"""The form to assign the roles of upcoming meetings."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.odd_requests import read_number

from ..models import Meeting, Stale

if TYPE_CHECKING:
    from ..models import Membership
    from ..planning.rotation import Rotation, Slot


class SettledField(forms.BoundField):
    """Keeps `aria-describedby` off the hidden field, where ARIA in HTML doesn't allow it."""

    def build_widget_attrs(
        self, attrs: dict[str, str | bool], widget: forms.Widget | None = None
    ) -> dict[str, str | bool]:
        attrs = super().build_widget_attrs(attrs, widget)
        if widget and widget.is_hidden:
            attrs.pop("aria-describedby", None)
        return attrs


class MeetingRolesForm(forms.Form):
    """The roles of one meeting. Each field also sends the value that its writer saw."""

    data: Any

    bound_field_class = SettledField
    is_stale = False

    def __init__(
        self,
        *args: Any,
        meeting: Meeting,
        slots: "list[Slot]",
        people: "list[Membership]",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.slots = meeting, slots
        self.people: dict[int | None, Membership] = {person.pk: person for person in people}
        choices = [
            ("", pgettext("role", "Open")),
            *((str(person.pk), str(person)) for person in people),
        ]
        for slot in slots:
            self.fields[slot.role] = forms.ChoiceField(
                label=Meeting.role_label(slot.role),
                required=False,
                choices=choices,
                show_hidden_initial=True,
            )
            now = getattr(meeting, f"{slot.role}_id")
            self.initial[slot.role] = str(now) if now in self.people else ""

    @property
    def seen(self) -> dict[str, int | None]:
        """The values that the writer saw: {role: membership's id or None}."""
        return {role: self._seen(role) for role in self.changed_data}

    def _seen(self, role: str) -> int | None:
        typed = self.data.get(self.add_initial_prefix(role), "")
        if typed == self.initial[role]:
            return getattr(self.meeting, f"{role}_id")
        return read_number(typed)

    def save(self) -> None:
        """Save the changed roles, or add an error for each that someone else changed since."""
        changed, seen = self.changed, self.seen
        try:
            self.meeting.settle(changed, seen=seen)
        except Stale as stale:
            self.is_stale = True
            theirs = {role: getattr(stale.theirs, f"{role}_id") for role in changed}
            for role, now in theirs.items():
                if now not in (seen[role], changed[role]):
                    self._tell_of(role, now)

    def _tell_of(self, role: str, now: int | None) -> None:
        error = _("Someone else just changed this to %s. To replace theirs, save again.")
        self.add_error(role, error % (self.people.get(now) or _("no one")))
        self.data = self.data.copy()
        self.data[self.add_initial_prefix(role)] = str(now or "")

    @property
    def changed(self) -> dict[str, int | None]:
        """The changed roles: {role: membership's id or None}."""
        chosen = {role: self.cleaned_data[role] for role in self.changed_data}
        return {role: int(pk) if pk else None for role, pk in chosen.items()}

    def suggest(self) -> None:
        """Fill open roles with whose turn it is; nothing is saved."""
        self.data = self.data.copy()
        for slot in self.slots:
            if not self[slot.role].value() and slot.suggested:
                self.data[self.add_prefix(slot.role)] = str(slot.suggested.pk)


class RolesForm:
    """The roles of all upcoming meetings.

    Args:
        rotation: the circle's Rotation.
        data: what was sent; None if nothing was.
    """

    def __init__(
        self, rotation: "Rotation", data: QueryDict | dict[str, str] | None = None
    ) -> None:
        self.labels = rotation.labels
        self.forms = [
            MeetingRolesForm(
                data,
                prefix=f"meeting-{meeting.number}",
                meeting=meeting,
                slots=slots,
                people=rotation.people,
            )
            for meeting, slots in rotation.meetings
        ]

    @property
    def is_bound(self) -> bool:
        return any(form.is_bound for form in self.forms)

    @property
    def is_stale(self) -> bool:
        return any(form.is_stale for form in self.forms)

    @property
    def errors(self) -> list[ErrorDict]:
        return [form.errors for form in self.forms if form.errors]

    def suggest(self) -> None:
        for form in self.forms:
            form.suggest()

    @transaction.atomic
    def is_saved(self) -> bool:
        """Save all changed roles or none. Returns whether they are saved."""
        if self.errors:
            return False
        for form in sorted(self.forms, key=lambda form: form.meeting.pk):
            if form.changed:
                form.save()
        transaction.set_rollback(self.is_stale)
        return not self.is_stale
