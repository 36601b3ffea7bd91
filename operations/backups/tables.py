"""Tables of a database, read and written as they are, without `save()` and without a form."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import CharField, Field

KINDS: dict[str, type] = {
    **dict.fromkeys(BaseDatabaseOperations.integer_field_ranges, int),
    **dict.fromkeys(["CharField", "JSONField", "SlugField", "TextField"], str),
    **{"BooleanField": bool, "DateField": date, "DateTimeField": datetime, "UUIDField": UUID},
}
# Instead of a value that belongs in a column.
MEANINGLESS = object()
# As JSON writes it. Before it is an even number of backslashes.
NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Column:
    """A column, as one of the two databases keeps it."""

    def __init__(self, column: "Field[Any, Any]", connection: BaseDatabaseWrapper) -> None:
        self.name = column.column
        self._expression = column.get_col(column.model._meta.db_table)
        # Of a foreign key, the field that it points at.
        kept = self._expression.output_field
        kind = kept.get_internal_type()
        self._kind = KINDS.get(kind, object)
        self._range = BaseDatabaseOperations.integer_field_ranges.get(kind)
        self._most = kept.max_length if isinstance(kept, CharField) else None
        self._is_json = kind == "JSONField"
        self._connection = connection
        # JSON stays text, as Python would read 1e23 as another number.
        self._converters = (
            []
            if self._is_json
            else [
                *connection.ops.get_db_converters(self._expression),
                *self._expression.get_db_converters(connection),
            ]
        )

    def value(self, kept: Any) -> Any:
        """What a cell means, for Python; `MEANINGLESS` if that’s nothing."""
        if kept is None:
            return None
        value = kept
        try:
            for convert in self._converters:
                value = convert(value, self._expression, self._connection)
        except (ArithmeticError, AttributeError, TypeError, ValueError):
            return MEANINGLESS
        return value if isinstance(value, self._kind) else MEANINGLESS

    def fault(self, value: Any) -> str:
        """Why PostgreSQL would refuse a value; empty if it takes it."""
        if value is MEANINGLESS:
            return "isn’t what belongs there"
        if isinstance(value, str):
            if "\0" in value or (self._is_json and NUL_IN_JSON.search(value)):
                return "has a NUL character, which PostgreSQL can’t keep"
            if self._most and len(value) > self._most:
                return f"has {len(value):,} characters, and {self._most:,} fit"
        elif self._range and value is not None:
            least, most = self._range
            if not least <= value <= most:
                return f"is {value}, and numbers from {least} to {most} fit"
        return ""

    def plain(self, value: Any) -> str | None:
        """A value as text, the same from both databases."""
        if value is None:
            return None
        return plain_json(value) if self._is_json else str(value)


def plain_json(text: str) -> str:
    """JSON as text that doesn't depend on the order of keys, or on how a number is written.

    PostgreSQL keeps neither.
    """
    return repr(
        json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            object_hook=lambda pairs: sorted(pairs.items()),
        )
    )


def _number(text: str) -> Decimal:
    """A number with all its digits, and without an exponent or a minus before zero."""
    number = Decimal(text)
    return Decimal(f"{number if number else abs(number):f}")


@dataclass(frozen=True)
class Table:
    """A table, as one of the two databases has it.

    Attributes:
        key: the column that names a row.
        counter: the column that counts by itself, if there is one.
    """

    name: str
    key: str
    counter: str | None
    columns: list[Column]
    connection: BaseDatabaseWrapper

    def __str__(self) -> str:
        return self.connection.ops.quote_name(self.name)

    def list_of(self, sign: str = "") -> str:
        """The columns, in SQL."""
        quoted = (self.connection.ops.quote_name(column.name) for column in self.columns)
        return ", ".join(f"{sign}{name}" for name in quoted)

    def read(self) -> Iterator[tuple[Any, ...]]:
        """All rows, as they are kept, in the order of their keys. Few are in memory at once."""
        # SQLite's module for Python would read a plain column by its type, and a date that it
        # can't read as nothing.
        sign = "+" if self.connection.vendor == "sqlite" else ""
        key = self.connection.ops.quote_name(self.key)
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(f"SELECT {self.list_of(sign)} FROM {self} ORDER BY {key}")
            yield from cursor

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "sqlite":
                marks = ", ".join(["%s"] * len(self.columns))
                into = f"INSERT INTO {self} ({self.list_of()}) VALUES ({marks})"
                cursor.executemany(into, list(rows))
                return
            with (
                self.connection.wrap_database_errors,
                cursor.copy(f"COPY {self} ({self.list_of()}) FROM STDIN") as copying,
            ):
                for row in rows:
                    copying.write_row(row)


@dataclass
class Digest:
    """How many rows there are, and a sum that's another one if any of them differs.

    The order of rows doesn't matter, as databases sort texts differently.
    """

    rows: int = 0
    total: int = 0

    def add(self, row: list[str | None]) -> None:
        self.rows += 1
        self.total += int.from_bytes(hashlib.sha256(repr(row).encode()).digest())
