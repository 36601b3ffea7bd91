"""A fixture as plain data: its entries in the order of the file, and the findings about them."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, Self

from django.db import models

from ..models import PARTS, Brief, Series, SeriesEntry

# An object in the form of Django's serializers: {"model": …, "fields": {…}}.
Item = dict[str, Any]

KINDS: list[type[models.Model]] = [Brief, *PARTS, Series, SeriesEntry]
MODELS = {model._meta.label_lower: model for model in KINDS}
HIDDEN = {"id", "retired_at", "settled_at"}
LINE_END = re.compile(r"\r\n?")
BREAK = re.compile(r"\s*\n\s*")
# Where a value is inside a field, such as ("data", "rows", 0, 1).
Path = tuple[str | int, ...]
# Written even if it has its default: no file opens or closes a brief by what it leaves out.
ALWAYS_SAID = {"audience"}


@dataclass(frozen=True)
class Finding:
    """A problem in a fixture. A file with errors can't be loaded.

    What checks find also says in which object it is: its `label`, such as “briefs.section”, its
    `slug`, and the `field`.
    """

    level: str  # "error" or "warning"
    code: str
    what: str
    remedy: str
    file: str = ""
    line: int | None = None
    section: str = ""
    label: str = ""
    slug: str = ""
    field: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == "error"


@dataclass(frozen=True)
class Mark:
    """Where a value inside a field is in the file, and how it was typed there."""

    line: int
    typed: str


@dataclass
class Entry:
    """One object of a fixture, with its values and their lines in the file.

    Attributes:
        lines: the lines of the fields, also of those whose values couldn't be read.
        blocks: the first lines of texts in blocks.
        marks: of the values inside fields with data.
    """

    label: str
    values: dict[str, Any]
    line: int | None = None
    lines: dict[str, int] = dataclasses.field(default_factory=dict)
    blocks: dict[str, int] = dataclasses.field(default_factory=dict)
    marks: dict[Path, Mark] = dataclasses.field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        return MODELS[self.label]

    @property
    def slug(self) -> str:
        return self.values.get("slug") or ""

    def line_of(self, name: str) -> int | None:
        """The line of a field's value; the line of the entry if it lacks the field. None if the
        entry isn't from a file."""
        return self.lines.get(name, self.line)

    def line_in(self, name: str, words: str) -> int | None:
        """The line of these words in a text; the line of the field if they can't be located."""
        before, found, _after = str(self.values.get(name, "")).partition(words)
        if found and name in self.blocks:
            return self.blocks[name] + before.count("\n")
        return self.line_of(name)

    def is_unread(self, name: str) -> bool:
        """Whether the file has the field with a value that can't be used, which is told already."""
        return name in self.lines and name not in self.values

    def get(self, name: str) -> Any:
        """The value of a field as the database will store it, or its default."""
        (field,) = [field for field in fields_of(self.model) if field.name == name]
        return clean(field, self.values)

    @property
    def data(self) -> dict[str, Any]:
        """The values of all fields that a fixture can set, with defaults filled in."""
        return {field.name: clean(field, self.values) for field in fields_of(self.model)}


class Fixture:
    """One file: its entries, and findings about them.

    Args:
        name: the name of the file in findings.
        entries: the objects that could be read, with known models and fields only.
        findings: what couldn't be read.
    """

    def __init__(self, name: str, entries: list[Entry], findings: list[Finding]) -> None:
        self.name = name
        self.entries = entries
        self.findings = findings

    def of(self, model: type[models.Model]) -> list[Entry]:
        """The entries of one model, in the order of the file."""
        return [entry for entry in self.entries if entry.model is model]

    @classmethod
    def of_content(cls, name: str, content: list[Item]) -> Self:
        """A fixture of plain objects, such as those of `content_of`. Its findings have no lines."""
        entries = [Entry(item["model"], dict(item["fields"])) for item in content]
        return cls(name, entries, [])

    @property
    def brief(self) -> Entry | None:
        """The entry of the brief; None in a file of series."""
        return next(iter(self.of(Brief)), None)

    @property
    def parts(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.model in PARTS]

    @property
    def data(self) -> list[Item]:
        """Plain objects in the form of Django's serializers, defaults left out."""
        return [spare(entry.label, entry.data) for entry in self.entries]


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """The fields that a fixture can set, in the order of the model."""
    return [field for field in model._meta.concrete_fields if field.name not in HIDDEN]


def clean(field: models.Field, values: dict[str, Any]) -> Any:
    """One value as the database will store it. Keys of other rows are lists."""
    if field.name not in values:
        return [] if field.is_relation and not field.null else field.get_default()
    value = values[field.name]
    if field.is_relation or isinstance(field, models.JSONField):
        return value
    if value is None:
        return field.get_default() if not field.null else None
    value = field.to_python(value)
    return as_held(field, value) if isinstance(value, str) else value


def as_held(field: models.Field, text: str) -> str:
    """A text as editions hold it: with plain line ends, or with none. Headings and titles go to
    places of one line, such as the subjects of messages."""
    text = with_plain_line_ends(text)
    has_one_line = type(field) is models.CharField
    return BREAK.sub(" ", text).strip() if has_one_line and "\n" in text else text


def with_plain_line_ends(text: str) -> str:
    """A text with the line ends that files have. Browsers send others."""
    return LINE_END.sub("\n", text)


def spare(label: str, data: dict[str, Any]) -> Item:
    """An object for a fixture, without the fields that have their default value."""
    fields = {
        field.name: data[field.name]
        for field in fields_of(MODELS[label])
        if field.name in data and (_is_said(field) or data[field.name] != _default(field))
    }
    return {"model": label, "fields": fields}


def _is_said(field: models.Field) -> bool:
    return field.name in ALWAYS_SAID or not has_default(field)


def has_default(field: models.Field) -> bool:
    return field.has_default() or field.null or field.blank


def _default(field: models.Field) -> Any:
    return None if field.is_relation else field.get_default()
