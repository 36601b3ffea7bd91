"""A member's own settings in a circle."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.layout import Submit

from ..models import Membership


class MembershipForm(forms.ModelForm):
    """A member's own settings: who sees what they have read, and whether they read on paper."""

    class Meta:
        model = Membership
        fields = ["shows_reading", "reads_on_paper"]
        labels = {
            "shows_reading": _("Let facilitators see my reading progress by name"),
            "reads_on_paper": _("I read on paper"),
        }
        help_texts = {
            "shows_reading": _(
                "If this is off, they see only the group’s overall progress. Either way, no one "
                "sees which stars and questions are yours, and your notes are private."
            ),
            "reads_on_paper": _(
                "Facilitators and the leader of a meeting see this. They can print your reading "
                "for you in large print."
            ),
        }

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(
            "shows_reading", "reads_on_paper", Submit("save", _("Save settings"))
        )
        return helper
