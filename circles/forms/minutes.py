"""The form for the summary of a meeting."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.layout import Submit
from config.text_fields import PlainTextField
from config.texts import NOTE, visible

from ..notes.privacy import all_may_name
from .notes import draft_key

if TYPE_CHECKING:
    from ..models import Meeting


class SummaryForm(forms.Form):
    """The summary above the minutes. The form also sends the text that it started from."""

    fields: dict[str, Any]

    started_from = PlainTextField(required=False, widget=forms.HiddenInput)
    summary = PlainTextField(
        label=_("Meeting summary"),
        required=False,
        max_length=NOTE,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Appears at the top of the minutes. Please don’t name anyone."),
    )

    def __init__(self, *args: Any, meeting: "Meeting", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.fields["summary"].make_room(meeting.minutes_summary)
        if all_may_name(meeting):
            self.fields["summary"].help_text = _("Appears at the top of the minutes.")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "form"
        key = draft_key("minutes", self.meeting.pk, self.meeting.minutes_summary)
        helper.attrs = {"data-keep-draft": key}
        helper.layout = Layout("started_from", "summary", Submit("save", _("Save summary")))
        return helper
