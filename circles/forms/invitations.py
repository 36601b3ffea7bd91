"""Forms to invite people: by email, or with an invite link."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.layout import Submit
from config.text_fields import PlainTextField
from config.texts import SHEET
from config.typed_links import find_link

from ..inviting.daily_limits import invite_within_limits
from ..inviting.pasted_addresses import read_addresses
from ..models import Invitation
from .fields import email_line, personal_message

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User

    from ..inviting.pasted_addresses import Pasted
    from ..models import Circle


MOST_AT_ONCE = 50


class InvitationForm(forms.Form):
    """Email addresses, one or many, pasted from an email program or a list.

    All that can be invited are invited. `remarks` says why the others can't, line by line, and
    addresses that can be fixed stay in the box.
    """

    emails = PlainTextField(
        max_length=SHEET,
        label=_("Email addresses"),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Up to 50. Paste them however you have them: separated by commas, spaces, or lines, "
            "with or without names."
        ),
    )
    message = personal_message(
        _("Appears in each email, above the invitation link. It can’t include other links.")
    )
    emails.says_limit = False  # it says how many addresses

    def __init__(self, *args: Any, circle: "Circle", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circle = circle
        self.remarks: list[dict[str, Any]] = []
        self.to_fix: list[str] = []
        self.names: dict[str, str] = {}

    def clean_emails(self) -> list[str]:
        pasted = read_addresses(self.cleaned_data["emails"])
        if not pasted:
            raise ValidationError(_("We didn’t find an email address. Enter at least one."))
        if len({each.address or each.text for each in pasted}) > MOST_AT_ONCE:
            raise ValidationError(
                _("That’s more than %d addresses. Invite them in smaller batches.") % MOST_AT_ONCE
            )
        return self._sort_out(pasted)

    def clean_message(self) -> str:
        message = self.cleaned_data["message"]
        if link := find_link(message):
            raise ValidationError(
                _(
                    "Leave out the link (“%(link)s”). People who don’t know you can’t tell if it’s "
                    "safe. The email already has a link to the invitation."
                ),
                code="link",
                params={"link": link},
            )
        return message

    def _sort_out(self, pasted: "list[Pasted]") -> list[str]:
        """The addresses to invite, each once. Adds remarks on the others."""
        addresses = [each.address for each in pasted if each.address]
        members = set(
            self.circle.memberships.current()
            .filter(user__email__in=addresses)
            .values_list("user__email", flat=True)
        )
        open_mailed = self.circle.invitations.mailed().open().filter(email__in=addresses)
        asked = set(open_mailed.values_list("email", flat=True))
        wanted: dict[str, int] = {}
        for each in reversed(pasted):
            if each.name:
                self.names[each.address] = each.name
        for each in pasted:
            if not each.address:
                self.to_fix.append(each.text)
                self._remark(
                    each, gettext("Not an email address. You can fix it in the box below.")
                )
            elif each.address in members:
                self._remark(each, gettext("Already in the circle."))
            elif each.address in asked:
                self._remark(each, gettext("Already invited. No reply yet."))
            elif each.address in wanted:
                self._remark(each, gettext("Same as line %d.") % wanted[each.address])
            else:
                wanted[each.address] = each.line
        return list(wanted)

    def _remark(self, each: "Pasted", why: str) -> None:
        self.remarks.append({"line": each.line, "text": each.text, "why": why})

    def send(self, user: "User") -> list[str]:
        """Invite these people. Returns the addresses that get an email.

        Raises:
            ValidationError: these would be too many today. No one was invited.
        """
        fields = self.cleaned_data
        return invite_within_limits(
            self.circle, user, fields["emails"], fields["message"], names=self.names
        )

    def left_over(self) -> "InvitationForm":
        """The form again, with the addresses that can be fixed."""
        initial = {"emails": "\n".join(self.to_fix), "message": self.cleaned_data["message"]}
        return InvitationForm(initial=initial, circle=self.circle)

    @property
    def draft(self) -> str:
        """The name under which keep-draft.js stores the text of this form."""
        return f"invite-{self.circle.pk}"

    @property
    def email_words(self) -> "StrPromise":
        """Whom the button emails, and when."""
        return _("Emails each person right away")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"data-keep-draft": self.draft}
        helper.layout = Layout(
            "emails",
            "message",
            Submit("invite", _("Send invitations")),
            email_line("form.email_words"),
        )
        return helper


class LinkForm(forms.Form):
    """The terms of an invite link."""

    DAYS = [(7, _("1 week")), (30, _("30 days")), (90, _("3 months")), (365, _("1 year"))]

    needs_approval = forms.BooleanField(
        label=_("Approve each person who uses this link"),
        required=False,
        initial=True,
        help_text=_("Keep this on for a link you post in public or that gets forwarded."),
    )
    days = forms.TypedChoiceField(
        label=_("Link works for"), choices=DAYS, coerce=int, initial=30, widget=forms.Select
    )

    def __init__(self, *args: Any, circle: "Circle", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circle = circle

    def save(self, user: "User") -> str:
        """Create the link. Returns its token."""
        return Invitation.objects.issue_link(self.circle, invited_by=user, **self.cleaned_data)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("needs_approval", "days", Submit("make", _("Create link")))
        return helper
