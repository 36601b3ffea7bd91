"""The feedback form: three questions about a meeting."""

import uuid
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
    """Feedback on a meeting. The form has the id of the answer, so sending it twice saves one."""

    fields: dict[str, Any]

    answer_id = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Evaluation
        fields = ["could_speak", "understood", "change"]
        widgets = {
            "could_speak": forms.RadioSelect,
            "understood": forms.RadioSelect,
            "change": forms.Textarea(attrs={"rows": 2}),
        }
        field_classes = {"change": PlainTextField}
        help_texts = {"change": _("Name no one, and the answer stays nobody’s.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ["could_speak", "understood"]:
            self.fields[name].choices = Evaluation.Measure.choices
            self.fields[name].error_messages["required"] = _(
                "Choose the answer that comes closest."
            )
        self.initial["answer_id"] = uuid.uuid4()

    def save_once(self, meeting: "Meeting") -> None:
        """Save the answer, unless it was sent before."""
        answer = {name: self.cleaned_data[name] for name in self.Meta.fields}
        Evaluation.objects.get_or_create(
            pk=self.cleaned_data["answer_id"], defaults={"meeting": meeting} | answer
        )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        # The template has the form tag: the form is sent to another URL.
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout = Layout(
            "answer_id",
            Field("could_speak", template="circles/_chips.html"),
            Field("understood", template="circles/_chips.html"),
            "change",
            Submit("save", _("Give my answer")),
        )
        return helper
