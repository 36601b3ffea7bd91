"""Search by PostgreSQL's own (https://www.postgresql.org/docs/current/textsearch.html).

Each table has a column with its words, which the database works out by itself; Django does not
know of it. A migration that changes the type of a searched column calls `remove` before and
`create` after. Words are stemmed as English ones, by a dictionary of ours without stop words, as
headings like “Who?” are made of them. No extension is needed, so no superuser.
"""

import string
from typing import Any

from django.db import connection

from .snippets import fold
from .terms import Sql, Tables, Term

CONFIG = "briefs_words"
# More would not fit into a tsvector, and the row would be refused with it.
MOST_CHARACTERS = 100_000
COLUMN = "search"
BETWEEN_WORDS = string.punctuation + "‘’‚“”„–—…·•«»‹›†‡§¶©®°¿¡"


def create(cursor: Any, tables: Tables) -> None:
    """Make the dictionary, the functions and the indexes anew. See `sqlite.create`."""
    remove(cursor, tables)
    cursor.execute(
        f"CREATE TEXT SEARCH DICTIONARY {CONFIG} (TEMPLATE = snowball, LANGUAGE = english)"
    )
    cursor.execute(f"CREATE TEXT SEARCH CONFIGURATION {CONFIG} (COPY = simple)")
    cursor.execute(
        f"ALTER TEXT SEARCH CONFIGURATION {CONFIG} ALTER MAPPING FOR asciiword, word WITH {CONFIG}"
    )
    # Without accents; what is no part of a word is a space, as PostgreSQL takes an address for
    # one word. The path is kept, so that a restored dump finds the names inside of functions.
    cursor.execute(
        "CREATE FUNCTION briefs_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        "SET search_path FROM CURRENT AS $body$ SELECT translate(regexp_replace(normalize("
        f"left($1, {MOST_CHARACTERS}), NFD), '[\\u0300-\\u036f]+', '', 'g'), "
        f"$from${BETWEEN_WORDS}$from$, '{' ' * len(BETWEEN_WORDS)}') $body$"
    )
    cursor.execute(
        "CREATE FUNCTION briefs_vector(text, text) RETURNS tsvector LANGUAGE sql IMMUTABLE "
        "PARALLEL SAFE SET search_path FROM CURRENT AS $body$ SELECT "
        # A word of its own between them: the end of a name and the beginning of a text are
        # no phrase.
        f"setweight(to_tsvector('{CONFIG}', briefs_fold($1)), 'A') || '¶:1'::tsvector || "
        f"setweight(to_tsvector('{CONFIG}', briefs_fold($2)), 'D') $body$"
    )
    for table, title, texts, _weight in tables:
        named = f'"{title}"' if title else "''"
        text = " || ' ' || ".join(f'"{name}"' for name in texts)
        cursor.execute(
            f"ALTER TABLE {table} "
            f"ADD COLUMN {COLUMN} tsvector "
            f"GENERATED ALWAYS AS (briefs_vector({named}, {text})) STORED"
        )
        cursor.execute(f"CREATE INDEX {table}_{COLUMN} ON {table} USING gin ({COLUMN})")


def remove(cursor: Any, tables: Tables) -> None:
    """Take away all that `create` made."""
    for table, *_columns in tables:
        cursor.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS {COLUMN}")
    cursor.execute("DROP FUNCTION IF EXISTS briefs_vector(text, text)")
    cursor.execute("DROP FUNCTION IF EXISTS briefs_fold(text)")
    cursor.execute(f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {CONFIG}")
    cursor.execute(f"DROP TEXT SEARCH DICTIONARY IF EXISTS {CONFIG}")


def find(
    terms: list[Term], tables: Tables, readable: Sql, most: int, *, is_loose: bool = False
) -> list[tuple[int, int]]:
    """The rows that hold all terms. See `sqlite.find`."""
    query, asked = _query(terms, " || " if is_loose else " && ")
    briefs, parameters = readable
    selects: list[str] = []
    values: list[Any] = []
    for place, (table, _title, _texts, weight) in enumerate(tables):
        is_part = table != "briefs_brief"
        brief, not_retired = ("brief_id", "AND retired_at IS NULL") if is_part else ("id", "")
        selects.append(
            f"SELECT {place} AS place, id, ts_rank({COLUMN}, query, 1) * {weight} AS rank "
            f"FROM {table}, asked WHERE {COLUMN} @@ query AND {brief} IN ({briefs}) {not_retired}"
        )
        values += parameters
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked AS (SELECT {query} AS query) {' UNION ALL '.join(selects)} "
            "ORDER BY rank DESC, place, id LIMIT %s",
            [*asked, *values, most],
        )
        return [(place, pk) for place, pk, _rank in cursor.fetchall()]


def forms(terms: list[Term], keys: list[tuple[int, int]], words: list[str]) -> set[str]:
    """Those of the words, folded, that are forms of the terms. See `sqlite.forms`."""
    single = [term.with_words([word]) for term in terms for word in term.words]
    query, asked = _query(single, " || ")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT word FROM unnest(%s::text[]) AS word, (SELECT {query} AS query) AS asked "
            f"WHERE to_tsvector('{CONFIG}', briefs_fold(word)) @@ query",
            [words, *asked],
        )
        return {fold(word) for (word,) in cursor.fetchall()}


def _query(terms: list[Term], joint: str) -> tuple[str, list[str]]:
    """Terms as a tsquery: an expression and its parameters.

    A word holds letters and digits alone, and in quotation marks is no operator.
    """
    parts, parameters = [], []
    for term in terms:
        parts.append(f"phraseto_tsquery('{CONFIG}', briefs_fold(%s))")
        parameters.append(" ".join(term.words))
        if term.is_begun:
            begun = f"to_tsquery('{CONFIG}', quote_literal(briefs_fold(%s)) || ':*')"
            parts[-1] = f"({parts[-1]} || {begun})"
            parameters.append(term.words[0])
    return f"({joint.join(parts)})", parameters
