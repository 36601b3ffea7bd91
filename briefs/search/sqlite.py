"""Full-text search in SQLite with FTS5 (https://sqlite.org/fts5.html).

One index covers all tables. Triggers keep it up to date, no matter who writes. To change a table,
Django makes a new one on SQLite, and the triggers are deleted with the old one. So a migration
that changes a searched table must end with `create`. A test fails if a trigger is missing.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.db import connection

from . import signs
from .snippets import fold, words_of
from .terms import Sql, Tables, Term

INDEX = "briefs_search"
STRIDE = 16  # All tables share one index. Its row ids are id * STRIDE + number of the table.
COMING = "briefs_search_coming"  # rows on their way into the index
SIGNS_AT_ONCE = 12
MARKED = re.compile("\x02([^\x02\x03]*)\x03")


def create(cursor: Any, tables: Tables) -> None:
    """Create the index and its triggers, or replace them, and fill the index.

    Args:
        cursor: a database cursor.
        tables: (name, column with the name of a row or None, columns of text, weight) of each.
    """
    remove(cursor, tables)
    cursor.execute(
        f"CREATE VIRTUAL TABLE {INDEX} USING fts5(title, text, brief_id UNINDEXED, "
        "tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    cursor.execute(f"CREATE TABLE {COMING} (id integer, title text, text text, brief_id integer)")
    for number, (table, title, texts, _weight) in enumerate(tables):
        named = f'new."{title}"' if title else "''"
        text = " || ' ' || ".join(f'new."{name}"' for name in texts)
        is_part = table != "briefs_brief"
        brief = "new.brief_id" if is_part else "new.id"
        values = f"SELECT new.id * {STRIDE} + {number}, {named}, {text}, {brief}"
        not_retired = " WHERE new.retired_at IS NULL" if is_part else ""
        put = "; ".join(_put(f"{values}{not_retired}"))
        take = f"DELETE FROM {INDEX} WHERE rowid = old.id * {STRIDE} + {number}"
        for event, body in {"insert": put, "update": f"{take}; {put}", "delete": take}.items():
            cursor.execute(
                f"CREATE TRIGGER {trigger(table, event)} AFTER {event} ON {table} BEGIN {body}; END"
            )
        for statement in _put(f"{values} FROM {table} AS new{not_retired}"):
            cursor.execute(statement)


def _put(rows: str) -> Iterator[str]:
    """SQL that adds these rows to the index, with signs replaced as `signs.SAME` says.

    SQLite's parser allows only so many functions inside each other, so a table in between takes
    the rows while a few signs at a time are replaced. It's empty again afterward.
    """
    yield f"INSERT INTO {COMING} {rows}"
    replaced = list(signs.SAME.items())
    for first in range(0, len(replaced), SIGNS_AT_ONCE):
        some = replaced[first : first + SIGNS_AT_ONCE]
        changed = []
        for column in ("title", "text"):
            value = column
            for sign, instead in some:
                value = f"replace({value}, char({ord(sign)}), '{instead}')"
            changed.append(f"{column} = {value}")
        has_one = f"GLOB '*[{''.join(sign for sign, _instead in some)}]*'"
        yield f"UPDATE {COMING} SET {', '.join(changed)} WHERE title || text {has_one}"
    columns = "title, text, brief_id"
    yield f"INSERT INTO {INDEX} (rowid, {columns}) SELECT id, {columns} FROM {COMING}"
    yield f"DELETE FROM {COMING}"


def remove(cursor: Any, tables: Tables) -> None:
    """Remove the index and its triggers."""
    for name in triggers(tables):
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")
    cursor.execute(f"DROP TABLE IF EXISTS {COMING}")


def trigger(table: str, event: str) -> str:
    return f"{table}_search_{event}"


def triggers(tables: Tables) -> list[str]:
    """The names of all triggers that keep the index up to date."""
    return [trigger(row[0], event) for row in tables for event in ("insert", "update", "delete")]


def find(
    terms: list[Term], tables: Tables, readable: Sql, most: int, *, is_loose: bool = False
) -> list[tuple[int, int]]:
    """The rows that have all terms: [(number of the table, id), …], the best first.

    Args:
        terms: the terms.
        tables: as for `create`.
        readable: a query for the ids of the briefs to search, with its parameters.
        most: the most rows to return.
        is_loose: look for any of the terms.
    """
    briefs, parameters = readable
    weights = " ".join(f"WHEN {number} THEN {row[-1]}" for number, row in enumerate(tables))
    with connection.cursor() as cursor:
        # Better rows have a lower bm25. A hit in a name counts as much as five in a text.
        cursor.execute(
            f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s AND brief_id IN ({briefs}) "
            f"ORDER BY bm25({INDEX}, 5, 1) * CASE rowid %% {STRIDE} {weights} END, rowid LIMIT %s",
            [_expression(terms, is_loose), *parameters, most],
        )
        return [divmod(row, STRIDE)[::-1] for (row,) in cursor.fetchall()]


def forms(terms: list[Term], keys: list[tuple[int, int]], words: list[str]) -> set[str]:
    """The forms of the terms that appear in these rows, folded.

    Args:
        terms: the terms.
        keys: the rows, from `find`.
        words: all words of the rows; PostgreSQL needs them.
    """
    rows = ", ".join(str(pk * STRIDE + number) for number, pk in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT highlight({INDEX}, 0, %s, %s), highlight({INDEX}, 1, %s, %s) "
            # With the plus, the words are looked up once, and not again for each row.
            f"FROM {INDEX} WHERE {INDEX} MATCH %s AND +rowid IN ({rows})",
            [*("\x02", "\x03") * 2, _expression(terms, is_loose=True)],
        )
        texts = [text for row in cursor.fetchall() for text in row]
    return {
        fold(word) for text in texts for span in MARKED.findall(text) for word in words_of(span)
    }


def _expression(terms: list[Term], is_loose: bool) -> str:
    """The terms as an FTS5 query. All words are quoted, so none is taken for an operator."""
    parts = []
    for term in terms:
        phrase = f'"{" ".join(term.words)}"'
        parts.append(f"({phrase} OR {phrase} *)" if term.is_begun else phrase)
    return (" OR " if is_loose else " AND ").join(parts)
