"""The attendance form: one checkbox per member, and visitors by name."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from config.odd_requests import read_number
from config.texts import NAME, visible

from ..models import Meeting, Membership
from .stale import StaleForm

BLANK_LINES = 3


class AttendanceForm(StaleForm):
    """Members to check and visitors to name. Prefilled from the RSVPs the first time.

    Args:
        membership: who takes it.
    """

    members = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, meeting: Meeting, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.initial["seen"] = str(meeting.attendance_revision)
        noted = list(meeting.attendances.select_related("membership__user"))
        came = {a.membership_id for a in noted if a.membership_id}
        people = list(meeting.circle.memberships.current().by_name())
        self.is_prefilled = not noted
        there = [a.membership for a in noted if a.membership]
        if self.is_prefilled:
            said_yes = meeting.rsvps.filter(answer="yes").shown_to(membership)
            there = [rsvp.membership for rsvp in said_yes if rsvp.is_named]
            came = {membership.pk for membership in there}
        left = [membership for membership in there if membership not in people]
        self.fields["members"].choices = [(str(p.pk), str(p)) for p in [*people, *left]]
        self.initial["members"] = [str(pk) for pk in came]
        visitors = [(a.visitor_name, a.is_first_visit) for a in noted if a.visitor_name]
        # Lines that were on the page stay, even if another facilitator removed visitors since.
        sent = sum(name.startswith("visitor_") for name in self.data)
        for number in range(max(len(visitors) + BLANK_LINES, sent)):
            name, is_first = visitors[number] if number < len(visitors) else ("", False)
            self.fields[f"visitor_{number}"] = forms.CharField(
                required=False,
                max_length=NAME,
                validators=[visible],
                initial=name,
                label=_("Visitor %d") % (number + 1),
            )
            self.fields[f"first_{number}"] = forms.BooleanField(
                required=False, initial=is_first, label=_("First visit")
            )

    @property
    def visitor_lines(self) -> list[tuple[BoundField, BoundField]]:
        """Pairs of fields: a name, and whether it is a first visit."""
        count = sum(name.startswith("visitor_") for name in self.fields)
        return [(self[f"visitor_{n}"], self[f"first_{n}"]) for n in range(count)]

    def stamp_of(self, theirs: "Meeting") -> str:
        return str(theirs.attendance_revision)

    def tell_of(self, theirs: "Meeting") -> str:
        came = theirs.attendances.select_related("membership__user")
        return _(
            "Someone else just changed this list. It now says: %(names)s. Yours is below and "
            "isn’t saved yet. To replace theirs, save again."
        ) % {"names": ", ".join(map(str, came)) or _("no one")}

    def save(self) -> None:
        """Save the attendance."""
        numbers = range(sum(name.startswith("visitor_") for name in self.fields))
        typed = [
            (self.cleaned_data[f"visitor_{n}"].strip(), self.cleaned_data[f"first_{n}"])
            for n in numbers
        ]
        seen = read_number(self.seen_stamp)
        self.meeting.note_attendance(
            {int(pk) for pk in self.cleaned_data["members"]},
            [(name, is_first) for name, is_first in typed if name],
            seen=-1 if seen is None else seen,
        )
