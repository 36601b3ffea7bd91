"""Checks of charts, questions and hotlines."""

import re
from collections import defaultdict

from django.utils.translation import gettext as _

from ...models import Figure, HelpLine, Question
from ...page import markdown
from ..fixture import Entry
from .context import Context, own

ROUNDING = 0.5  # percentage points that each share of a whole may be off by
TOTAL = re.compile(r"(total|in all|all|sum|altogether)\W*", re.IGNORECASE)
# Beginnings of questions that can be answered with one word, unless they offer a choice.
YES_OR_NO = re.compile(
    r"(is|are|was|were|do|does|did|has|have|had|can|could|should|would|will|shall|may|might|must)"
    r"(n[’']t)?\s",
    re.IGNORECASE,
)
CHOICE = re.compile(r"\b(or|who|what|which|why|how|where|when)\b", re.IGNORECASE)


def placed_figures(context: Context) -> None:
    """Every figure that a text places is in the file, and belongs to that text's section."""
    placed = defaultdict(list)
    for slug, section in context.sections.items():
        for figure in markdown.find_figures(section.get("body")):
            placed[figure].append(slug)
            if figure not in context.figures:
                context.error(
                    "figure",
                    section,
                    "body",
                    _("The text places the figure “%s”, but it isn’t in the file.") % figure,
                    _("Add the figure, or fix the slug."),
                    f"figure:{figure}",
                )
    for slug, entry in context.figures.items():
        if any(section != own(entry, "section") for section in placed[slug]):
            context.warn(
                "figure",
                entry,
                "section",
                _("The figure “%s” is in another section’s text.") % slug,
                _("Set “section” to the section whose text places it."),
            )


def figures(context: Context) -> None:
    """Charts can be drawn, name their unit, and add up; videos and documents have a link."""
    for slug, entry in context.figures.items():
        if entry.get("kind") in Figure.CHARTS:
            _chart(context, entry)
        elif not entry.get("url"):
            context.error(
                "figure",
                entry,
                "url",
                _("“%s” has no link.") % entry.get("title"),
                _("Add the link to the video or document as “url”."),
            )
        if not entry.values.get("source"):
            context.warn(
                "figure-source",
                entry,
                "source",
                _("The figure “%s” has no source.") % slug,
                _("Add its source: “source: [brief, source]”."),
            )


def lengths(context: Context) -> None:
    """Videos say how long they are. One finding tells of all that don't."""
    videos = [
        (slug, entry)
        for slug, entry in context.figures.items()
        if entry.get("kind") == Figure.Kind.VIDEO and not entry.get("length_minutes")
    ]
    if videos:
        context.warn(
            "length",
            videos[0][1],
            "length_minutes",
            _("Videos without a length: %s.") % ", ".join(slug for slug, _entry in videos),
            _("Add “length_minutes” if you know it, so readers can plan."),
        )


def _chart(context: Context, entry: Entry) -> None:
    data = entry.get("data")
    rows = data.get("rows")
    series = data.get("series", [""])
    whole = isinstance(rows, list) and rows and isinstance(series, list)
    if not whole or not all(isinstance(row, list) and len(row) == len(series) + 1 for row in rows):
        context.error(
            "rows",
            entry,
            "data",
            _("The rows of “%s” can’t be drawn.") % entry.slug,
            _("Add at least one row, each [label, number, …] with one number per series."),
        )
        return
    for row in rows:
        if any(type(value) not in (int, float, type(None)) for value in row[1:]):
            context.error(
                "rows",
                entry,
                "data",
                _("Row “%(row)s” of “%(slug)s” has something other than numbers.")
                % {"row": row[0], "slug": entry.slug},
                _("Use plain numbers, without symbols or commas. Use null if unknown."),
            )
            return
    if not entry.get("unit"):
        context.warn(
            "unit",
            entry,
            "unit",
            _("The figure “%s” doesn’t say what it counts.") % entry.slug,
            _("Add a “unit”, such as “million people” or “%”."),
        )
    for index, name in enumerate(series, start=1):
        column = [(str(row[0]), row[index]) for row in rows if row[index] is not None]
        _sums(context, entry, name, column)


def _sums(context: Context, entry: Entry, name: str, column: list[tuple[str, float]]) -> None:
    """Shares of a whole add up to 100%, and a row called “Total” is the sum of the others."""
    totals = [value for label, value in column if TOTAL.fullmatch(label)]
    others = [value for label, value in column if not TOTAL.fullmatch(label)]
    found = round(sum(others), 6)
    if totals and abs(found - totals[0]) > ROUNDING * len(others):
        claimed = totals[0]
    elif entry.get("kind") == Figure.Kind.SHARE and entry.get("unit") == "%":
        claimed = 100
        if abs(found - 100) <= ROUNDING * len(others):
            return
    else:
        return
    context.error(
        "sum",
        entry,
        "data",
        _("The rows of “%(slug)s” add up to %(found)s, not %(claimed)s.")
        % {"slug": f"{entry.slug} {name}".strip(), "found": found, "claimed": claimed},
        _("Fix the numbers, or add the missing row."),
    )


def questions(context: Context) -> None:
    """There are questions; they invite discussion; and their figures are in the file."""
    asked = context.fixture.of(Question)
    if context.brief and not asked:
        context.warn(
            "questions",
            context.brief,
            "slug",
            _("The brief has no questions."),
            _("Add two or three per section. They’re the heart of the meeting."),
        )
    for entry in asked:
        last = re.split(r"(?<=[.!?])\s+", entry.get("text").strip())[-1]
        if YES_OR_NO.match(last) and not CHOICE.search(last):
            context.warn(
                "yes-or-no",
                entry,
                "text",
                _("“%s” is a yes-or-no question.") % last,
                _("Ask what, how, or why, so people have something to talk about."),
            )
        paragraph = entry.get("paragraph")
        section = context.sections.get(own(entry, "section") or "")
        count = markdown.count_paragraphs(section.get("body")) if section else 0
        if paragraph and paragraph > count:
            context.error(
                "paragraph",
                entry,
                "paragraph",
                _("“%(slug)s” points to paragraph %(paragraph)d. Its section has only %(count)d.")
                % {"slug": entry.slug, "paragraph": paragraph, "count": count},
                _("Count again. Paragraphs inside lists and quotes don’t count."),
            )


def help_lines(context: Context) -> None:
    """A brief with an advisory has hotlines, and each hotline can be reached."""
    lines = context.fixture.of(HelpLine)
    for entry in lines:
        if not (entry.get("phone") or entry.get("text_number") or entry.get("url")):
            context.error(
                "help-line",
                entry,
                "name",
                _("The hotline “%s” has no contact information.") % entry.get("name"),
                _("Add “phone”, “text_number”, or “url”."),
            )
    if context.brief and context.brief.get("advisory").strip() and not lines:
        context.warn(
            "help-line",
            context.brief,
            "advisory",
            _("The brief has a content advisory but no hotline."),
            _("Add one: “model: briefs.helpline”."),
        )
