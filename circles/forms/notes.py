"""Forms for notes and for answers to them."""

import uuid
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zlib import crc32

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.layout import Submit
from config.odd_requests import read_number
from config.text_fields import PlainTextField
from config.texts import NOTE, PAGE, visible

from ..models import Circle, Note
from ..models.privacy import strictest
from ..notes.outline import TAKEAWAYS, WHOLE_BRIEF

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from briefs.models import Question, Section

    from ..models import Membership
    from ..notes.outline import Outline, Part


def draft_key(name: str, pk: UUID | int, text: str) -> str:
    """A name for a draft in the browser.

    It depends on the text that the draft started from, so a draft never replaces newer text.
    """
    return f"{name}-{pk}-{crc32(text.encode())}"


class NoteForm(forms.Form):
    """One note. `section` and `question` are slugs, as in the protocol of the live page, and
    `item` is the number of an agenda item. In place of a section, the key of a step is fine."""

    fields: dict[str, Any]
    data: Any

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    # The privacy setting that the page showed, so that it holds for what was written there.
    privacy = forms.CharField(required=False, widget=forms.HiddenInput)
    item = forms.CharField(required=False, widget=forms.HiddenInput)
    text = PlainTextField(
        label=_("Note"),
        max_length=NOTE,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 2, "id": "note-text"}),
        error_messages={"required": _("Write what was said, then add the note.")},
    )
    kind = forms.ChoiceField(
        label=_("Type"), choices=Note.Kind.choices, required=False, widget=forms.RadioSelect
    )
    section = forms.ChoiceField(
        label=_("Section"),
        required=False,
        error_messages={
            "invalid_choice": _("That section isn’t in this brief. Choose one from the list.")
        },
    )
    question = forms.ChoiceField(
        label=_("About which question (optional)"),
        required=False,
        error_messages={
            "invalid_choice": _("That question isn’t in this brief. Choose one from the list.")
        },
    )

    def __init__(
        self,
        *args: Any,
        outline: "Outline",
        membership: "Membership",
        note: Note | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.outline, self.membership, self.note = outline, membership, note
        self.fields["privacy"].initial = outline.meeting.circle.privacy
        if note:
            self.fields["text"].make_room(note.text)
        parts = list(outline.in_brief_order)
        self.sections = {part.key: part.section for part in parts}
        self.questions = {q.slug: q for q in outline.questions.values() if not q.is_retired}
        if note and note.question:
            # A note may keep a section or question that is retired or from another brief.
            self.questions.setdefault(self.slug_of(note.question), note.question)
        self.steps = outline.step_keys(note)
        offered = [
            ("", _("None (parking lot or takeaways)")),
            *[(part.key, part.title) for part in parts],
        ]
        own = [(key, title) for key, (item, title) in self.steps.items() if self._is_under(item)]
        self.fields["section"].choices = [*offered, *((key, key) for key in self.steps)]
        self.fields["section"].widget.choices = [*own, *offered]
        self.fields["question"].choices = [("", _("No specific question"))] + [
            (slug, question.text) for slug, question in self.questions.items()
        ]

    def _is_under(self, item: int) -> bool:
        return bool(self.note and self.note.item_id == item)

    def slug_of(self, question: "Question") -> str:
        if question.brief_id == self.outline.meeting.brief_id:
            return question.slug
        return f"elsewhere:{question.slug}"

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Note.Kind.POINT

    def clean_section(self) -> "Section | None":
        return self.sections.get(self.cleaned_data["section"])

    def clean_question(self) -> "Question | None":
        return self.questions.get(self.cleaned_data["question"])

    def clean_item(self) -> int | None:
        """The agenda item; None for one that is gone, as that must not cost the note."""
        item = read_number(self.cleaned_data["item"])
        on_agenda = any(one.pk == item for one in self.outline.items)
        return item if on_agenda or (item and self._is_under(item)) else None

    def clean(self) -> None:
        closed = Note.why_closed(self.outline.meeting, self.membership)
        if closed:
            raise forms.ValidationError(closed, code="closed")
        section, question = self.cleaned_data.get("section"), self.cleaned_data.get("question")
        if question and question.section_id and section is None:
            part = self.outline.part_of(Note(question=question))
            self.cleaned_data["section"] = part.section
        elif question and section and question.section_id != section.pk:
            self.add_error(
                "question",
                _("That question belongs to another section. Choose a different one, or none."),
            )

    @property
    def content(self) -> dict[str, Any]:
        sent = {name: self.cleaned_data[name] for name in ("text", "kind", "section", "question")}
        return sent | {"item_id": self._item()}

    def _item(self) -> int | None:
        """The agenda item: as sent, else as before if the section is."""
        if step := self.steps.get(self.data.get("section", "")):
            return step[0]
        if "item" in self.data:
            return self.cleaned_data["item"]
        return self._item_as_before()

    def _item_as_before(self) -> int | None:
        stays = self.note and self.note.section == self.cleaned_data["section"]
        return self.note.item_id if self.note and stays else None

    @property
    def shown_privacy(self) -> tuple[str, ...]:
        """The settings that the writer's page showed."""
        return (self.cleaned_data["privacy"],)

    def new_note(self) -> Note:
        """The typed note, not saved, with the id from the form."""
        note_id = self.cleaned_data["id"] or uuid.uuid4()
        note = Note(id=note_id, meeting=self.outline.meeting, **self.content)
        note.shown_privacy = self.shown_privacy
        return note


class PartNoteForm(NoteForm):
    """A new note in one part of the outline."""

    def __init__(self, *args: Any, part: "Part", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        self.fields["section"].widget = forms.HiddenInput()
        self.fields["section"].initial = part.key if part.section else ""
        item = self.outline.item_of(part)
        self.fields["item"].initial = item.pk if item else ""
        self.fields["id"].initial = uuid.uuid4
        self.fields["kind"].initial = part.usual_kind
        # The form offers this part's questions but accepts any question of the brief.
        offered: list[tuple[str, StrPromise | str]] = [
            (question.slug, f"{number}. {question.text}")
            for number, question in enumerate(part.questions, start=1)
        ]
        if part.key == WHOLE_BRIEF:
            self.fields["question"].required = True
            self.fields["question"].label = _("About which question")
        else:
            offered.insert(0, ("", _("No specific question")))
        self.fields["question"].widget.choices = offered
        if part.key == TAKEAWAYS:
            self.fields["kind"].widget = forms.HiddenInput()

    def clean(self) -> None:
        super().clean()
        if "question" in self.errors:
            self.fields["question"].widget.choices = self.fields["question"].choices

    def take_fresh_id(self) -> None:
        """Take a new id, so that sending the form again creates another note."""
        self.data = self.data.copy()
        self.data["id"] = uuid.uuid4()

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "form note-form"
        helper.form_action = f"?section={self.part.key}"
        meeting = self.outline.meeting
        helper.attrs = {"data-keep-draft": f"note-{meeting.pk}-{self.part.key}"}
        question = ["question"] if self.part.questions or "question" in self.errors else []
        chips = Field("kind", template="circles/_chips.html")
        kind = "kind" if self.part.key == TAKEAWAYS else chips
        helper.layout = Layout(
            "id",
            "privacy",
            "section",
            "item",
            Field("text", data_enter_submits=""),
            kind,
            *question,
            Div(
                Submit("add", _("Add note"), css_id="note-add"),
                HTML('{% include "circles/_enter_hint.html" %}'),
                css_class="note-form__foot",
            ),
        )
        return helper


class NoteEditForm(NoteForm):
    """The form to edit a note: its text, type, section and question."""

    note: Note

    def _item_as_before(self) -> int | None:
        # Here “none” is a choice: the parking lot.
        return super()._item_as_before() if self.cleaned_data["section"] else None

    @classmethod
    def filled_with(cls, note: Note, **kwargs: Any) -> "NoteEditForm":
        """The form filled with the saved note."""
        form = cls(note=note, **kwargs)
        section = form.outline.part_of(note).key if note.section_id else ""
        if not section and note.item_id:
            own = (key for key, (item, _title) in form.steps.items() if item == note.item_id)
            section = next(own, "")
        form.initial = {
            "text": note.text,
            "kind": note.kind,
            "section": section,
            "question": form.slug_of(note.question) if note.question else "",
            "version": note.version,
        }
        return form

    def again(self, theirs: Note) -> "NoteEditForm":
        """The typed text in a form that replaces the newer note when it is sent."""
        names = ["text", "kind", "section", "question", "privacy"]
        typed = {name: self.data.get(name, "") for name in names}
        again = NoteEditForm(
            outline=self.outline,
            membership=self.membership,
            note=theirs,
            initial=typed | {"version": theirs.version, "id": uuid.uuid4()},
        )
        again.fields["text"].widget.attrs["rows"] = 5
        again.is_again = True
        return again

    is_again = False

    @property
    def privacy_line(self) -> "StrPromise":
        """What holds for the note once other words are saved."""
        setting = strictest(self.note.privacy, self.outline.meeting.circle.privacy)
        return Circle.PRIVACY_LINES[setting]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "form note-edit"
        helper.attrs = {"data-keep-draft": f"note-{self.note.pk}-{self.note.version}"}
        helper.layout = Layout(
            "version",
            "privacy",
            "text",
            Field("kind", template="circles/_chips.html"),
            "section",
            "question",
            "id",
            Div(*self._buttons(), css_class="buttons"),
        )
        if self.is_again:
            helper.form_action = self.note.get_absolute_url()
        return helper

    def _buttons(self) -> list[Submit]:
        if not self.is_again:
            return [Submit("save", _("Save note"))]
        meeting = self.outline.meeting
        notes = reverse("circles:note_list", args=[meeting.circle.slug, meeting.number])
        look = "primary" if self.note.deleted_at else ""
        apart = Submit("apart", _("Add as new note"), look=look, formaction=notes)
        if self.note.deleted_at:
            return [apart]
        return [Submit("save", _("Replace with mine")), apart]


class AnswerForm(forms.Form):
    """The answer to a note. The form also sends the answer that it started from."""

    fields: dict[str, Any]

    started_from = PlainTextField(required=False, widget=forms.HiddenInput)
    answer = PlainTextField(
        label=pgettext_lazy("to a question", "Answer"),
        required=False,
        max_length=PAGE,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you found out, and where. Leave blank to remove the answer."),
    )

    def __init__(self, *args: Any, note: Note, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.note = note
        self.fields["answer"].make_room(note.answer)

    def clean(self) -> None:
        if closed := self.note.meeting.why_no_words:
            raise forms.ValidationError(closed, code="closed")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "form"
        helper.attrs = {"data-keep-draft": draft_key("answer", self.note.pk, self.note.answer)}
        helper.layout = Layout("started_from", "answer", Submit("save", _("Save answer")))
        return helper
