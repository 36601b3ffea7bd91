"""Forms about the person."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NameForm(forms.Form):
    """What sign-up asks beside the address (django-allauth's ACCOUNT_SIGNUP_FORM_CLASS)."""

    display_name = forms.CharField(
        label=_("Your name"), max_length=80, help_text=_("What your circle calls you.")
    )

    field_order = ["display_name", "email"]

    def signup(self, request, user):
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])
