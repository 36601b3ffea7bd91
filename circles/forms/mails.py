"""The form for email settings."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from config.layout import Submit

from ..models import Topic

if TYPE_CHECKING:
    from accounts.models import User


class MailForm(forms.Form):
    """The topics that a person gets emails about. A checked box means yes."""

    wanted = forms.MultipleChoiceField(
        label=_("Email me about"),
        choices=Topic,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "You’ll always get sign-in codes, emails about your account, and changes to your "
            "circle’s privacy setting. What you turn off here still shows on your circle’s pages."
        ),
    )

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        on = [topic for topic in Topic.values if topic not in user.mails_off]
        kwargs["initial"] = {"wanted": on}
        super().__init__(*args, **kwargs)
        self.user = user

    def save(self) -> None:
        wanted = self.cleaned_data["wanted"]
        self.user.mails_off = [topic for topic in Topic.values if topic not in wanted]
        self.user.save(update_fields=["mails_off"])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("wanted", Submit("save", _("Save email settings")))
        return helper
