"""Form fields made of the fields of a brief's models, each with a limit, and the form of a part."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import models
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from config.text_fields import TOO_LONG, PlainTextField
from config.texts import LINK, SENTENCE, visible

from ..editions.fixture import MODELS, fields_of, spare
from . import content as contents
from .content import Content, Item

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# What `theirs` says of a part that someone else removed.
GONE = "gone"
LINK_HELP = _("The web address, beginning with https://")


class LineField(forms.CharField):
    """A text of one line."""

    default_error_messages = {"max_length": TOO_LONG}

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class LinkField(forms.URLField):
    """A web address, in a field that browsers keep drafts of (static/js/keep-draft.js)."""

    widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", **options)


def line(model: type[models.Model], name: str, **options: Any) -> LineField:
    """A field for a text of one line. One of a sentence or two has room for it."""
    column: Any = model._meta.get_field(name)
    options.setdefault("max_length", column.max_length)
    if options["max_length"] >= SENTENCE:
        options["widget"] = forms.Textarea(attrs={"rows": 3})
    return LineField(validators=[visible], **_described(column, options))


def long_text(
    model: type[models.Model], name: str, *, longest: int, rows: int, **options: Any
) -> PlainTextField:
    """A field for a text of several lines."""
    column = model._meta.get_field(name)
    widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "true"})
    return PlainTextField(
        max_length=longest,
        validators=[visible],
        widget=widget,
        **_described(column, options),
    )


def link(model: type[models.Model], name: str, **options: Any) -> LinkField:
    column: Any = model._meta.get_field(name)
    options.setdefault("help_text", LINK_HELP)
    longest = min(column.max_length, LINK)
    return LinkField(max_length=longest, **_described(column, options))


def _described(column: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The label, the hint, and whether it may be blank, as the model has it."""
    label, required = capfirst(column.verbose_name), not column.blank
    if "required" not in options and not required:
        label = format_lazy(_("{label} (optional)"), label=label)
    return {"label": label, "help_text": column.help_text, "required": required} | options


class PartForm(forms.Form):
    """What an editor types about one part of a draft.

    `basis` says how the part was when its page was opened. A browser keeps it with what is typed
    (so it's a text field), and a draft that comes back later still says what it's based on.
    `theirs` says how the part was when a page showed that someone else changed it.

    Args:
        data: what was sent; None for a page that is opened.
        content: the content of the draft.
        part: the part as it is now; None for a new one.
        start: other values to begin with, by field.
    """

    label: ClassVar[str]  # of the model
    names: ClassVar[list[str]]  # the fields of the model that it edits
    keys: ClassVar[list[str]] = []  # those that name another part
    # The title of the page of a new one, if not that of its kind.
    new: ClassVar["StrPromise | str"] = ""

    basis = forms.CharField(
        required=False, max_length=64, widget=forms.TextInput(attrs={"hidden": True})
    )
    theirs = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        content: Content,
        part: Item | None = None,
        start: dict[str, Any] | None = None,
    ) -> None:
        self.content, self.part = content, part
        initial = {"basis": self.basis_now(part), **self.values_of(part), **(start or {})}
        super().__init__(data, initial=initial)
        for name, typed in self.fields.items():
            if isinstance(typed, PlainTextField):
                typed.make_room(str(initial.get(name) or ""))

    @property
    def model(self) -> type[models.Model]:
        return MODELS[self.label]

    @classmethod
    def values_of(cls, part: Item | None) -> dict[str, Any]:
        """The values of a part for the fields of the form."""
        if part is None:
            return {}
        saved, model = part["fields"], MODELS[cls.label]
        columns = [column for column in fields_of(model) if column.name in cls.names]
        found = {column.name: saved.get(column.name, column.get_default()) for column in columns}
        return found | {name: contents.own(part, name) for name in cls.keys}

    @classmethod
    def basis_now(cls, part: Item | None) -> str:
        """A digest of what this form edits of a part; "" for a new one. Where the part is in the
        brief doesn't count: others may move it."""
        if part is None:
            return ""
        edited = {name: part["fields"].get(name) for name in cls.names}
        return contents.basis_of({"model": cls.label, "fields": edited})

    def is_current(self, part: Item | None) -> bool:
        """Whether the part is as its editor saw it, or chose to replace it."""
        basis, theirs = self.cleaned_data.get("basis"), self.cleaned_data.get("theirs")
        if part is None:
            return not basis or theirs == GONE
        return self.basis_now(part) in (basis, theirs)

    def taken(self, part: Item | None) -> dict[str, Any]:
        """The values to save. A text that only has other blanks at its end stays as it was."""
        values: dict[str, Any] = {}
        for name in self.names:
            if name not in self.fields:
                continue
            value: Any = self.cleaned_data.get(name)
            if name in self.keys:
                value = contents.naming(self.content, value)
            elif hasattr(value, "isoformat"):
                value = value.isoformat()
            values[name] = self._as_saved(name, value, part)
        return values

    def _as_saved(self, name: str, value: Any, part: Item | None) -> Any:
        saved = part["fields"].get(name) if part else None
        if isinstance(saved, str) and isinstance(value, str):
            return saved if self.fields[name].to_python(saved) == value else value
        return value

    def item(self, part: Item | None, **more: Any) -> Item:
        """The part with what was typed.

        Args:
            part: as it is now; None for a new one.
            more: other values, such as a new part's slug and position.
        """
        fields = (part["fields"] if part else {}) | more | self.taken(part)
        return (part or {}) | spare(self.label, fields)

    def typed(self, part: Item | None, **more: Any) -> Item:
        """The part with what was typed so far, for a preview. What can't be saved is shown too."""
        self.is_valid()
        for name in self.names:
            if name in self.errors and isinstance(self.fields[name], forms.CharField):
                self.cleaned_data[name] = str(self.data.get(name, ""))
        return self.item(part, **more)

    def elsewhere(self, content: Content, before: Item | None, slug: str) -> Content:
        """The content of the draft, with what else changes as this part was saved.

        Args:
            content: with the part as it is now.
            before: the part as it was; None if it's new.
            slug: its slug.
        """
        return content

    def differences(self, theirs: Item | None) -> list[dict[str, Any]]:
        """What someone else saved differently: [{"label", "theirs", "yours"}, …]."""
        if theirs is None:
            return []
        other = type(self)(content=self.content, part=theirs)
        return [
            {"label": self.fields[name].label, "theirs": before, "yours": after}
            for name in self.fields
            if name not in ("basis", "theirs")
            and (before := _shown(other[name])) != (after := _shown(self[name]))
        ]


def _shown(field: Any) -> str:
    """The value of a field as a person reads it."""
    value = field.value()
    if isinstance(field.field, forms.ChoiceField):
        return str(dict(_flat(field.field.choices)).get(value or "", value or ""))
    return str("" if value is None else value).replace("\r\n", "\n").strip()


def _flat(choices: Any) -> Any:
    """Choices without their groups."""
    for value, label in choices:
        yield from label if isinstance(label, list | tuple) else [(value, label)]
