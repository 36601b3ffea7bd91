"""Searches briefs with the database's own full-text engine.

`sqlite.py` and `postgresql.py` share one interface. They keep the index up to date however rows
are written (raw fixtures, the admin, SQL), find rows, and say in which forms words were found.
Only briefs that the reader may read are searched, and hits are checked against them again.
`snippets.py` makes what readers see of a hit, from the text without markup.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.addresses import reverse

from ..models import (
    Brief,
    BriefQuerySet,
    CallToAction,
    Figure,
    HelpLine,
    Question,
    Section,
    Source,
)
from ..models.sections import page_address
from . import postgresql, sqlite
from .rows import SEARCHED, TABLES, Model, Row, read
from .snippets import Marker, fold
from .spelling import nearest
from .terms import MOST_WORDS, Term, read_terms, said

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django_stubs_ext import StrPromise

    from accounts.models import User

MOST_HITS = 100

# Where a hit is on its page, and what it is.
KINDS: "dict[Model, tuple[str, StrPromise | str]]" = {
    Brief: ("", gettext_lazy("summary")),
    Section: ("#{slug}", ""),
    Question: ("#question-{slug}", gettext_lazy("question")),
    Figure: ("#figure-{slug}", gettext_lazy("chart, video, or document")),
    Source: ("#source-{slug}", gettext_lazy("source")),
    CallToAction: ("#calls-to-action", gettext_lazy("call to action")),
    HelpLine: ("#help", gettext_lazy("hotline")),
}


@dataclass
class Hit:
    """One hit in a brief: its title, its URL, the words in context as HTML, and what it is."""

    title: str
    url: str
    snippet: str
    what: "StrPromise | str"


@dataclass
class Found:
    """The hits in one brief, the best first, with its title as HTML and its URL."""

    brief: Brief
    title: str
    url: str
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

    @property
    def has_exit(self) -> bool:
        """Whether something was found in a brief whose pages have a quick exit."""
        return any(found.brief.has_exit for found in self.briefs)


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
    briefs = readable.order_by().values("pk").query.sql_with_params()
    ranked = engine().find(terms, TABLES, briefs, MOST_HITS, is_loose=results.is_loose)
    results.is_cut = len(ranked) == MOST_HITS
    rows = read(ranked, briefs)
    words = set[str]().union(*(row.words for row in rows.values()))
    forms = engine().forms(terms, list(rows), sorted(words))
    # Rows that have the words only in their markup aren't among these.
    shown = {word for word in words if fold(word) in forms}
    marker = Marker(shown)
    found: dict[int, Found] = {}
    for row in (rows[key] for key in ranked if key in rows):
        if shown.isdisjoint(row.words):
            continue
        brief = row.brief
        if brief.pk not in found:
            title = marker.marked(brief.title)
            found[brief.pk] = Found(brief, title, brief.get_absolute_url())
        group = found[brief.pk]
        group.hits.append(_hit(row, group.url, marker))
    results.briefs = list(found.values())


def _hit(row: Row, cover: str, marker: Marker) -> Hit:
    title, (anchor, what) = row.name, KINDS[row.model]
    if row.model is Brief:
        title = _("What it’s about")
    elif row.model is CallToAction:
        title = str(CallToAction.Step(row.place).label)
    elif row.model is Question:
        title = row.place or _("Questions on the whole brief")
    return Hit(marker.marked(title), _url(row, cover, anchor), marker.snippet(row.text), what)


def _url(row: Row, cover: str, anchor: str) -> str:
    """Where a row is read: on the page of its section, on the cover, or else on the page of the
    whole brief."""
    if row.section:
        url = page_address(row.brief.slug, row.section)
        return url if row.model is Section else url + anchor.format(slug=row.slug)
    is_on_cover = row.model not in (Figure, Source, CallToAction)
    url = cover if is_on_cover else reverse("briefs:brief_all", args=[row.brief.slug])
    return url + anchor.format(slug=row.slug)


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
