"""Copies all rows of an SQLite database into PostgreSQL, and checks that they're the same.

The columns are those that the migrations say, not those of today's models: a backup may be older
than the code. Values are read and written as they are, without `save()` and without a form. But
SQLite keeps what PostgreSQL refuses, such as a text longer than its column. What doesn't fit is
named, all of it at once, and nothing is copied.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from briefs.page import state
from briefs.search.sqlite import INDEX
from config.migration_state import applied_migrations

from .tables import Column, Digest, Table
from .workplace import Fault

# Not copied, as the target has its own: its list of migrations, the states and the index that
# triggers fill, and how often something was done lately (config/limits.py), which starts at zero.
LEFT_OUT = {"django_migrations", "shared_cache", state.STATES}
# What “migrate” writes besides the migrations' own rows. The old rows, with the ids that others
# point at, take their place.
MADE_BY_MIGRATE = [
    *("auth_group_permissions", "auth_group"),
    *("auth_permission", "django_content_type"),
]
MOST_NAMED = 5
CORRECT = "Correct that in the old database, make a new backup, and restore that one."


class NotTheSame(Fault):
    """A sentence that says which rows can't be copied as they are. The target is as it was."""


@dataclass
class Faults:
    """What PostgreSQL would refuse: the first few, named, and how many there are."""

    named: list[str] = field(default_factory=list)
    number: int = 0

    def add(self, table: str, key: Any, column: str, what: str) -> None:
        self.number += 1
        if self.number <= MOST_NAMED:
            self.named.append(f"“{column}” of row {key} of “{table}” {what}")

    def check(self) -> None:
        """
        Raises:
            NotTheSame: there are some.
        """
        if self.number:
            more = self.number - len(self.named)
            rest = f"; and {more:,} more" if more else ""
            raise NotTheSame(f"{'; '.join(self.named)}{rest}. {CORRECT}")


def copy(source: str, target: str) -> dict[str, int]:
    """Copy all rows of an SQLite database into an empty one, in one transaction.

    Args:
        source: the alias of the SQLite database.
        target: the alias of the other one, which has the same migrations. What triggers fill is
            right afterward, and new rows get ids that no row has had.

    Returns:
        How many rows each table has.

    Raises:
        NotTheSame: something can't be copied as it is. The target is as it was.
    """
    here, there = connections[source], connections[target]
    with _said_plainly(), transaction.atomic(source), transaction.atomic(target):
        olds, news = _tables(here, there)
        _check_all_are_known(here, {table.name for table in olds})
        _make_room(there, news)
        faults = _orphans(here, olds)
        digests = [_copied(old, new, faults) for old, new in zip(olds, news, strict=True)]
        faults.check()
        there.check_constraints()
        for new, digest in zip(news, digests, strict=True):
            _check_same(new, digest)
        _finish(here, there, news)
    return {old.name: digest.rows for old, digest in zip(olds, digests, strict=True)}


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        raise NotTheSame(f"The rows couldn’t be copied: {reason}.") from error


def _tables(
    here: BaseDatabaseWrapper, there: BaseDatabaseWrapper
) -> tuple[list[Table], list[Table]]:
    """The tables of the models that the migrations make, as each of the two has them.

    Raises:
        NotTheSame: the two have other migrations.
    """
    old, new = (applied_migrations(each) for each in (here, there))
    if old != new:
        app, name = min(old ^ new)
        raise NotTheSame(f"Only one of the two databases has the migration “{app}.{name}”.")
    loader = MigrationLoader(there)
    apps = loader.project_state([key for key in new if key in loader.graph.nodes]).apps
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    models.sort(key=lambda model: model._meta.db_table)
    return [_table(model, here) for model in models], [_table(model, there) for model in models]


def _table(model: type[Model], connection: BaseDatabaseWrapper) -> Table:
    about = model._meta
    key, counter = about.pk, about.auto_field
    assert key
    fields = [each for each in about.local_concrete_fields if not each.generated]
    return Table(
        name=about.db_table,
        key=key.column,
        counter=counter.column if counter else None,
        columns=[Column(each, connection) for each in fields],
        connection=connection,
    )


def _check_all_are_known(here: BaseDatabaseWrapper, known: set[str]) -> None:
    """
    Raises:
        NotTheSame: a table has rows that nobody would copy.
    """
    with here.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        for (name,) in cursor.fetchall():
            if name in known or name in LEFT_OUT or name.startswith(INDEX):
                continue
            cursor.execute(f"SELECT 1 FROM {here.ops.quote_name(name)} LIMIT 1")
            if cursor.fetchone():
                raise NotTheSame(
                    f"“{name}” has rows, and isn’t a table of Full Circle’s, so they would be "
                    "lost. Drop it in the old database, make a new backup, and restore that one."
                )


def _make_room(there: BaseDatabaseWrapper, tables: list[Table]) -> None:
    """Delete what “migrate” wrote.

    Raises:
        NotTheSame: there are rows of someone's.
    """
    names = [name for name in MADE_BY_MIGRATE if name in {table.name for table in tables}]
    with there.cursor() as cursor:
        for name in names:
            cursor.execute(f"DELETE FROM {there.ops.quote_name(name)}")
        for table in tables:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
            if cursor.fetchone():
                raise NotTheSame(f"The new database isn’t empty: “{table.name}” has rows.")


def _orphans(here: BaseDatabaseWrapper, tables: list[Table]) -> Faults:
    """The rows that point at one that isn't there."""
    faults, keys = Faults(), {table.name: table.key for table in tables}
    with here.cursor() as cursor:
        for name, row, pointed_at, number in cursor.execute("PRAGMA foreign_key_check").fetchall():
            table = here.ops.quote_name(name)
            cursor.execute(f"PRAGMA foreign_key_list({table})")
            column = next(each[3] for each in cursor.fetchall() if each[0] == number)
            columns = ", ".join(here.ops.quote_name(each) for each in (keys[name], column))
            cursor.execute(f"SELECT {columns} FROM {table} WHERE rowid = %s", [row])
            key, value = cursor.fetchone()
            what = f"points at row {value} of “{pointed_at}”, which doesn’t exist"
            faults.add(name, key, column, what)
    return faults


def _copied(old: Table, new: Table, faults: Faults) -> Digest:
    """Copy a table. Returns the digest of its rows."""
    digest = Digest()
    try:
        new.write(_fit(old, digest, faults, as_kept=new.connection.vendor == "sqlite"))
    except DatabaseError as error:
        raise NotTheSame(_refusal(old, error)) from error
    return digest


def _fit(table: Table, digest: Digest, faults: Faults, *, as_kept: bool) -> Iterator[Any]:
    """The rows to write, as they're kept or as Python's values. After a fault, it only looks for
    more of them."""
    columns = table.columns
    key = next(place for place, column in enumerate(columns) if column.name == table.key)
    for row in table.read():
        values = [column.value(kept) for column, kept in zip(columns, row, strict=True)]
        for column, value in zip(columns, values, strict=True):
            if what := column.fault(value):
                faults.add(table.name, row[key], column.name, what)
        if not faults.number:
            digest.add(_plain(columns, values))
            yield row if as_kept else values


def _plain(columns: list[Column], values: list[Any]) -> list[str | None]:
    return [column.plain(value) for column, value in zip(columns, values, strict=True)]


def _refusal(table: Table, error: DatabaseError) -> str:
    """A sentence that names the row at which copying ended, if PostgreSQL says which."""
    said = getattr(error.__cause__, "diag", None)
    reason = (said and said.message_primary) or str(error)
    what = f"“{table.name}”"
    # It counts the rows that it got.
    if line := re.search(r", line (\d+)", (said and said.context) or ""):
        key = table.connection.ops.quote_name(table.key)
        with table.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET %s", [int(line[1]) - 1]
            )
            what = f"row {cursor.fetchone()[0]} of {what}"
    return f"It isn’t possible to copy {what}: {reason}. {CORRECT}"


def _check_same(table: Table, digest: Digest) -> None:
    """
    Raises:
        NotTheSame: what was written isn't what was read.
    """
    found = Digest()
    for row in table.read():
        values = [column.value(kept) for column, kept in zip(table.columns, row, strict=True)]
        found.add(_plain(table.columns, values))
    if found != digest:
        raise NotTheSame(
            f"The copy of “{table.name}” has {found.rows:,} rows, the original {digest.rows:,}, "
            "and they aren’t the same. This is a mistake in Full Circle. Please report it."
        )


def _finish(here: BaseDatabaseWrapper, there: BaseDatabaseWrapper, tables: list[Table]) -> None:
    """Count on where the old database was, and have the states and the statistics that pages
    need."""
    with here.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        given = dict(cursor.fetchall())
    with there.cursor() as cursor:
        for table in tables:
            # The highest id that was ever given. The row may be deleted, but a link that was sent
            # must not lead to another one.
            if table.counter and (highest := given.get(table.name)):
                _count_from(cursor, table, highest)
        state.renew_all(cursor)
        if there.vendor == "postgresql":
            cursor.execute(f"ANALYZE {', '.join(map(str, tables))}")


def _count_from(cursor: Any, table: Table, highest: int) -> None:
    if table.connection.vendor == "postgresql":
        counter = [str(table), table.counter, highest]
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", counter)
    else:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
        values = [table.name, highest]
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", values)
