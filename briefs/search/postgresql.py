"""Full-text search in PostgreSQL (https://www.postgresql.org/docs/current/textsearch.html).

Each table has a generated column with its words, which Django doesn't know about. A migration
that changes the type of a searched column must call `remove` before and `create` after. Words
are stemmed as English, by a dictionary of our own without stop words, as headings like “Who?”
consist of those. It needs no extension, and so no superuser.
"""

import string
from typing import Any

from django.db import connection

from . import signs
from .snippets import fold
from .terms import Sql, Tables, Term

CONFIG = "briefs_words"
# PostgreSQL refuses rows whose tsvector is over 1 MB. The rest of a text isn't searched.
MOST_CHARACTERS = 100_000
COLUMN = "search"
BETWEEN_WORDS = string.punctuation + "‘’‚“”„–—…·•«»‹›†‡§¶©®°¿¡" + signs.APOSTROPHES


def create(cursor: Any, tables: Tables) -> None:
    """Create the dictionary, the functions and the indexes, or replace them. See
    `sqlite.create`."""
    remove(cursor, tables)
    cursor.execute(
        f"CREATE TEXT SEARCH DICTIONARY {CONFIG} (TEMPLATE = snowball, LANGUAGE = english)"
    )
    cursor.execute(f"CREATE TEXT SEARCH CONFIGURATION {CONFIG} (COPY = simple)")
    cursor.execute(
        f"ALTER TEXT SEARCH CONFIGURATION {CONFIG} ALTER MAPPING FOR asciiword, word WITH {CONFIG}"
    )
    # Replaces signs as `signs.SAME` says, removes accents, and turns punctuation into spaces, as
    # PostgreSQL would take a URL for one word. The search_path is stored, so that functions find
    # each other in a restored dump.
    cursor.execute(
        "CREATE FUNCTION briefs_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        "SET search_path FROM CURRENT AS $body$ SELECT translate(regexp_replace(normalize("
        f"{_same(f'left($1, {MOST_CHARACTERS})')}, NFD), '[\\u0300-\\u036f]+', '', 'g'), "
        f"$from${BETWEEN_WORDS}$from$, '{' ' * len(BETWEEN_WORDS)}') $body$"
    )
    cursor.execute(
        "CREATE FUNCTION briefs_vector(text, text) RETURNS tsvector LANGUAGE sql IMMUTABLE "
        "PARALLEL SAFE SET search_path FROM CURRENT AS $body$ SELECT "
        # “¶” between name and text, so that no phrase matches across them.
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


def _same(value: str) -> str:
    """SQL that replaces signs as `signs.SAME` says. `translate` deletes what it has no sign for."""
    for sign, instead in signs.LIGATURES.items():
        value = f"replace({value}, '{sign}', '{instead}')"
    wide, plain = "".join(signs.WIDE), "".join(signs.WIDE.values())
    return f"translate({value}, '{wide}{signs.INVISIBLE}', '{plain}')"


def remove(cursor: Any, tables: Tables) -> None:
    """Remove everything that `create` made."""
    for table, *_columns in tables:
        cursor.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS {COLUMN}")
    cursor.execute("DROP FUNCTION IF EXISTS briefs_vector(text, text)")
    cursor.execute("DROP FUNCTION IF EXISTS briefs_fold(text)")
    cursor.execute(f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {CONFIG}")
    cursor.execute(f"DROP TEXT SEARCH DICTIONARY IF EXISTS {CONFIG}")


def find(
    terms: list[Term], tables: Tables, readable: Sql, most: int, *, is_loose: bool = False
) -> list[tuple[int, int]]:
    """The rows that have all terms. See `sqlite.find`."""
    query, asked = _query(terms, " || " if is_loose else " && ")
    briefs, parameters = readable
    selects: list[str] = []
    values: list[Any] = []
    for number, (table, _title, _texts, weight) in enumerate(tables):
        is_part = table != "briefs_brief"
        brief, not_retired = ("brief_id", "AND retired_at IS NULL") if is_part else ("id", "")
        selects.append(
            f"SELECT {number} AS number, id, ts_rank({COLUMN}, query, 1) * {weight} AS rank "
            f"FROM {table}, asked WHERE {COLUMN} @@ query AND {brief} IN ({briefs}) {not_retired}"
        )
        values += parameters
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked AS (SELECT {query} AS query) {' UNION ALL '.join(selects)} "
            "ORDER BY rank DESC, number, id LIMIT %s",
            [*asked, *values, most],
        )
        return [(number, pk) for number, pk, _rank in cursor.fetchall()]


def forms(terms: list[Term], keys: list[tuple[int, int]], words: list[str]) -> set[str]:
    """Those of the words that are forms of the terms, folded. See `sqlite.forms`."""
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
    """The terms as a tsquery: (SQL expression, parameters).

    Words have only letters and digits, and are quoted, so none is taken for an operator.
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
