"""A member's own settings in a circle."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.layout import Submit

from ..models import Membership


class MembershipForm(forms.ModelForm):
    """A member's own setting: whether facilitators see what they have read."""

    class Meta:
        model = Membership
        fields = ["shows_reading"]
        labels = {"shows_reading": _("Let facilitators see my reading progress by name")}
        help_texts = {
            "shows_reading": _(
                "If this is off, they see only the group’s overall progress. Either way, no one "
                "sees which stars and questions are yours, and your notes are private."
            )
        }

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("shows_reading", Submit("save", _("Save settings")))
        return helper
