"""The form for an action item."""

from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from briefs.models import CallToAction
from config.layout import Submit
from config.text_fields import PlainTextField

from ..mail.in_sight import Planned, action_reminder
from ..models import ActionItem
from .fields import DayInput, email_line
from .stale import StaleForm

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# What each step of a brief's call to action means, for those who choose one.
STEPS = {
    CallToAction.Step.MEASURE: _("Measure: find out how things are now"),
    CallToAction.Step.IDENTIFY: _("Identify: learn who can change something"),
    CallToAction.Step.REACH_OUT: _("Reach out: talk with people who can help"),
    CallToAction.Step.PLAN: _("Plan: decide what to do, and when"),
    CallToAction.Step.EXECUTE: _("Execute: do it"),
}


class ActionForm(StaleForm, forms.ModelForm):
    """An action item: what, who, by when, and which step of the call to action."""

    class Meta:
        model = ActionItem
        fields = ["text", "owner", "due_on", "step"]
        widgets = {"due_on": DayInput, "text": forms.Textarea(attrs={"rows": 2})}
        field_classes = {"text": PlainTextField}
        labels = {
            "text": _("What needs to get done"),
            "due_on": _("Due date (optional)"),
            "step": _("Step (optional)"),
        }
        help_texts = {
            "text": _("One thing someone can do and report back on at the next meeting."),
            "due_on": _("Leave blank if it’s due by the next meeting."),
            "step": _("Briefs end with five steps from learning to doing. Choose one if it fits."),
        }
        error_messages = {
            "text": {
                "required": _("Write what needs to get done, then save."),
                "max_length": _(
                    "Please shorten it to %(limit_value)d characters. It’s now %(show_value)d."
                ),
            },
            "owner": {
                "invalid_choice": _(
                    "That person isn’t in this circle. Choose someone from the list."
                )
            },
            "due_on": {"invalid": _("Enter the date like this: 2027-01-31.")},
        }

    STAMPED = Meta.fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action = self.instance
        of_circle = action.meeting.circle.memberships
        in_it_now = Q(pk__in=of_circle.current().values("pk"))
        owners = of_circle.filter(in_it_now | Q(pk=action.owner_id)).by_name()
        self.fields["owner"].queryset = owners
        self.fields["owner"].empty_label = _("The whole circle")
        self.fields["step"].choices = [("", _("No step")), *STEPS.items()]
        self.initial["seen"] = action.stamp(self.STAMPED)

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())

    def tell_of(self, theirs: ActionItem) -> str:
        return _(
            "Someone else just changed this action item. It now says “%(text)s” (%(owner)s). "
            "Yours is below and isn’t saved yet. To replace theirs, save again."
        ) % {"text": theirs.text, "owner": theirs.owner or _("the whole circle")}

    def save(self, commit: bool = True) -> ActionItem:
        """Create the item, or save the changes. Returns the saved item."""
        action = self.instance
        if action.pk is None:
            return action.add()
        if changed := [name for name in self.Meta.fields if name in self.changed_data]:
            action.keep(changed, seen=self.seen_stamp)
        return action

    @property
    def email_words(self) -> "StrPromise | str":
        """Whom we email about it, and when."""
        if not self.instance.pk:
            return _("Reminds the owner by email two days before it’s due")
        return action_reminder(self.instance) or Planned(0).words

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "form"
        meeting = self.instance.meeting
        of = f"{self.instance.pk}-{self.instance.revision}" if self.instance.pk else "new"
        helper.attrs = {"data-keep-draft": f"action-{meeting.pk}-{of}"}
        helper.layout = Layout(
            *("seen", "text", "owner", "due_on", "step"),
            Submit("save", _("Save action item")),
            email_line("form.email_words"),
        )
        return helper
