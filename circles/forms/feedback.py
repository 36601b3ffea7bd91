"""The feedback form: three questions about a meeting."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.layout import Submit
from config.text_fields import PlainTextField

from ..models import Evaluation

if TYPE_CHECKING:
    from ..models import Meeting


class FeedbackForm(forms.ModelForm):
    """Feedback on a meeting. Sending it twice saves one answer."""

    fields: dict[str, Any]

    class Meta:
        model = Evaluation
        fields = ["could_speak", "understood", "change"]
        widgets = {
            "could_speak": forms.RadioSelect,
            "understood": forms.RadioSelect,
            "change": forms.Textarea(attrs={"rows": 2}),
        }
        field_classes = {"change": PlainTextField}
        labels = {"change": _("One thing to keep or change (optional)")}
        help_texts = {"change": _("Please don’t name anyone, so answers stay anonymous.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ["could_speak", "understood"]:
            self.fields[name].choices = Evaluation.Measure.choices
            self.fields[name].error_messages["required"] = _("Choose the closest answer.")

    def give(self, meeting: "Meeting", user_id: int) -> None:
        """Save the answer, in place of the one that this person gave before."""
        answer = {name: self.cleaned_data[name] for name in self.Meta.fields}
        Evaluation.objects.give(meeting, user_id, **answer)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        # The template has the form tag: the form is sent to another URL.
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout = Layout(
            Field("could_speak", template="circles/_chips.html"),
            Field("understood", template="circles/_chips.html"),
            "change",
            Submit("save", _("Send feedback")),
        )
        return helper
