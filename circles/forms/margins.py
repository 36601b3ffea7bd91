"""The form for a reader's margin of a section."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from briefs.models import Section
from config.layout import Submit
from config.text_fields import PlainTextField
from config.texts import PAGE, SENTENCE, visible

from ..models import PrivateNote, Reaction
from ..models.stale import Stale, stamp
from .stale import StaleForm

if TYPE_CHECKING:
    from accounts.models import User

    from ..reading.progress import ReadingProgress, SectionProgress


class MarginForm(StaleForm):
    """A private note on a section, and a question for the meeting.

    It locks the person's row: text that they wrote on another device since is shown before it
    is replaced.

    Args:
        user: whose margin it is.
        progress: the person's progress in the brief.
        row: the section's progress, with the saved note and question.
        is_inline: whether it is beside its section and htmx sends it.
        back: the path to return to; empty for the reader's own page of the brief.
    """

    is_stale = False

    note = PlainTextField(
        required=False,
        max_length=PAGE,
        validators=[visible],
        label=gettext_lazy("My note"),
        help_text=gettext_lazy("Only you can see this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": gettext_lazy(
                "Shorten this to %(limit_value)d characters. It has %(show_value)d now."
            )
        },
    )
    question = PlainTextField(
        required=False,
        max_length=SENTENCE,
        validators=[visible],
        label=gettext_lazy("Question for the meeting (optional)"),
        help_text=gettext_lazy("Your facilitator sees the question, but not who asked it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "max_length": gettext_lazy(
                "Shorten this to %(limit_value)d characters. It has %(show_value)d now."
            )
        },
    )

    def __init__(
        self,
        *args: Any,
        user: "User",
        progress: "ReadingProgress",
        row: "SectionProgress",
        is_inline: bool = False,
        back: str = "",
        **kwargs: Any,
    ) -> None:
        section = row.section
        kwargs["auto_id"] = f"margin-{section.slug}-%s"
        super().__init__(*args, **kwargs)
        self.user = user
        self.progress = progress
        self.row = row
        self.is_inline = is_inline
        self.back = back
        saved = (row.note, row.question)
        self.initial = {"note": row.note, "question": row.question, "seen": stamp(saved)}
        if not progress.memberships or section.is_retired:
            del self.fields["question"]

    def clean_question(self) -> str:
        return " ".join(self.cleaned_data["question"].split())

    def tell_of(self, theirs: tuple[str, str]) -> str:
        saved = " / ".join(filter(None, theirs))
        if not saved:
            return _(
                "You cleared this somewhere else, maybe on another device. What you typed is "
                "below and isn’t saved yet. To save it, save again."
            )
        return _(
            "You also changed this somewhere else, maybe on another device. What you just typed "
            "is below and isn’t saved yet. To replace the saved text, save again. The saved text: "
            "“%(saved)s”"
        ) % {"saved": saved}

    def stamp_of(self, theirs: tuple[str, str]) -> str:
        return stamp(theirs)

    def save(self) -> None:
        """Save both. An empty note or question is deleted.

        Raises:
            Stale: the person saved something else here since, on another page or device.
        """
        section = Section.objects.get(pk=self.row.section.pk)
        text = self.cleaned_data.get("question")
        with self.user.locked():
            saved = self._saved()
            typed = (self.cleaned_data["note"], saved[1] if text is None else text)
            if typed != saved and stamp(saved) != self.seen_stamp:
                raise Stale(saved)
            PrivateNote.objects.keep(self.user, section, typed[0])
            if text is not None:
                kind, on = Reaction.Kind.QUESTION, bool(text)
                Reaction.objects.set(self.progress.memberships, section, kind, on=on, text=text)

    def _saved(self) -> tuple[str, str]:
        """The saved note and question; "" for none."""
        section = self.row.section.pk
        notes = PrivateNote.objects.filter(user=self.user, section=section)
        asked = Reaction.objects.filter(
            membership__in=self.progress.memberships, section=section, kind=Reaction.Kind.QUESTION
        )
        return (
            notes.values_list("text", flat=True).first() or "",
            asked.values_list("text", flat=True).last() or "",
        )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        section = self.row.section
        helper.form_class = "margin__form"
        helper.form_action = self.row.margin_url
        if self.back:
            helper.form_action += f"?{urlencode({'next': self.back})}"
        helper.attrs = {"data-keep-draft": self.row.draft}
        if self.is_inline:
            helper.attrs |= {
                "data-hx-post": self.row.margin_url,
                "data-hx-target": f"#mine-{section.slug}",
                "data-hx-swap": "outerHTML",
            }
        names = [name for name in ("seen", "note", "question") if name in self.fields]
        helper.layout = Layout(*names, Submit("keep", _("Save note")))
        return helper
