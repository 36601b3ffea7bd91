"""A fixture as plain data: its entries, in the order of the file, and what is wrong with them."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from django.db import models

from ..models import PARTS, Brief, Series, SeriesEntry

# An object as Django's serializers hold it: {"model": …, "fields": {…}}.
Item = dict[str, Any]

KINDS: list[type[models.Model]] = [Brief, *PARTS, Series, SeriesEntry]
MODELS = {model._meta.label_lower: model for model in KINDS}
HIDDEN = {"id", "retired_at", "settled_at"}


@dataclass(frozen=True)
class Finding:
    """Something to look at. Errors must be mended before the file can be loaded."""

    level: str  # "error" or "warning"
    code: str
    what: str
    remedy: str
    file: str = ""
    line: int | None = None
    section: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == "error"


@dataclass
class Entry:
    """One object of a fixture: what its file says, and where."""

    label: str
    values: dict[str, Any]
    line: int
    lines: dict[str, int] = dataclasses.field(default_factory=dict)
    blocks: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        return MODELS[self.label]

    @property
    def slug(self) -> str:
        return self.values.get("slug") or ""

    def line_of(self, name: str) -> int:
        """The line of one field's value; of the whole entry where the field is not given."""
        return self.lines.get(name, self.line)

    def line_in(self, name: str, words: str) -> int:
        """The line on which these words stand in a text; of the field where that is not known."""
        before, found, _after = str(self.values.get(name, "")).partition(words)
        if found and name in self.blocks:
            return self.blocks[name] + before.count("\n")
        return self.line_of(name)

    def get(self, name: str) -> Any:
        """The value of a field as the database will hold it; its default where none is given."""
        (field,) = [field for field in fields_of(self.model) if field.name == name]
        return clean(field, self.values)

    @property
    def data(self) -> dict[str, Any]:
        """All that a fixture may say of this model, defaults filled in."""
        return {field.name: clean(field, self.values) for field in fields_of(self.model)}


class Fixture:
    """One file: its entries and what is wrong with them as data.

    Args:
        name: of the file, as findings name it.
        entries: those that could be read, of known models and fields only.
        findings: what could not.
    """

    def __init__(self, name: str, entries: list[Entry], findings: list[Finding]) -> None:
        self.name = name
        self.entries = entries
        self.findings = findings

    def of(self, model: type[models.Model]) -> list[Entry]:
        """The entries of one model, in the order of the file."""
        return [entry for entry in self.entries if entry.model is model]

    @property
    def brief(self) -> Entry | None:
        """The entry of its brief; None in a file of series."""
        return next(iter(self.of(Brief)), None)

    @property
    def parts(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.model in PARTS]

    @property
    def data(self) -> list[Item]:
        """Plain objects in the form of Django's serializers, defaults left out."""
        return [spare(entry.label, entry.data) for entry in self.entries]


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """The fields that a fixture may give, in the order of the model."""
    return [field for field in model._meta.concrete_fields if field.name not in HIDDEN]


def clean(field: models.Field, values: dict[str, Any]) -> Any:
    """One value as the database will hold it, keys of other rows as lists."""
    if field.name not in values:
        return [] if field.is_relation and not field.null else field.get_default()
    value = values[field.name]
    if field.is_relation or isinstance(field, models.JSONField):
        return value
    if value is None:
        return field.get_default() if not field.null else None
    return field.to_python(value)


def spare(label: str, data: dict[str, Any]) -> Item:
    """An object as a fixture holds it: without what is at its default anyway."""
    model = MODELS[label]
    kept = {
        field.name: data[field.name]
        for field in fields_of(model)
        if field.name in data and (data[field.name] != _default(field) or not has_default(field))
    }
    return {"model": label, "fields": kept}


def has_default(field: models.Field) -> bool:
    return field.has_default() or field.null or field.blank


def _default(field: models.Field) -> Any:
    return None if field.is_relation else field.get_default()
