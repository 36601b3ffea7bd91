"""Searches briefs with the database's own full-text engine.

`sqlite.py` and `postgresql.py` share one interface. They keep the index up to date however rows
are written (raw fixtures, the admin, SQL), find rows, and say in which forms words were found.
Only briefs that the reader may read are searched, and hits are checked against them again.
`snippets.py` makes what readers see of a hit, from the text without markup.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import (
    Brief,
    BriefQuerySet,
    CallToAction,
    Figure,
    HelpLine,
    PartOfBrief,
    Question,
    Section,
    Source,
)
from ..page import markdown
from . import postgresql, sqlite
from .snippets import fold, marked, snippet, words_of
from .spelling import nearest
from .terms import MOST_WORDS, Term, read_terms, said

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Row = Brief | PartOfBrief
Searched = tuple[type[Brief] | type[PartOfBrief], str | None, list[str], float]

MOST_HITS = 100

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
# Columns of whatever is searched that make the address of a hit.
PLACES: dict[type[models.Model], list[str]] = {
    Brief: ["slug", "language"],
    Question: ["section", "section__heading"],
    Figure: ["section", "section__heading"],
    CallToAction: ["step"],
}
# The texts of a hundred hits are parsed for each search, and they are the same few.
plain = lru_cache(maxsize=1024)(markdown.plain)
MARKDOWN = {(Brief, "executive_summary"), (Section, "body"), (CallToAction, "text")}


@dataclass
class Hit:
    """One hit in a brief: its title, its URL, the words in context as HTML, and what it is."""

    title: str
    url: str
    snippet: str
    what: str


@dataclass
class Found:
    """The hits in one brief, the best first."""

    brief: Brief
    title: str
    hits: list[Hit] = field(default_factory=list)


@dataclass
class Results:
    """What was found, the best brief first.

    Attributes:
        asked: the words as typed; "" if there were none to search for.
        instead: the corrected words that were searched for, as no text has those typed.
        is_loose: whether the hits have only some of the words, as none has all.
        is_cut: whether there may be more hits than the best ones here.
        left_out: how many words at the end were ignored as too many.
        briefs: the briefs with hits.
    """

    asked: str = ""
    instead: str = ""
    is_loose: bool = False
    is_cut: bool = False
    left_out: int = 0
    briefs: list[Found] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of hits."""
        return sum(len(found.hits) for found in self.briefs)


def engine() -> Any:
    """The module for the database in use."""
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def search(text: str, user: "User | AnonymousUser") -> Results:
    """Search the briefs that this person may read.

    Looks for all of the words first. If there are no hits, it corrects their spelling, and
    then looks for any of them. The number of queries doesn't grow with the briefs.

    Args:
        text: what the person typed. Words in quotation marks are one term.
        user: the person.
    """
    terms, left_out = read_terms(text)
    if not terms:
        return Results()
    results = Results(" ".join(text.replace("\x00", " ").split()), left_out=left_out)
    readable = Brief.objects.readable_by(user)
    _find(results, terms, readable)
    if not results.briefs:
        meant = _meant(terms, readable)
        if meant != terms:
            results.instead = said(meant)
            _find(results, meant, readable)
        if not results.briefs and sum(len(term.words) for term in meant) > 1:
            results.is_loose = True
            _find(results, [t.with_words([word]) for t in meant for word in t.words], readable)
    return results


def _find(results: Results, terms: list[Term], readable: BriefQuerySet) -> None:
    """Search for these terms, and add the hits to the results."""
    asked = readable.order_by().values("pk").query.sql_with_params()
    ranked = engine().find(terms, TABLES, asked, MOST_HITS, is_loose=results.is_loose)
    results.is_cut = len(ranked) == MOST_HITS
    briefs = readable.only(*_columns(SEARCHED[0])).in_bulk()
    rows: dict[tuple[int, int], Row] = {}
    for number, searched in enumerate(SEARCHED):
        ids = [pk for at, pk in ranked if at == number]
        rows |= {(number, row.pk): row for row in _in_edition(searched, ids, briefs)}
    texts = {key: _texts(row, SEARCHED[key[0]]) for key, row in rows.items()}
    words = {word for pair in texts.values() for text in pair for word in words_of(text)}
    forms = engine().forms(terms, list(rows), sorted(words))
    found: dict[int, Found] = {}
    for key in ranked:
        # Skip rows that have the words only in their markup.
        if key in rows and any(fold(word) in forms for t in texts[key] for word in words_of(t)):
            row = rows[key]
            brief = row if isinstance(row, Brief) else row.brief
            group = found.setdefault(brief.pk, Found(brief, marked(brief.title, forms)))
            group.hits.append(_hit(row, *texts[key], forms))
    results.briefs = list(found.values())


def _columns(searched: Searched) -> list[str]:
    """What is read of a hit: its texts, and what makes its address."""
    model, name, texts, _weight = searched
    return [*texts, *([name] if name else []), *PLACES.get(model, [])]


def _in_edition(searched: Searched, ids: list[int], briefs: dict[int, Brief]) -> list[Row]:
    """The rows with these ids that are on the page of one of these briefs."""
    model = searched[0]
    if issubclass(model, Brief):
        return [briefs[pk] for pk in ids if pk in briefs]
    if not ids:
        return []
    rows: models.QuerySet[Any] = model.objects.in_edition()
    rows = rows.filter(pk__in=ids, brief__in=briefs)
    if model in (Question, Figure):
        on_the_page = Q(section=None) | Q(section__retired_at=None)
        rows = rows.filter(on_the_page).select_related("section")
    rows = rows.only("brief", "slug", *_columns(searched))
    for row in rows:
        row.brief = briefs[row.brief_id]
    return list(rows)


def _texts(row: Row, searched: Searched) -> tuple[str, str]:
    """The name and the text of a row, without markup."""
    model, name, columns, _weight = searched
    read = [
        plain(getattr(row, column)) if (model, column) in MARKDOWN else getattr(row, column)
        for column in columns
    ]
    return getattr(row, name) if name else "", " ".join(filter(None, read))


def _hit(row: Row, title: str, text: str, forms: set[str]) -> Hit:
    page = row.get_absolute_url() if isinstance(row, Brief) else row.brief.get_absolute_url()
    anchor, what = {
        Brief: ("", _("summary")),
        Section: (f"#{row.slug}", ""),
        Question: (f"#question-{row.slug}", _("question")),
        Figure: (f"#figure-{row.slug}", _("chart, video, or document")),
        Source: (f"#source-{row.slug}", _("source")),
        CallToAction: ("#calls-to-action", _("call to action")),
        HelpLine: ("#help", _("hotline")),
    }[type(row)]
    if isinstance(row, Brief):
        title = _("What it’s about")
    elif isinstance(row, CallToAction):
        title = row.get_step_display()
    elif isinstance(row, Question):
        title = row.section.heading if row.section else _("Questions on the whole brief")
    return Hit(marked(title, forms), page + anchor, snippet(text, forms), what)


def _meant(terms: list[Term], readable: BriefQuerySet) -> list[Term]:
    """The terms, with each word that no text has replaced by the most similar one."""
    texts = []
    for model, name, columns, _weight in SEARCHED:
        rows: models.QuerySet[Any] = (
            readable
            if issubclass(model, Brief)
            else model.objects.in_edition().filter(brief__in=readable)
        )
        for row in rows.order_by().values_list(*filter(None, [name, *columns])):
            texts += row
    typed = {fold(word) for term in terms for word in term.words}
    instead = nearest(typed, texts)
    return [term.with_words(instead.get(fold(word), word) for word in term.words) for term in terms]


__all__ = ["MOST_HITS", "MOST_WORDS", "TABLES", "Results", "engine", "search"]
