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
        offered = Topic.offered_to(user)
        on = [topic.value for topic in offered if topic not in user.mails_off]
        kwargs["initial"] = {"wanted": on}
        super().__init__(*args, **kwargs)
        self.fields["wanted"].widget.choices = [(topic.value, topic.label) for topic in offered]
        self.user, self.offered = user, [topic.value for topic in offered]

    def save(self) -> None:
        """Turn off what isn't checked. What isn't offered to this person stays as it was."""
        wanted = self.cleaned_data["wanted"]
        kept = [topic for topic in self.user.mails_off if topic not in self.offered]
        self.user.mails_off = [*kept, *(topic for topic in self.offered if topic not in wanted)]
        self.user.save(update_fields=["mails_off"])

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("wanted", Submit("save", _("Save email settings")))
        return helper
