"""The form for what a reader marks in a section."""

import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.layout import Submit
from config.text_fields import PlainTextField
from config.texts import PAGE, PARAGRAPH, SENTENCE, visible

from ..models import Mark
from ..reading.marks import Sharing

if TYPE_CHECKING:
    from accounts.models import User
    from briefs.models import Section

    from ..models import Meeting

PARAGRAPH_ID = re.compile(r"-p([1-9]\d{0,3})$")


class QuestionField(PlainTextField):
    """A question in one sentence or two, on one line."""

    def to_python(self, value: str | None) -> str:
        return " ".join(super().to_python(value).split())


class MarkForm(forms.Form):
    """One mark, as a page or a script sends it.

    Args:
        user: whose mark it is.
        section: what it's on, with its brief.
        sharing: for which meetings a note can be shared.
        mark: the saved mark; None for a new one.
        key: of a new mark.
    """

    fields: dict[str, Any]
    data: Any

    kind = forms.ChoiceField(choices=Mark.Kind.choices, widget=forms.HiddenInput)
    # The id of a paragraph on the section's page. One that is none means the whole section.
    paragraph = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    quote = PlainTextField(
        required=False, max_length=PARAGRAPH, validators=[visible], widget=forms.HiddenInput
    )
    text = PlainTextField(
        required=False,
        max_length=PAGE,
        validators=[visible],
        label=gettext_lazy("My note"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    # The slug of a circle; empty for the reader alone.
    shared = forms.CharField(
        required=False,
        max_length=120,
        label=gettext_lazy("Who can see this"),
        widget=forms.RadioSelect,
    )
    # The circles of which the page said that they see the writer's name.
    named = forms.CharField(required=False, max_length=PAGE, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        user: "User",
        section: "Section",
        sharing: Sharing,
        mark: Mark | None = None,
        key: uuid.UUID | None = None,
        back: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.section, self.saved = user, section, mark
        self.key = mark.key if mark else key or uuid.uuid4()
        self.back = back
        self.sharing, self.meetings = sharing, sharing.by_circle
        if mark:
            self._fill(mark)
        asked = self.data.get("kind") or self.initial.get("kind")
        self.of_kind: str = asked if asked in Mark.Kind.values else Mark.Kind.NOTE
        if self.of_kind == Mark.Kind.QUESTION:
            self._ask_as_a_question()
        else:
            self._ask_as_a_note()
        if mark:
            self.fields["text"].make_room(mark.text)

    def _fill(self, mark: Mark) -> None:
        names = ("kind", "quote", "text", "version")
        self.initial.update((name, getattr(mark, name)) for name in names)
        self.initial["paragraph"] = mark.paragraph_id(self.section.slug)
        shared = [slug for slug, m in self.meetings.items() if m.pk == mark.shared_for_id]
        self.initial["shared"] = "".join(shared)

    def _ask_as_a_question(self) -> None:
        self.fields["text"] = QuestionField(
            required=False,
            max_length=SENTENCE,
            validators=[visible],
            label=_("Question for the meeting"),
            help_text=_("Your facilitator sees the question, but not who asked it."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _ask_as_a_note(self) -> None:
        self.initial.setdefault("named", self.sharing.named)
        offered = self.sharing.choices
        self.fields["shared"].widget.choices = [("", _("Only me")), *offered]
        if not offered:
            self.fields["text"].help_text = _("Only you can see this.")

    def clean_paragraph(self) -> int | None:
        found = PARAGRAPH_ID.search(self.cleaned_data["paragraph"])
        return int(found[1]) if found else None

    def clean_shared(self) -> "Meeting | None":
        """The meeting until which the note is shared. None if that has begun since: then it's the
        reader's alone, and that must not cost the note."""
        return self.meetings.get(self.cleaned_data["shared"])

    def clean(self) -> None:
        sent = self.cleaned_data
        if sent.get("kind") not in Mark.WRITTEN:
            sent["text"] = ""
        elif "text" not in self.errors and not sent.get("text"):
            self.add_error("text", _("Write something first, then save."))
        if sent.get("kind") != Mark.Kind.NOTE:
            sent["shared"] = None

    @property
    def title(self) -> str:
        """The heading of its page."""
        return str(Mark.Kind(self.of_kind).label)

    @property
    def is_unshared(self) -> bool:
        """Whether it was to be shared for a meeting that has begun since."""
        return bool(self.data.get("shared")) and not self.cleaned_data["shared"]

    def mark(self) -> Mark:
        """The mark as it was sent, to be kept."""
        sent = self.cleaned_data
        shared = sent["shared"]
        return Mark(
            key=self.key,
            user=self.user,
            section=self.saved.section if self.saved else self.section,
            kind=sent["kind"],
            paragraph=sent["paragraph"],
            quote=sent["quote"],
            text=sent["text"],
            shared_for=shared,
            is_named=bool(shared) and shared.circle.slug in sent["named"].split(),
            longest_before=self.saved.longest_before if self.saved else 0,
        )

    def conflict(self, theirs: Mark) -> None:
        """Say what else was saved, so that sending the form again replaces it."""
        self.is_stale = True
        self.data = self.data.copy()
        if theirs.deleted_at:
            self.key, self.data["version"] = uuid.uuid4(), ""
            told = _(
                "You deleted this somewhere else, maybe on another device. What you typed is "
                "below and isn’t saved yet. To save it, save again."
            )
        else:
            self.data["version"] = theirs.version
            told = _(
                "You also changed this somewhere else, maybe on another device. What you just "
                "typed is below and isn’t saved yet. To replace the saved text, save again. The "
                "saved text: “%(saved)s”"
            ) % {"saved": theirs.text}
        self.add_error(None, told)

    @property
    def draft(self) -> str:
        """The name under which the browser stores unsaved text."""
        subject = self.saved.key if self.saved else f"{self.of_kind}-{self.section.slug}"
        return f"mark-{subject}"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        mark = Mark(key=self.key, section=self.section)
        helper.form_action = mark.edit_url
        if self.back:
            helper.form_action += f"?{urlencode({'next': self.back})}"
        helper.attrs = {"data-keep-draft": self.draft}
        names = ["kind", "paragraph", "quote", "version", "text"]
        if self.of_kind == Mark.Kind.NOTE and self.meetings:
            names += ["named", "shared"]
        is_note = self.of_kind == Mark.Kind.NOTE
        save = _("Save note") if is_note else _("Save question")
        helper.layout = Layout(*names, Submit("keep", save))
        return helper
