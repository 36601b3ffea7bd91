"""The rows of made-up circles: gathered, saved, and copied within the database."""

from collections.abc import Iterator
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Substr

from accounts.models import User

from ...models import (
    ActionItem,
    AgendaItem,
    Attendance,
    CalendarFeed,
    Circle,
    CircleEvent,
    DateAnswer,
    DateOption,
    DatePoll,
    DateReply,
    Evaluation,
    Invitation,
    Mark,
    Meeting,
    Membership,
    Note,
    PrivacyChange,
    Reading,
    ReadMark,
    Rsvp,
    Swap,
)

Row = TypeVar("Row", bound=models.Model)

Unseen: type[models.Model] = PrivacyChange.unseen_by.through
Counted: type[models.Model] = Mark.memberships.through
# In the order of saving: what a row points at comes before it.
TABLES: list[type[models.Model]] = [
    *(User, EmailAddress, Circle, Invitation, Membership, CircleEvent, PrivacyChange, Unseen),
    *(CalendarFeed, Meeting, AgendaItem, Reading, Swap, ReadMark, Mark, Counted),
    *(Rsvp, Attendance, Note, ActionItem, Evaluation),
    *(DatePoll, DateOption, DateReply, DateAnswer),
]
# Texts of which no two rows may have the same; a row's number goes between these two.
NUMBERED: dict[tuple[type[models.Model], str], tuple[str, str, str]] = {
    (User, "email"): ("person-", "id", "@network.example"),
    (EmailAddress, "email"): ("person-", "user_id", "@network.example"),
    (Circle, "slug"): ("network-", "id", ""),
}
# Random texts, of which a copy has its own: its first eight letters name the copy.
RANDOM = {"id", "key", "token_hash", "calendar_uid", "email"}
PREFIX = 8


class Rows:
    """New rows of all tables, each with the number that it will have there."""

    def __init__(self) -> None:
        self.first = {model: _next_number(model) for model in TABLES}
        self.by_model: dict[type[models.Model], list[Any]] = {model: [] for model in TABLES}

    def add(self, row: Row) -> Row:
        rows = self.by_model[type(row)]
        if _is_numbered(type(row)):
            row.pk = self.first[type(row)] + len(rows)
        for (model, name), (before, number, after) in NUMBERED.items():
            if model is type(row):
                setattr(row, name, f"{before}{getattr(row, number)}{after}")
        rows.append(row)
        return row

    def save(self) -> None:
        for model, rows in self.by_model.items():
            model._base_manager.bulk_create(rows, batch_size=1000)

    def copy(self, number: int) -> None:
        """Copy all of these, once saved, within the database.

        The rows of each table have numbers without gaps, so the copies have these plus so many
        times the length of the table, and so has whatever points at them.

        Args:
            number: which copy it is, from 1.
        """
        shifts = {model: number * len(rows) for model, rows in self.by_model.items()}
        mark = self.first[Circle] + shifts[Circle]
        with connection.cursor() as cursor:
            for model in TABLES:
                columns, values = zip(*_copied(model, shifts, f"{mark:0{PREFIX}x}"), strict=True)
                source = self._saved(model).order_by().values_list(*values)
                sql, params = source.query.get_compiler(connection=connection).as_sql()
                table, *names = map(connection.ops.quote_name, [model._meta.db_table, *columns])
                cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) {sql}", params)

    def _saved(self, model: type[models.Model]) -> models.QuerySet[Any]:
        numbered, name = (model, "pk") if _is_numbered(model) else (Meeting, "meeting__pk")
        first = self.first[numbered]
        last = first + len(self.by_model[numbered]) - 1
        return model._base_manager.filter(**{f"{name}__range": (first, last)})

    def __len__(self) -> int:
        return sum(map(len, self.by_model.values()))


def set_sequences() -> None:
    """Let the next row of each table have the next free number, where the database counts by
    itself and didn't see these."""
    numbered = [model for model in TABLES if _is_numbered(model)]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), numbered):
            cursor.execute(sql)


def _is_numbered(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField)


def _next_number(model: type[models.Model]) -> int:
    if not _is_numbered(model):
        return 1
    return (model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def _copied(
    model: type[models.Model], shifts: dict[type[models.Model], int], mark: str
) -> Iterator[tuple[str, str | Combinable]]:
    """Each column of a copy, and its value by those of the row that is copied."""
    for field in model._meta.concrete_fields:
        related: Any = field.remote_field and field.remote_field.model
        if (model, field.name) in NUMBERED:
            before, number, after = NUMBERED[model, field.name]
            of = model if number == "id" else User
            told = Cast(_plus(number, shifts[of]), CharField())
            yield field.column, Concat(Value(before), told, Value(after))
        elif field.primary_key and _is_numbered(model):
            yield field.column, _plus(field.attname, shifts[model])
        elif related in shifts:
            yield field.column, _plus(field.attname, shifts[related])
        elif field.name in RANDOM:
            yield field.column, _renewed(field, mark)
        else:
            yield field.column, field.attname


def _renewed(field: "models.Field[Any, Any]", mark: str) -> Combinable:
    """A random text with another beginning; an empty one stays empty."""
    rest = Substr(Cast(field.attname, TextField()), PREFIX + 1)
    whole = Concat(Value(mark), rest)
    if not isinstance(field, CharField):
        return Cast(whole, type(field)())
    is_empty = When(**{field.name: ""}, then=Value(""))
    return Case(is_empty, default=whole, output_field=TextField())


def _plus(name: str, number: int) -> Combinable:
    return ExpressionWrapper(F(name) + number, output_field=BigIntegerField())
