"""The form with which an editor answers a question from readers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.answering import answer_field


class AnswerForm(forms.Form):
    """An answer in words, or the promise of one in the next edition, or both."""

    EDITION, ANSWER = "edition", "answer"

    decision = forms.ChoiceField(choices=[(EDITION, EDITION), (ANSWER, ANSWER)])
    answer = answer_field(_("Your answer"))

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        wants_words = fields.get("decision") == self.ANSWER
        if wants_words and "answer" in fields and not fields["answer"]:
            self.add_error("answer", _("Write an answer, or choose “Answer in next edition.”"))
        return fields
