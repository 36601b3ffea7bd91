"""What a reader writes in the margin of a section."""

import hashlib

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import PrivateNote, Reaction


class MarginForm(forms.Form):
    """A note that nobody else sees, and a question to be asked at the evening.

    It carries a stamp of what its writer saw, so that what they wrote on another device
    meanwhile is shown before it is replaced.

    Args:
        place: the reader's Place in the brief.
        spot: the section's, with the note and the question as they are kept.
        is_inline: it stands beside its section, and htmx sends it.
    """

    is_stale = False  # Until it is checked; a form that nothing was sent to never is.

    note = forms.CharField(
        required=False,
        max_length=5000,
        label=gettext_lazy("My note"),
        help_text=gettext_lazy("Only you see it, on this brief, for as long as you keep it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": gettext_lazy(
                "A note has %(limit_value)d characters at most; this has %(show_value)d."
            )
        },
    )
    question = forms.CharField(
        required=False,
        max_length=300,
        label=gettext_lazy("A question for the evening"),
        help_text=gettext_lazy("Your facilitator sees the question, not who asks it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "max_length": gettext_lazy(
                "Ask it in %(limit_value)d characters; this has %(show_value)d."
            )
        },
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, place, spot, is_inline=False, **kwargs):
        section = spot.section
        super().__init__(*args, auto_id=f"margin-{section.slug}-%s", **kwargs)
        self.place = place
        self.spot = spot
        self.is_inline = is_inline
        self.is_stale = False
        self.initial = {"note": spot.note, "question": spot.question, "seen": self._stamp}
        if not place.memberships or section.is_retired:
            del self.fields["question"]

    @property
    def _stamp(self):
        kept = f"{self.spot.note}\x1f{self.spot.question}"
        return hashlib.sha256(kept.encode()).hexdigest()[:16]

    def clean_question(self):
        return " ".join(self.cleaned_data["question"].split())

    def clean(self):
        super().clean()
        typed = (
            self.cleaned_data.get("note"),
            self.cleaned_data.get("question", self.spot.question),
        )
        kept = (self.spot.note, self.spot.question)
        seen = self.cleaned_data.get("seen")
        self.is_stale = bool(seen) and seen != self._stamp and typed != kept
        if self.is_stale:
            raise ValidationError(
                _(
                    "You wrote here meanwhile, perhaps on another device. It says now: “%(kept)s”. "
                    "Below is what you typed just now: save it again to put it in its place."
                ),
                code="stale",
                params={"kept": " / ".join(filter(None, kept)) or _("nothing")},
            )

    def show_the_newest(self):
        """From here on, sending the form again means to replace what was shown."""
        self.data = self.data.copy()
        self.data["seen"] = self._stamp

    def save(self, user):
        """Keep both; what was emptied is gone."""
        PrivateNote.objects.keep(user, self.spot.section, self.cleaned_data["note"])
        if "question" in self.fields:
            text = self.cleaned_data["question"]
            Reaction.objects.set(
                self.place.memberships,
                self.spot.section,
                Reaction.Kind.QUESTION,
                on=bool(text),
                text=text,
            )

    @property
    def helper(self):
        helper = FormHelper()
        section = self.spot.section
        helper.form_class = "margin__form"
        helper.form_action = self.spot.margin_url
        helper.attrs = {"data-keep-draft": self.spot.draft}
        if self.is_inline:
            helper.attrs |= {
                "data-hx-post": self.spot.margin_url,
                "data-hx-target": f"#mine-{section.slug}",
                "data-hx-swap": "outerHTML",
                "data-hx-select": f"#mine-{section.slug}",
            }
        names = [name for name in ("seen", "note", "question") if name in self.fields]
        helper.layout = Layout(*names, Submit("keep", _("Keep it")))
        return helper
