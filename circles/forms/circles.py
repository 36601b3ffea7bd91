"""What a person types about a circle as a whole."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row, Submit
from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.time_zones import time_zone_choices

from ..models import Circle

SUGGESTED_AGREEMENTS = _(
    "Be curious: ask before you answer.\n"
    "Speak for yourself, from what you know and have lived.\n"
    "Share the air: everyone once before anyone twice. You may always pass.\n"
    "Say what you disagree with, never whom.\n"
    "What is said in the circle stays in the circle.\n"
    "Begin on time and end on time."
)


class CircleForm(forms.ModelForm):
    """A circle's name and habits. Used to start one and to change it."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)

    class Meta:
        model = Circle
        fields = [
            "name",
            "purpose",
            "confidentiality",
            "agreements",
            "time_zone",
            "cadence",
            "usual_place",
            "usual_minutes",
        ]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "agreements": forms.Textarea(attrs={"rows": 8}),
            "confidentiality": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confidentiality"].choices = [
            (value, f"{label}. {Circle.PROMISES[value]}")
            for value, label in Circle.Confidentiality.choices
        ]

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if not slugify(name):
            raise forms.ValidationError(
                _("Use at least one letter or number: the circle’s address is made of its name.")
            )
        return name

    @property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"data-keep-draft": f"circle-{self.instance.pk or 'new'}"}
        button = _("Save the settings") if self.instance.pk else _("Start the circle")
        helper.layout = Layout(
            "name",
            "purpose",
            "confidentiality",
            "agreements",
            "time_zone",
            Row("cadence", "usual_place"),
            "usual_minutes",
            Submit("save", button),
        )
        return helper
