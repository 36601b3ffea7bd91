"""What a person types when something is promised."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from briefs.models import CallToAction

from ..models import ActionItem


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class ActionForm(forms.ModelForm):
    """A promise: what, who, by when, and under which step.

    It carries the revision at which its writer saw the promise, so that a change made
    meanwhile is shown before it is replaced.
    """

    is_stale = False  # Until it is checked; a form that nothing was sent to never is.

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ActionItem
        fields = ["text", "owner", "due_on", "step"]
        widgets = {"due_on": DayInput, "text": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "text": _("One thing that can be done and told of at the next meeting."),
            "due_on": _("Leave it empty if the next meeting is soon enough."),
            "step": _("If it helps: which of the five steps is it?"),
        }
        error_messages = {
            "text": {
                "required": _("Write what is promised, then save it."),
                "max_length": _("Say it in %(limit_value)d characters; this has %(show_value)d."),
            },
            "owner": {
                "invalid_choice": _("That person is not in the circle. Choose one from the list.")
            },
            "due_on": {"invalid": _("Write the day as 2027-01-31.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        action = self.instance
        of_circle = action.meeting.circle.memberships
        in_it_now = Q(pk__in=of_circle.current().values("pk"))
        owners = of_circle.filter(in_it_now | Q(pk=action.owner_id)).by_name()
        self.fields["owner"].queryset = owners
        self.fields["owner"].empty_label = _("The whole circle")
        self.fields["step"].choices = [("", _("None in particular")), *CallToAction.Step.choices]
        self.initial["seen"] = action.revision

    def clean_text(self):
        return " ".join(self.cleaned_data["text"].split())

    def clean(self):
        super().clean()
        seen = self.cleaned_data.get("seen")
        self.is_stale = self.instance.pk is not None and seen not in (None, self.instance.revision)
        if self.is_stale:
            raise forms.ValidationError(
                _(
                    "Somebody changed this promise meanwhile. It now says “%(text)s” (%(owner)s). "
                    "What you typed is below: save it again to put it in its place."
                ),
                code="stale",
                params={
                    "text": self.initial["text"],
                    "owner": self.instance.owner or _("the whole circle"),
                },
            )

    def show_the_newest(self):
        """From here on, sending the form again means to replace what was shown."""
        self.data = self.data.copy()
        self.data["seen"] = self.instance.revision

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_class = "form"
        meeting = self.instance.meeting
        of = f"{self.instance.pk}-{self.instance.revision}" if self.instance.pk else "new"
        helper.attrs = {"data-keep-draft": f"action-{meeting.pk}-{of}"}
        helper.layout = Layout(
            "seen", "text", "owner", "due_on", "step", Submit("save", _("Save the promise"))
        )
        return helper
