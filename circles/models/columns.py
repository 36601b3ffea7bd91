"""Rows of which only some columns are read, joined by conditions: Django's `only()` refuses
relations with conditions (`FilteredRelation`)."""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import models

from config.prepared import prepared

Arguments = ParamSpec("Arguments")
Row = TypeVar("Row", bound=models.Model)
Build = Callable[Arguments, "models.QuerySet[Any]"]


class Columns(Generic[Row]):
    """Some columns of a model, to be read by `values_list` and made into rows again.

    Args:
        model: which model.
        names: the columns; the primary key comes along.
        at: the relation that leads there, with two underscores at its end; empty for the rows
            themselves.
    """

    def __init__(self, model: type[Row], names: Iterable[str], at: str = "") -> None:
        wanted = {model._meta.get_field(name) for name in [*names, model._meta.pk.attname]}
        # A model makes a row of values in the order of its fields.
        fields = [field for field in model._meta.concrete_fields if field in wanted]
        self.model, self.names = model, [field.attname for field in fields]
        self.paths = [f"{at}{name}" for name in self.names]
        self._pk = self.names.index(model._meta.pk.attname)

    def row(self, values: Sequence[Any]) -> Row | None:
        """The row with these values; None where nothing was joined."""
        if values[self._pk] is None:
            return None
        return self.model.from_db(None, self.names, values)


def rows_of(
    rows: "models.QuerySet[Any] | Sequence[models.QuerySet[Any]]", *parts: Columns[Any]
) -> "Iterator[tuple[Any, ...]]":
    """The rows of these parts: a tuple for each row that the database found.

    Args:
        rows: one set of rows, or several to be read in one query, in no order.
        parts: what to read of each.
    """
    paths = _paths(parts)
    if isinstance(rows, models.QuerySet):
        found = rows.values_list(*paths)
    else:
        first, *others = (each.order_by().values_list(*paths) for each in rows)
        found = first.union(*others, all=True)
    return _made(found, parts)


def prepared_rows(
    *parts: Columns[Any],
) -> "Callable[[Build[Arguments]], Callable[Arguments, Iterator[tuple[Any, ...]]]]":
    """Make a function that builds a queryset into one that gives its `rows_of` these parts, of
    SQL that is built once: see `config/prepared.py`."""

    def decorate(build: "Build[Arguments]") -> Callable[Arguments, Iterator[tuple[Any, ...]]]:
        @functools.wraps(build)
        def with_columns(*values: Any, **shape: Any) -> "models.QuerySet[Any, Any]":
            return build(*values, **shape).values_list(*_paths(parts))

        find = prepared(with_columns)

        @functools.wraps(build)
        def rows(*values: Any, **shape: Any) -> Iterator[tuple[Any, ...]]:
            return _made(find(*values, **shape), parts)

        return rows

    return decorate


def _paths(parts: Iterable[Columns[Any]]) -> list[str]:
    return [path for part in parts for path in part.paths]


def _made(
    found: Iterable[Sequence[Any]], parts: Sequence[Columns[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Cuts each row of values into its parts."""
    for values in found:
        made, at = [], 0
        for part in parts:
            made.append(part.row(values[at : at + len(part.paths)]))
            at += len(part.paths)
        yield tuple(made)
