"""The state of a brief: one small value that changes with every write to what its page shows.

The database's own triggers keep it, so no writer can forget it: raw fixtures, the admin and
plain SQL all change it, in their own transaction. Row 0 is the state of the lists that pages of
all briefs show. A value is random and never comes back, so not even a rollback or a restored
backup can give an old value to other rows.

Django doesn't know the table: a dump must not carry states over to other rows. On SQLite,
Django remakes a table to change it, and its triggers go. So a migration that changes one of
these tables must end with `create`. A test fails if a trigger is missing.
"""

from typing import Any

from django.db import connection
from django.db.models import Func, TextField

STATES = "briefs_state"
LISTS = "0"

# A table; whose state its rows change: that of the brief in this column, or `LISTS`; and the
# columns that a change must touch to count, if not all do.
Table = tuple[str, str, list[str]]
TABLES: list[Table] = [
    ("briefs_brief", "id", []),
    ("briefs_edition", "brief_id", []),
    ("briefs_helpline", "brief_id", []),
    ("briefs_source", "brief_id", []),
    ("briefs_section", "brief_id", []),
    ("briefs_figure", "brief_id", []),
    ("briefs_question", "brief_id", []),
    ("briefs_calltoaction", "brief_id", []),
    # The briefs before and after one, and the series that it's in.
    ("briefs_brief", LISTS, ["slug", "title", "audience"]),
    ("briefs_series", LISTS, []),
    ("briefs_seriesentry", LISTS, []),
]

# For a query of briefs: the state of all that a brief's page shows.
_OF_PAGE = (
    f"((SELECT value FROM {STATES} WHERE id = %(expressions)s) || "
    f"(SELECT value FROM {STATES} WHERE id = {LISTS}))"
)
OF_PAGE = _OF_PAGE % {"expressions": "briefs_brief.id"}


class OfPage(Func):
    """The same for a queryset of other rows, as an annotation: `OfPage("section__brief")`."""

    arity = 1
    output_field = TextField()
    template = _OF_PAGE


_RANDOM = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()::text"}
_EVENTS = ["insert", "update", "delete"]


def state_of(brief_id: int) -> str:
    """The state of a brief's own rows, without the lists that its page shows too."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value FROM {STATES} WHERE id = %s", [brief_id])
        return cursor.fetchone()[0]


def create(cursor: Any, tables: list[Table]) -> None:
    """Create the table of states and its triggers, or replace them.

    Args:
        cursor: a database cursor.
        tables: as `TABLES`.
    """
    remove(cursor, tables)
    cursor.execute(f"CREATE TABLE {STATES} (id bigint PRIMARY KEY, value text NOT NULL)")
    renew_all(cursor)
    {"sqlite": _create_on_sqlite, "postgresql": _create_on_postgresql}[connection.vendor](
        cursor, tables
    )


def renew_all(cursor: Any) -> None:
    """Give all briefs, and the lists, new states.

    Args:
        cursor: of the default database, or of another one of its kind.
    """
    cursor.execute(_renew(f"SELECT id FROM briefs_brief UNION SELECT {LISTS}"))


def remove(cursor: Any, tables: list[Table]) -> None:
    """Remove everything that `create` made."""
    for table, whose, _columns in tables:
        for event in [*_EVENTS, "truncate"]:
            name = trigger(table, whose, event)
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    if connection.vendor == "postgresql":
        for whose in sorted({whose for _table, whose, _columns in tables}):
            cursor.execute(f"DROP FUNCTION IF EXISTS {_function(whose)}()")
        cursor.execute(f"DROP FUNCTION IF EXISTS {_function('all')}()")
    cursor.execute(f"DROP TABLE IF EXISTS {STATES}")


def trigger(table: str, whose: str, event: str) -> str:
    of = "lists" if whose == LISTS else "brief"
    return f"{table}_state_of_{of}_{event}"


def triggers(tables: list[Table]) -> list[str]:
    """The names of all triggers that keep the states."""
    return [trigger(table, whose, event) for table, whose, _c in tables for event in _EVENTS]


def _create_on_sqlite(cursor: Any, tables: list[Table]) -> None:
    sides = {"insert": ["new"], "update": ["old", "new"], "delete": ["old"]}
    for table, whose, columns in tables:
        for event in _EVENTS:
            ids = [whose if whose == LISTS else f"{side}.{whose}" for side in sides[event]]
            cursor.execute(
                f"CREATE TRIGGER {trigger(table, whose, event)} AFTER {event} ON {table} "
                f"{_when(columns, 'IS NOT') if event == 'update' else ''} "
                f"BEGIN {_renew(_union(ids))}; END"
            )


def _create_on_postgresql(cursor: Any, tables: list[Table]) -> None:
    # OLD is empty for an insert, and NEW for a delete. The search_path is stored, so that the
    # functions find the table in a restored dump.
    bodies = {
        whose: _renew(_union([LISTS] if whose == LISTS else [f"old.{whose}", f"new.{whose}"]))
        for whose in {whose for _table, whose, _columns in tables}
    }
    bodies["all"] = f"UPDATE {STATES} SET value = {_RANDOM['postgresql']}"
    for whose, body in sorted(bodies.items()):
        cursor.execute(
            f"CREATE FUNCTION {_function(whose)}() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path FROM CURRENT AS $body$ BEGIN {body}; RETURN NULL; END $body$"
        )
    for table, whose, columns in tables:
        for event in [*_EVENTS, "truncate"]:
            each, called = ("STATEMENT", "all") if event == "truncate" else ("ROW", whose)
            cursor.execute(
                f"CREATE TRIGGER {trigger(table, whose, event)} AFTER {event} ON {table} "
                f"FOR EACH {each} {_when(columns, 'IS DISTINCT FROM') if event == 'update' else ''}"
                f" EXECUTE FUNCTION {_function(called)}()"
            )


def _function(whose: str) -> str:
    return f"briefs_state_of_{'lists' if whose == LISTS else whose}"


def _union(ids: list[str]) -> str:
    return " UNION ".join(f"SELECT {name} AS id" for name in ids)


def _when(columns: list[str], differs: str) -> str:
    changed = " OR ".join(f"old.{name} {differs} new.{name}" for name in columns)
    return f"WHEN ({changed})" if columns else ""


def _renew(ids: str) -> str:
    """SQL that gives these states new values."""
    return (
        f"INSERT INTO {STATES} (id, value) SELECT id, {_RANDOM[connection.vendor]} "
        f"FROM ({ids}) AS changed WHERE id IS NOT NULL "
        "ON CONFLICT (id) DO UPDATE SET value = excluded.value"
    )
