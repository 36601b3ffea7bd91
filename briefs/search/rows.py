"""What is searched, and the rows that were found, with what readers see of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from ..models import (
    Brief,
    CallToAction,
    Figure,
    HelpLine,
    PartOfBrief,
    Question,
    Section,
    Source,
)
from ..page import markdown
from .snippets import words_of
from .terms import Sql

Model = type[Brief] | type[PartOfBrief]
Searched = tuple[Model, str | None, list[str], float]
# The number of the table in SEARCHED, and the id of the row.
Key = tuple[int, int]

# What is searched: the model, the column with the name of a row, the columns with its text, and
# the weight of a hit, relative to one in a section.
SEARCHED: list[Searched] = [
    (Brief, "title", ["summary", "executive_summary"], 1.5),
    (Section, "heading", ["body", "advisory"], 1),
    (Question, None, ["text"], 0.6),
    (Figure, "title", ["summary", "note"], 0.6),
    (Source, "title", ["publisher", "note"], 0.3),
    (CallToAction, None, ["text"], 0.6),
    (HelpLine, "name", ["when", "phone", "text_number", "hours"], 1),
]
TABLES = [(model._meta.db_table, *row) for model, *row in SEARCHED]
MARKDOWN = {(Brief, "executive_summary"), (Section, "body"), (CallToAction, "text")}
# Each table gives so many texts, so that one query reads them all.
MOST_TEXTS = max(len(texts) for _model, _name, texts, _weight in SEARCHED)
# Where a row without a name is: the heading of its section, or its step.
PLACES: dict[Model, str] = {
    Question: "COALESCE(section.heading, '')",
    CallToAction: "part.step",
}
IN_A_SECTION = (Question, Figure)
# The section whose page has a row: one that has a text.
OF_SECTION = "CASE WHEN TRIM(section.body) <> '' THEN section.slug ELSE '' END"
PAGES: dict[Model, str] = {
    Section: "CASE WHEN TRIM(part.body) <> '' THEN part.slug ELSE '' END",
    Question: OF_SECTION,
    Figure: OF_SECTION,
}

# The texts of a hundred hits are parsed for each search, and they are the same few.
plain = lru_cache(maxsize=1024)(markdown.plain)

# As `Brief.has_exit` says it.
HAS_EXIT = (
    "(TRIM(brief.advisory) <> '' OR EXISTS (SELECT 1 FROM briefs_helpline AS line "
    "WHERE line.brief_id = brief.id AND line.retired_at IS NULL))"
)


@dataclass
class Row:
    """A row that was found.

    Attributes:
        model: whose row it is.
        brief: the brief it belongs to; of a brief itself, that one.
        slug: its own.
        name: its title, "" if it has none.
        section: the slug of the section whose page has it, "" if it's on none.
        place: the heading of a question's section, or the step of a call to action.
        text: its text, without markup.
        words: the words of its name and its text, as they are written.
    """

    model: Model
    brief: Brief
    slug: str
    name: str
    section: str
    place: str
    text: str
    words: set[str]


def read(keys: Iterable[Key], readable: Sql) -> dict[Key, Row]:
    """Those of the rows that are on the page of one of these briefs.

    In plain SQL: to build a query for each table takes ten times as long as to run this one.

    Args:
        keys: the rows, from `find`.
        readable: a query for the ids of the briefs, with its parameters.
    """
    wanted: dict[int, list[int]] = {}
    for number, pk in keys:
        wanted.setdefault(number, []).append(pk)
    if not wanted:
        return {}
    selects = [_select(number, len(ids), readable[0]) for number, ids in wanted.items()]
    values = [value for ids in wanted.values() for value in (*ids, *readable[1])]
    rows: dict[Key, Row] = {}
    briefs: dict[int, Brief] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), values)
        for number, pk, *about, brief_id, slug, title, language, has_exit in cursor.fetchall():
            if brief_id not in briefs:
                columns = ["id", "slug", "title", "language"]
                values = [brief_id, slug, title, language]
                briefs[brief_id] = Brief.from_db(connection.alias, columns, values)
                briefs[brief_id].has_exit = bool(has_exit)
            rows[number, pk] = _row(number, briefs[brief_id], *about)
    return rows


def _select(number: int, how_many: int, briefs: str) -> str:
    """The query for so many rows of a table."""
    model, name, texts, _weight = SEARCHED[number]
    is_part, is_in_section = model is not Brief, model in IN_A_SECTION
    columns = [
        *(str(number), "part.id", "part.slug", f"part.{name}" if name else "''"),
        *(PAGES.get(model, "''"), PLACES.get(model, "''"), *(f'part."{text}"' for text in texts)),
        *(["''"] * (MOST_TEXTS - len(texts))),
        *("brief.id", "brief.slug", "brief.title", "brief.language", HAS_EXIT),
    ]
    section = "LEFT JOIN briefs_section AS section ON section.id = part.section_id"
    return (
        f"SELECT {', '.join(columns)} FROM {model._meta.db_table} AS part "
        f"JOIN briefs_brief AS brief ON brief.id = part.{'brief_id' if is_part else 'id'} "
        f"{section if is_in_section else ''} "
        f"WHERE part.id IN ({', '.join(['%s'] * how_many)}) AND brief.id IN ({briefs}) "
        f"{'AND part.retired_at IS NULL' if is_part else ''} "
        f"{'AND section.retired_at IS NULL' if is_in_section else ''}"
    )


def _row(
    number: int, brief: Brief, slug: str, name: str, section: str, place: str, *written: str
) -> Row:
    model, _name, columns, _weight = SEARCHED[number]
    texts = [
        plain(text) if (model, column) in MARKDOWN else text
        for column, text in zip(columns, written, strict=False)
    ]
    text = " ".join(filter(None, texts))
    return Row(model, brief, slug, name, section, place, text, {*words_of(name), *words_of(text)})
