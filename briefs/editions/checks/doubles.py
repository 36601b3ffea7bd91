"""Checks of what a brief has twice."""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ...models import CallToAction, Figure, HelpLine, Question, Section, Source
from ..fixture import Entry
from .context import Context, own

TELLING = 8  # words of a question that hardly fits two sections


def doubles(context: Context) -> None:
    """No source, question, heading, figure, step or hotline is there twice."""
    for entry, first in twins(context.fixture.of(Source), link_of):
        context.warn(
            "double",
            entry,
            "url",
            _("The sources “%(one)s” and “%(other)s” have the same link.")
            % {"one": first.get("title"), "other": entry.get("title")},
            _(
                "If they’re one source, keep one and cite it in both places. Otherwise, link each "
                "to its own page."
            ),
        )
    for model, identify, name in (
        (Source, title_of, "title"),
        (Question, _text, "text"),
        (Section, _heading, "heading"),
        (Figure, _title, "title"),
        (CallToAction, _text, "text"),
        (HelpLine, _number, "phone"),
    ):
        for entry, first in twins(context.fixture.of(model), identify):
            context.warn(
                "double",
                entry,
                name,
                _("This %(kind)s is there twice: “%(words)s” (%(one)s and %(other)s).")
                % {
                    "kind": model._meta.verbose_name,
                    "words": str(entry.get(name))[:60],
                    "one": first.slug,
                    "other": entry.slug,
                },
                _("Remove one, or say how they differ."),
            )


def twins(
    entries: Iterable[Entry], identify: Callable[[Entry], object]
) -> Iterator[tuple[Entry, Entry]]:
    """The entries that are like an earlier one, each with the first of its kind."""
    first: dict[object, Entry] = {}
    for entry in entries:
        identity = identify(entry)
        if identity and first.setdefault(identity, entry) is not entry:
            yield entry, first[identity]


def _letters(text: str) -> str:
    """A text by which twins are known: without case, punctuation and white space."""
    return re.sub(r"[\W_]+", "", text).casefold()


def link_of(entry: Entry) -> str:
    """Where a link leads; "" for the front page of a site, which many sources may share."""
    try:
        parts = urlsplit(entry.get("url").strip())
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    if not path and not parts.query:
        return ""
    host = parts.netloc.lower().removeprefix("www.")
    # Some pages of a site are told apart only by what follows the sign.
    return f"{host}{path}?{parts.query}#{parts.fragment}"


def title_of(entry: Entry) -> object:
    """By what a source is known, other than its link."""
    title = _letters(entry.get("title"))
    return title and (title, _letters(entry.get("publisher")), entry.get("year"))


def _heading(entry: Entry) -> object:
    heading = _letters(entry.get("heading"))
    return heading and (heading, own(entry, "parent"))


def _title(entry: Entry) -> object:
    return _letters(entry.get("title"))


def _text(entry: Entry) -> object:
    """A short text, such as “What surprised you?”, may be in each section."""
    text = entry.get("text")
    where = (
        own(entry, "section") if len(text.split()) < TELLING and "section" in entry.values else ""
    )
    return _letters(text) and (_letters(text), where)


def _number(entry: Entry) -> object:
    return re.sub(r"\D", "", entry.get("phone"))
