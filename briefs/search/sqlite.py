"""Search by SQLite's FTS5 (https://sqlite.org/fts5.html).

One index for all tables, kept right by triggers, so that it hears of every writer. Django
remakes a table of SQLite to change it, and its triggers go with the old one: a migration that
changes a searched table must end with `create` again. A test fails where one was forgotten.
"""

import re
from typing import Any

from django.db import connection

from .snippets import fold, words_of
from .terms import Sql, Tables, Term

INDEX = "briefs_search"
STRIDE = 16  # Rows of all tables share one index: id * STRIDE + place of the table.
MARKED = re.compile("\x02([^\x02\x03]*)\x03")


def create(cursor: Any, tables: Tables) -> None:
    """Make the index and its triggers anew, and fill it.

    Args:
        cursor: of the database.
        tables: (table, column that names a row or None, columns of its text, weight) of each.
    """
    remove(cursor, tables)
    cursor.execute(
        f"CREATE VIRTUAL TABLE {INDEX} USING fts5(title, text, brief_id UNINDEXED, "
        "tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    for place, (table, title, texts, _weight) in enumerate(tables):
        named = f'new."{title}"' if title else "''"
        text = " || ' ' || ".join(f'new."{name}"' for name in texts)
        is_part = table != "briefs_brief"
        brief = "new.brief_id" if is_part else "new.id"
        values = f"SELECT new.id * {STRIDE} + {place}, {named}, {text}, {brief}"
        not_retired = " WHERE new.retired_at IS NULL" if is_part else ""
        put = f"INSERT INTO {INDEX} (rowid, title, text, brief_id) {values}"
        take = f"DELETE FROM {INDEX} WHERE rowid = old.id * {STRIDE} + {place};"
        for event, body in {
            "insert": f"{put}{not_retired};",
            "update": f"{take} {put}{not_retired};",
            "delete": take,
        }.items():
            cursor.execute(
                f"CREATE TRIGGER {trigger(table, event)} AFTER {event} ON {table} BEGIN {body} END"
            )
        cursor.execute(f"{put} FROM {table} AS new{not_retired}")


def remove(cursor: Any, tables: Tables) -> None:
    """Take away the index and its triggers."""
    for name in triggers(tables):
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")


def trigger(table: str, event: str) -> str:
    return f"{table}_search_{event}"


def triggers(tables: Tables) -> list[str]:
    """The names of all triggers that the index rests on."""
    return [trigger(row[0], event) for row in tables for event in ("insert", "update", "delete")]


def find(
    terms: list[Term], tables: Tables, readable: Sql, most: int, *, is_loose: bool = False
) -> list[tuple[int, int]]:
    """The rows that hold all terms, or with `is_loose` any: [(place of the table, id), …].

    Args:
        readable: SQL, with its parameters, of the ids of the briefs that may be looked in.
        most: of how many, the best first.
    """
    briefs, parameters = readable
    weights = " ".join(f"WHEN {place} THEN {row[-1]}" for place, row in enumerate(tables))
    with connection.cursor() as cursor:
        # The better, the lower is bm25. A hit in a name counts for five in a text.
        cursor.execute(
            f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s AND brief_id IN ({briefs}) "
            f"ORDER BY bm25({INDEX}, 5, 1) * CASE rowid %% {STRIDE} {weights} END, rowid LIMIT %s",
            [_expression(terms, is_loose), *parameters, most],
        )
        return [divmod(row, STRIDE)[::-1] for (row,) in cursor.fetchall()]


def forms(terms: list[Term], keys: list[tuple[int, int]], words: list[str]) -> set[str]:
    """The forms, folded, in which the terms stand in the rows of these keys."""
    rows = ", ".join(str(pk * STRIDE + place) for place, pk in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT highlight({INDEX}, 0, %s, %s), highlight({INDEX}, 1, %s, %s) "
            f"FROM {INDEX} WHERE {INDEX} MATCH %s AND rowid IN ({rows})",
            [*("\x02", "\x03") * 2, _expression(terms, is_loose=True)],
        )
        texts = [text for row in cursor.fetchall() for text in row]
    return {
        fold(word) for text in texts for span in MARKED.findall(text) for word in words_of(span)
    }


def _expression(terms: list[Term], is_loose: bool) -> str:
    """Terms in the language of FTS5: all in quotation marks, so that nothing is an operator."""
    parts = []
    for term in terms:
        phrase = f'"{" ".join(term.words)}"'
        parts.append(f"({phrase} OR {phrase} *)" if term.is_begun else phrase)
    return (" OR " if is_loose else " AND ").join(parts)
