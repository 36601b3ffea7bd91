"""Search over briefs: by the database's own full-text engine, behind one interface.

`sqlite.py` and `postgresql.py` keep the index right for whoever writes a row (a fixture loaded
raw, the admin, plain SQL), find rows, and tell in which forms a word was found. Who may read
what is asked of the models, before the best hits are counted out and once more after. What a
reader sees of a hit is made in `snippets.py`, from the text without its marks.
"""

from dataclasses import dataclass, field
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

# What is searched: the model, the column that names a row, those of its text, and how much a
# hit weighs beside one in a section.
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


@dataclass
class Hit:
    """One place in a brief: where it leads, and the words in their context, as HTML."""

    title: str
    url: str
    snippet: str
    what: str


@dataclass
class Found:
    """The hits of one brief, the best first."""

    brief: Brief
    title: str
    hits: list[Hit] = field(default_factory=list)


@dataclass
class Results:
    """What was found, the best brief first.

    Attributes:
        asked: the words as they were typed; empty where there was none to look for.
        instead: what was looked for in their place, as nobody has written them.
        is_loose: no place has all of the words; these have some.
        is_cut: there may be more; only the best are here.
        left_out: words at the end that were too many.
        briefs: `Found` objects.
    """

    asked: str = ""
    instead: str = ""
    is_loose: bool = False
    is_cut: bool = False
    left_out: int = 0
    briefs: list[Found] = field(default_factory=list)

    @property
    def number(self) -> int:
        return sum(len(found.hits) for found in self.briefs)


def engine() -> Any:
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def search(text: str, user: "User | AnonymousUser") -> Results:
    """Look for words in the briefs that this person may read.

    All of the words first; where no place has them, the words that were probably meant; at
    last any of them. A number of queries that does not grow with the briefs.
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
    """Put what holds these terms into the results."""
    asked = readable.order_by().values("pk").query.sql_with_params()
    ranked = engine().find(terms, TABLES, asked, MOST_HITS, is_loose=results.is_loose)
    results.is_cut = len(ranked) == MOST_HITS
    briefs = readable.in_bulk()
    rows: dict[tuple[int, int], Row] = {}
    for place, (model, *_columns) in enumerate(SEARCHED):
        ids = [pk for at, pk in ranked if at == place]
        rows |= {(place, row.pk): row for row in _in_edition(model, ids, briefs)}
    texts = {key: _texts(row, SEARCHED[key[0]]) for key, row in rows.items()}
    words = {word for pair in texts.values() for text in pair for word in words_of(text)}
    forms = engine().forms(terms, list(rows), sorted(words))
    found: dict[int, Found] = {}
    for key in ranked:
        # Only its markup holds the words where no form of them is in what is read of it.
        if key in rows and any(fold(word) in forms for t in texts[key] for word in words_of(t)):
            row = rows[key]
            brief = row if isinstance(row, Brief) else row.brief
            group = found.setdefault(brief.pk, Found(brief, marked(brief.title, forms)))
            group.hits.append(_hit(row, *texts[key], forms))
    results.briefs = list(found.values())


def _in_edition(
    model: type[Brief] | type[PartOfBrief], ids: list[int], briefs: dict[int, Brief]
) -> list[Row]:
    """Those of the rows that are on the page of one of these briefs."""
    if issubclass(model, Brief):
        return [briefs[pk] for pk in ids if pk in briefs]
    rows: models.QuerySet[Any] = model.objects.in_edition()
    rows = rows.filter(pk__in=ids, brief__in=briefs)
    if model in (Question, Figure):
        on_the_page = Q(section=None) | Q(section__retired_at=None)
        rows = rows.filter(on_the_page).select_related("section")
    for row in rows:
        row.brief = briefs[row.brief_id]
    return list(rows)


def _texts(row: Row, searched: Searched) -> tuple[str, str]:
    """The name of a row and the words under it, as they are read."""
    model, name, columns, _weight = searched
    read = [
        markdown.plain(getattr(row, column))
        if (model, column) in MARKDOWN
        else getattr(row, column)
        for column in columns
    ]
    return getattr(row, name) if name else "", " ".join(filter(None, read))


def _hit(row: Row, title: str, text: str, forms: set[str]) -> Hit:
    page = row.get_absolute_url() if isinstance(row, Brief) else row.brief.get_absolute_url()
    anchor, what = {
        Brief: ("", _("summary")),
        Section: (f"#{row.slug}", ""),
        Question: (f"#question-{row.slug}", _("question")),
        Figure: (f"#figure-{row.slug}", _("figure")),
        Source: (f"#source-{row.slug}", _("source")),
        CallToAction: ("#calls-to-action", _("something to do")),
        HelpLine: ("#help", _("whom to call")),
    }[type(row)]
    if isinstance(row, Brief):
        title = _("What it is about")
    elif isinstance(row, CallToAction):
        title = row.get_step_display()
    elif isinstance(row, Question):
        title = row.section.heading if row.section else _("On the whole brief")
    return Hit(marked(title, forms), page + anchor, snippet(text, forms), what)


def _meant(terms: list[Term], readable: BriefQuerySet) -> list[Term]:
    """The terms, with the word most like it in place of each that nobody has written."""
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
