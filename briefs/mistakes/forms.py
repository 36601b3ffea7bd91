"""Forms for mistakes: to report one, and to answer a report."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.answering import answer_field
from config.layout import Submit
from config.text_fields import PlainTextField
from config.texts import PARAGRAPH, visible

from ..models import MistakeReport, Section

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

WHAT_FOR = gettext_lazy(
    "We use it only to answer you, and to tell you when it’s fixed. Then we erase it, or after a "
    "year at the latest."
)


class MistakeForm(forms.ModelForm):
    """What is wrong in a section, and where to send the answer if the reader wants one.

    Args:
        section: where the mistake is.
        user: who reads; for one with an account, their own address is a choice.
    """

    quote = PlainTextField(
        label=gettext_lazy("Which sentence? (optional)"),
        required=False,
        max_length=PARAGRAPH,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Copy it here, or say where it is."),
    )
    text = PlainTextField(
        label=gettext_lazy("What’s wrong?"),
        max_length=PARAGRAPH,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("If you know a source that says it better, add its address."),
    )
    wants_answer = forms.BooleanField(required=False, help_text=WHAT_FOR)

    class Meta:
        model = MistakeReport
        fields = ["quote", "text", "email"]
        labels = {"email": gettext_lazy("Your email address (optional)")}
        help_texts = {"email": WHAT_FOR}
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"})
        }

    def __init__(
        self, *args: Any, section: Section, user: "User | AnonymousUser", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.section, self.user = section, user
        if user.is_authenticated:
            del self.fields["email"]
            label = _("Email the answer to %(address)s")
            self.fields["wants_answer"].label = label % {"address": user.email}
        else:
            del self.fields["wants_answer"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        report = self.instance
        report.section, report.edition = self.section, self.section.brief.edition
        if fields.get("wants_answer"):
            report.reader = self.user
        return fields

    @property
    def keeps_draft(self) -> bool:
        """Whether what's typed stays on this device until it's sent. A visitor may share it, and
        then no one should find what they read there."""
        return self.user.is_authenticated or not self.section.brief.has_exit

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        if self.keeps_draft:
            name = f"mistake-{self.section.brief.slug}-{self.section.slug}"
            helper.attrs = {"data-keep-draft": name}
        answer = "wants_answer" if "wants_answer" in self.fields else "email"
        helper.layout = Layout("quote", "text", answer, Submit("send", _("Send report")))
        return helper


class AnswerForm(forms.Form):
    """An editor's answer to a report."""

    FIX, CLOSE = "fix", "close"

    decision = forms.ChoiceField(choices=[(FIX, FIX), (CLOSE, CLOSE)])
    answer = answer_field(gettext_lazy("Your answer (optional)"))
