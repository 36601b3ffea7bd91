"""The form to type in a note-taking sheet after the meeting."""

import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from config.layout import Submit
from config.text_fields import PlainTextField
from config.texts import NOTE, SHEET, visible

from ..models import Note
from ..notes import shorthand

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import Membership
    from ..notes.outline import Outline, Part


LINES = 5


class NoteSheetForm(forms.Form):
    """One field for each part of the meeting; every line in it is a note.

    The notes' ids are derived from a token in the form. So sending it twice, or again with one
    more line, creates each note once.
    """

    saved: list[Note]

    token = forms.UUIDField(widget=forms.HiddenInput)
    privacy = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, outline: "Outline", membership: "Membership", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.outline, self.membership = outline, membership
        self.initial["token"] = uuid.uuid4()
        self.initial["privacy"] = outline.meeting.circle.privacy
        sections = [part for part in outline.planned or outline.rest if part.takes_notes]
        self.parts = [*sections, outline.takeaways, outline.parking_lot]
        for part in self.parts:
            self.fields[part.anchor] = field = PlainTextField(
                label=part.title,
                required=False,
                max_length=SHEET,
                widget=forms.Textarea(attrs={"rows": LINES, "aria-describedby": "marks"}),
            )
            field.says_limit = False

    @property
    def limit_of_each(self) -> str:
        """How long each text may be, said once for all of them."""
        limit = number_format(SHEET, force_grouping=True)
        return _("Each box holds up to %s characters.") % limit

    def clean(self) -> None:
        if closed := Note.why_closed(self.outline.meeting, self.membership):
            raise forms.ValidationError(closed, code="closed")
        if self.errors:
            return
        typed = self._typed()
        if not typed:
            raise forms.ValidationError(_("Type at least one line, then save."), code="empty")
        for part, _kind, words in typed:
            self._check_note(part, words)

    def _check_note(self, part: "Part", words: str) -> None:
        try:
            visible(words)
        except forms.ValidationError as error:
            self.add_error(part.anchor, error)
        if len(words) > NOTE:
            self.add_error(part.anchor, _("One of these notes is too long. Split it in two."))

    def _typed(self) -> "list[tuple[Part, Note.Kind, str]]":
        """The typed notes: [(part, kind, text), …]."""
        return [
            (part, kind, words)
            for part in self.parts
            for kind, words in shorthand.read(
                self.cleaned_data.get(part.anchor, ""), part.usual_kind
            )
        ]

    def save(self, author: "User") -> int:
        """Save all lines or none. Returns how many were new."""
        token, notes = self.cleaned_data["token"], []
        seen: Counter[tuple[str, str, str]] = Counter()
        for part, kind, words in self._typed():
            # The same text twice in one part makes two notes.
            line = (part.key, kind, words)
            seen[line] += 1
            name = "\n".join([*map(str, line), str(seen[line])])
            notes.append(
                Note(id=uuid.uuid5(token, name), kind=kind, section=part.section, text=words)
            )
        # What is on paper was written at the meeting, under the setting of that time.
        meeting = self.outline.meeting
        shown = (self.cleaned_data["privacy"], meeting.privacy)
        number = Note.write_all(meeting, notes, author, shown=shown)
        # A note that was there before has not been given its meeting again.
        self.saved = [note for note in notes if note.meeting_id]
        return number

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "form"
        helper.attrs = {"data-keep-draft": f"typed-{self.outline.meeting.pk}"}
        fields = [part.anchor for part in self.parts]
        helper.layout = Layout("token", "privacy", *fields, Submit("save", _("Save all notes")))
        return helper
