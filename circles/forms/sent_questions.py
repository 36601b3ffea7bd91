"""The form that sends a question from the parking lot to the editors of the brief."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.layout import Submit
from config.text_fields import PlainTextField
from config.texts import PARAGRAPH, visible

from ..models import Circle
from ..models.privacy import Privacy, strictest
from ..notes.names import name_told
from .notes import draft_key

if TYPE_CHECKING:
    from ..models import Note


class SendQuestionForm(forms.Form):
    """The words that the editors get, and the circle's yes where its privacy setting asks for it.

    Args:
        note: the entry of the parking lot, with its meeting and circle.
    """

    fields: dict[str, Any]

    text = PlainTextField(
        label=gettext_lazy("What the editors get"),
        max_length=PARAGRAPH,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Change the words as you like. The note in your circle stays as it is."
        ),
    )
    names_ok = forms.BooleanField(
        required=False, label=gettext_lazy("That’s not a name here. Send it anyway")
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("Our circle wants to send this to the editors"),
        error_messages={"required": gettext_lazy("Ask your circle first. Then check this box.")},
    )

    def __init__(self, *args: Any, note: "Note", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.note = note
        self.told = ""
        # The note's own setting holds, and so does what the circle asks for by now. Under the
        # Chatham House Rule, what's said may be shared.
        keep_within = {note.privacy, note.meeting.circle.privacy} - {Privacy.CHATHAM_HOUSE}
        if not keep_within:
            del self.fields["agreed"]
        else:
            setting = strictest(*keep_within)
            self.fields["agreed"].help_text = _("Your setting is “%(setting)s”: %(line)s") % {
                "setting": Privacy(setting).label,
                "line": Circle.PRIVACY_LINES[setting],
            }

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        self.told = name_told(fields.get("text", ""), self.note.meeting.circle)
        if self.told and not fields.get("names_ok"):
            sentence = _("This says “%(name)s.” Editors don’t need to know, so leave it out.")
            self.add_error("text", sentence % {"name": self.told})
        return fields

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "form"
        helper.attrs = {"data-keep-draft": draft_key("send", self.note.pk, self.note.text)}
        names = ["names_ok"] if self.told else []
        agreed = ["agreed"] if "agreed" in self.fields else []
        helper.layout = Layout("text", *names, *agreed, Submit("send", _("Send to the editors")))
        return helper
