"""A draft as rows that no database holds, to compose the pages that its readers will see.

A preview needs no transaction, so it takes no lock, and nothing of it can stay anywhere. It also
works while the draft has mistakes that would keep it from being published.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from ..editions.fixture import MODELS, Item, clean, fields_of
from ..models import PARTS, Brief, Figure, PartOfBrief, Question, Section, Source
from ..page.compose import Rows, arranged

# Of keys that a preview follows: the field, and the model it leads to.
KEYS: dict[str, type[PartOfBrief]] = {
    "parent": Section,
    "section": Section,
    "figure": Figure,
    "source": Source,
}


def rows_of(content: Iterable[Item], pk: int | None = None) -> tuple[Brief, Rows]:
    """The brief of a draft and its parts, as `compose` takes them. Nothing of it can be saved.

    Args:
        content: the objects of a fixture.
        pk: the id of the brief in the database, if it's there, for its series and its history.
    """
    brief = Brief(pk=pk or 0)
    rows: dict[type[models.Model], list[Any]] = {model: [] for model in PARTS}
    keys: dict[int, dict[str, str]] = {}
    for number, item in enumerate(content, start=1):
        model, fields = MODELS[item["model"]], item["fields"]
        if model is Brief:
            brief = Brief(pk=pk or 0, **_values(model, fields))
        elif model in rows:
            row = model(pk=number, **_values(model, fields))
            rows[model].append(row)
            keys[number] = dict(_keys(fields))
    brief.edition = brief.edition or timezone.localdate()
    by_slug = {model: {row.slug: row for row in found} for model, found in rows.items()}
    for model in PARTS:
        rows[model].sort(key=lambda row: (row.position, row.slug))
        for row in rows[model]:
            _point(row, keys[row.pk], by_slug)
    rows[Figure] = [row for row in rows[Figure] if row.section_id]
    questions = rows[Question]
    rows[Question] = [row for row in questions if row.section_id or "section" not in keys[row.pk]]
    return brief, arranged(brief, rows)  # type: ignore[arg-type]  # it has parts only


def _values(model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
    """The values of a row that aren't keys. A value that can't be one is left at its default."""
    values = {}
    for field in fields_of(model):
        if not field.is_relation:
            try:
                values[field.name] = clean(field, fields)
            except ValidationError:
                values[field.name] = field.get_default()
    return values


def _keys(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The parts that an object points at: (field, slug)."""
    for name in KEYS:
        key = fields.get(name)
        if isinstance(key, list) and key:
            yield name, key[-1]


def _point(
    row: models.Model,
    keys: dict[str, str],
    by_slug: dict[type[models.Model], dict[str, Any]],
) -> None:
    for name, slug in keys.items():
        if hasattr(type(row), name):
            setattr(row, name, by_slug[KEYS[name]].get(slug))
