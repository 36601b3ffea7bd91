"""Forms for requests to start a circle: to send one, and to answer it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.layout import Hint, Submit
from config.text_fields import PlainTextField
from config.texts import MESSAGE, visible
from config.typed_links import validate_no_link

from ..models import CircleRequest
from .fields import personal_message


class PersonToBe(forms.ModelForm):
    """A name that may go into an email, and an address in lower case."""

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        validate_no_link(name)
        return name

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class InvitedForm(PersonToBe):
    """The person that someone at the command line invites to start a circle."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False

    class Meta:
        model = CircleRequest
        fields = ["email", "name"]


class CircleRequestForm(PersonToBe):
    """A few words from someone who'd like to start a circle."""

    why = PlainTextField(
        label=_("Tell us a little more (optional)"),
        required=False,
        max_length=MESSAGE,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Such as who might join, and what you’d like to talk about."),
    )

    class Meta:
        model = CircleRequest
        fields = ["name", "email", "place", "why"]
        labels = {
            "name": _("Your name"),
            "email": _("Your email address"),
            "place": _("Your town or neighborhood"),
        }
        help_texts = {"email": _("We’ll answer there.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
        }

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        said = _("Only the people who run this site see it. It’s deleted 90 days after our answer.")
        helper.layout = Layout(
            "name",
            "email",
            "place",
            "why",
            Hint(said),
            Submit("send", _("Send request")),
        )
        return helper


class AnswerForm(forms.Form):
    """An admin's answer to a request, with a few words of their own."""

    INVITE, DECLINE = "invite", "decline"

    decision = forms.ChoiceField(choices=[(INVITE, INVITE), (DECLINE, DECLINE)])
    message = personal_message(_("Appears in the email with your answer."))
