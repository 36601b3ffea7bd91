"""Forms for RSVPs: a member's own, and one that a facilitator enters."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from config.layout import Submit
from config.texts import LINE, visible

from ..models import Membership, Rsvp

if TYPE_CHECKING:
    from ..models import Meeting


MOST_GUESTS = 5


class RsvpForm(forms.Form):
    """A member's RSVP. The three buttons are its `answer`."""

    answer = forms.ChoiceField(
        label=_("RSVP"),
        choices=[(a.value, a.label) for a in (Rsvp.Answer.YES, Rsvp.Answer.MAYBE, Rsvp.Answer.NO)],
        error_messages={"required": _("Choose yes, maybe, or no.")},
    )
    online = forms.BooleanField(required=False, label=_("Joining online"))
    guests = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_GUESTS,
        label=_("Number of guests"),
        error_messages={
            "invalid": _("Enter the number of guests, such as 1."),
            "min_value": _("Enter the number of guests, such as 1."),
            "max_value": _("You can bring up to %(limit_value)s guests."),
        },
    )
    comment = forms.CharField(
        required=False,
        max_length=LINE,
        validators=[visible],
        label=_("Comment (everyone in the circle can see it)"),
    )

    def clean_guests(self) -> int:
        return self.cleaned_data["guests"] or 0

    def as_typed(self, rsvp: Rsvp | None) -> dict[str, bool | str | None]:
        """The saved RSVP (None before the first), with what was typed in this form."""
        typed = {name: self[name].value() for name in ("online", "guests", "comment")}
        if not rsvp:
            return typed | {"answer": ""}
        waits = rsvp.waitlist_words if rsvp.is_waiting else ""
        return typed | {"answer": rsvp.answer, "waitlist_words": waits}


class ToldAnswerForm(RsvpForm):
    """An RSVP that a member told a facilitator, for example by phone.

    Args:
        meeting: with its circle.
        about: the member, if known already.
    """

    fields: dict[str, Any]

    membership = forms.ModelChoiceField(
        Membership.objects.none(),
        label=_("Who is this RSVP for?"),
        error_messages={"required": _("Choose a person.")},
    )

    field_order = ["membership", "answer", "guests", "online", "comment"]

    def __init__(
        self, *args: Any, meeting: "Meeting", about: Membership | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = meeting.circle.memberships.current().by_name()
        self.fields["membership"].queryset = people
        self.fields["membership"].empty_label = _("Choose a person")
        self.fields["answer"].widget = forms.RadioSelect(choices=self.fields["answer"].choices)
        if not meeting.where.online_link:
            del self.fields["online"]
        given = about and meeting.rsvps.of(about)
        self.initial = {"membership": about and about.pk, "guests": 0}
        if given:
            self.initial |= {
                "answer": Rsvp.Answer.YES if given.is_waiting else given.answer,
                "guests": given.guests,
                "online": given.online,
                "comment": given.comment,
            }

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        shown = [name for name in ("online", "comment") if name in self.fields]
        helper.layout = Layout(
            "membership", "answer", Row("guests"), *shown, Submit("save", _("Save RSVP"))
        )
        return helper
