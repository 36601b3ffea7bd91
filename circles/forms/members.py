"""What a facilitator types to let people in."""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import Invitation, Membership

MOST_AT_ONCE = 50
LONGEST_ADDRESS = Invitation._meta.get_field("email").max_length


class MembershipForm(forms.ModelForm):
    """What a member decides for themselves: whether the facilitators see what they have read."""

    class Meta:
        model = Membership
        fields = ["shows_reading"]
        labels = {"shows_reading": _("Facilitators may see by name how far I have read")}
        help_texts = {
            "shows_reading": _(
                "Without this they see only how far the circle is as a whole. Either way nobody "
                "learns which stars and questions are yours, and your notes are for you alone."
            )
        }

    @property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout("shows_reading", Submit("save", _("Save")))
        return helper


class InvitationForm(forms.Form):
    """Addresses, one or many, as they come out of a mail program or a list."""

    emails = forms.CharField(
        label=_("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("One or many, with commas, spaces or lines between them."),
    )

    def __init__(self, *args, circle, **kwargs):
        super().__init__(*args, **kwargs)
        self.circle = circle

    def clean_emails(self):
        """The addresses to invite, each once, in lower case.

        Who is in the circle already or has an open invitation is left out and named in
        `left_out`; an address that cannot be one is an error, so that nothing is sent by half.
        """
        typed = [address.lower() for address in _addresses_in(self.cleaned_data["emails"])]
        strays = [word for word in typed if not _is_address(word)]
        if strays:
            raise ValidationError(
                ngettext(
                    "This does not look like an e-mail address: %(strays)s. "
                    "Mend it or take it out; nothing was sent.",
                    "These do not look like e-mail addresses: %(strays)s. "
                    "Mend them or take them out; nothing was sent.",
                    len(strays),
                )
                % {"strays": ", ".join(strays)}
            )
        if not typed:
            raise ValidationError(_("There is no e-mail address in this. Type at least one."))
        addresses = list(dict.fromkeys(typed))
        if len(addresses) > MOST_AT_ONCE:
            raise ValidationError(
                _("These are more than %d addresses. Invite them in two parts.") % MOST_AT_ONCE
            )
        members = set(
            self.circle.memberships.current()
            .filter(user__email__in=addresses)
            .values_list("user__email", flat=True)
        )
        asked = set(
            self.circle.invitations.open()
            .filter(email__in=addresses)
            .values_list("email", flat=True)
        )
        self.members = [address for address in addresses if address in members]
        self.asked = [address for address in addresses if address in asked - members]
        return [address for address in addresses if address not in members | asked]

    @property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"data-keep-draft": f"invite-{self.circle.pk}"}
        helper.layout = Layout("emails", Submit("invite", _("Send the invitations")))
        return helper


def _addresses_in(text):
    """What stands for an address: the part in angle brackets, as mail programs write a
    person, else every word."""
    for piece in re.split(r"[,;\n]+", text):
        named = re.search(r"<([^>]*)>", piece)
        yield from [named[1].strip()] if named else piece.split()


def _is_address(word):
    if len(word) > LONGEST_ADDRESS:
        return False
    try:
        validate_email(word)
    except ValidationError:
        return False
    return True
