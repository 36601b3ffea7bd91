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
from config.texts import MESSAGE, SHEET, visible
from config.typed_links import find_link

from ..inviting.daily_limits import invite_within_limits
from ..inviting.pasted_addresses import read_addresses
from ..models import Invitation

if TYPE_CHECKING:
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
        label=_("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "One or many, up to fifty, as you have them: with commas, spaces or lines "
            "between them, with names or without."
        ),
    )
    message = PlainTextField(
        label=_("A word from you"),
        required=False,
        max_length=MESSAGE,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "It’s in each email, above the link to the invitation. It takes no link of its own. "
            "Optional."
        ),
    )

    def __init__(self, *args: Any, circle: "Circle", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circle = circle
        self.remarks: list[dict[str, Any]] = []
        self.to_mend: list[str] = []
        self.names: dict[str, str] = {}

    def clean_emails(self) -> list[str]:
        pasted = read_addresses(self.cleaned_data["emails"])
        if not pasted:
            raise ValidationError(_("There is no e-mail address in this. Type at least one."))
        if len({each.address or each.text for each in pasted}) > MOST_AT_ONCE:
            raise ValidationError(
                _("These are more than %d addresses. Invite them in two parts.") % MOST_AT_ONCE
            )
        return self._sort_out(pasted)

    def clean_message(self) -> str:
        message = self.cleaned_data["message"]
        if link := find_link(message):
            raise ValidationError(
                _(
                    "Leave out the link (“%(link)s”): people who don’t know you can’t tell whether "
                    "it’s safe. The email has a link of its own, to the invitation."
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
                self.to_mend.append(each.text)
                self._remark(each, gettext("Not an e-mail address. It stands in the box to mend."))
            elif each.address in members:
                self._remark(each, gettext("In the circle already."))
            elif each.address in asked:
                self._remark(each, gettext("Invited already, and not answered yet."))
            elif each.address in wanted:
                self._remark(each, gettext("The same as in line %d.") % wanted[each.address])
            else:
                wanted[each.address] = each.line
        return list(wanted)

    def _remark(self, each: "Pasted", why: str) -> None:
        self.remarks.append({"line": each.line, "text": each.text, "why": why})

    def send(self, user: "User") -> list[str]:
        """Invite these people. Returns the addresses that get an email.

        Raises:
            ValidationError: these would be too many today. Nobody was invited.
        """
        fields = self.cleaned_data
        return invite_within_limits(
            self.circle, user, fields["emails"], fields["message"], names=self.names
        )

    def left_over(self) -> "InvitationForm":
        """The form again, with the addresses that can be fixed."""
        initial = {"emails": "\n".join(self.to_mend), "message": self.cleaned_data["message"]}
        return InvitationForm(initial=initial, circle=self.circle)

    @property
    def draft(self) -> str:
        """The name under which keep-draft.js stores the text of this form."""
        return f"invite-{self.circle.pk}"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"data-keep-draft": self.draft}
        helper.layout = Layout("emails", "message", Submit("invite", _("Send the invitations")))
        return helper


class LinkForm(forms.Form):
    """The terms of an invite link."""

    DAYS = [(7, _("a week")), (30, _("thirty days")), (90, _("three months")), (365, _("a year"))]

    needs_approval = forms.BooleanField(
        label=_("Ask me before someone comes in by the link"),
        required=False,
        initial=True,
        help_text=_("Leave this on for a link that hangs on a wall or goes around by mail."),
    )
    days = forms.TypedChoiceField(
        label=_("Good for"), choices=DAYS, coerce=int, initial=30, widget=forms.Select
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
        helper.layout = Layout("needs_approval", "days", Submit("make", _("Make the link")))
        return helper
