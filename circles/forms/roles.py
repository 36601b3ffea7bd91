"""What a facilitator settles of the roles of the evenings ahead."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Meeting
from ..roles import label_of


class SettledField(forms.BoundField):
    """Help and errors belong to what is seen: HTML knows no ARIA on a hidden field."""

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        if widget and widget.is_hidden:
            attrs.pop("aria-describedby", None)
        return attrs


class EveningForm(forms.Form):
    """The roles of one evening. Each carries what its writer saw."""

    bound_field_class = SettledField

    def __init__(self, *args, meeting, slots, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.meeting, self.slots = meeting, slots
        self.people = {person.pk: person for person in people}
        choices = [("", _("Open")), *((str(person.pk), str(person)) for person in people)]
        for slot in slots:
            self.fields[slot.role] = forms.ChoiceField(
                label=label_of(slot.role),
                required=False,
                choices=choices,
                show_hidden_initial=True,
            )
            now = getattr(meeting, f"{slot.role}_id")
            self.initial[slot.role] = str(now) if now in self.people else ""

    def clean(self):
        """What somebody else settled meanwhile is named before it is written over."""
        cleaned = super().clean()
        for role in self.changed_data:
            seen, now = self._seen(role), self.initial[role]
            if role in cleaned and now not in (seen, cleaned[role]):
                person = self.people.get(int(now)) if now else _("nobody")
                self.add_error(
                    role,
                    _("Meanwhile this says: %s. Save once more to put yours in its place.")
                    % person,
                )
                self.data = self.data.copy()
                self.data[self.add_initial_prefix(role)] = now
        return cleaned

    def _seen(self, role):
        return self.data.get(self.add_initial_prefix(role), "")

    @property
    def changed(self):
        """What was chosen anew: {role: membership's id or None}."""
        chosen = {role: self.cleaned_data[role] for role in self.changed_data}
        return {role: int(pk) if pk else None for role, pk in chosen.items()}

    def suggest(self):
        """Choose whose turn it is for what is open; nothing is saved."""
        self.data = self.data.copy()
        for slot in self.slots:
            if not self[slot.role].value() and slot.suggested:
                self.data[self.add_prefix(slot.role)] = str(slot.suggested.pk)


class RolesForm:
    """The roles of all evenings ahead.

    Args:
        rotation: the circle's Rotation.
        data: what was sent; None at first.
    """

    def __init__(self, rotation, data=None):
        self.forms = [
            EveningForm(
                data,
                prefix=f"meeting-{meeting.number}",
                meeting=meeting,
                slots=slots,
                people=rotation.people,
            )
            for meeting, slots in rotation.evenings
        ]

    def is_valid(self):
        return all([form.is_valid() for form in self.forms])

    def suggest(self):
        for form in self.forms:
            form.suggest()

    @transaction.atomic
    def save(self):
        """Write what was chosen anew, and nothing else; gives how many evenings changed."""
        changed = [(form.meeting.pk, form.changed) for form in self.forms if form.changed]
        for pk, roles in changed:
            Meeting.objects.filter(pk=pk).update(**{f"{r}_id": who for r, who in roles.items()})
        return len(changed)
