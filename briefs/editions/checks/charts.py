"""Checks of the data of charts: labels are text, values are numbers, and they add up."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from config.texts import is_visible

from ...models import Figure
from ..fixture import Entry, Path
from ..fixture_values import PLAIN_NUMBER, did_you_mean, kind_of, odd_number, shown
from .context import Context

ROUNDING = 0.5  # percentage points that each share of a whole may be off by
TOTAL = re.compile(r"(total|in all|all|sum|altogether)\W*", re.IGNORECASE)
PARTS = ["series", "rows"]
LARGEST = 10**15  # larger numbers don't fit in a chart
# Kinds that draw each number as an area, which none below zero has.
AREAS = [Figure.Kind.SHARE, Figure.Kind.STEPS]
MOST_PROBLEMS = 20  # of one chart

# Code, what's wrong, how to fix it, and where.
Problem = tuple[str, str, str, Path]


def chart(context: Context, entry: Entry) -> None:
    """The data of a chart can be drawn, name their unit, and add up."""
    if entry.is_unread("data"):
        return
    problems = list(islice(_problems(entry), MOST_PROBLEMS))
    for code, what, remedy, at in problems:
        context.error(code, entry, "data", what, remedy, at=at)
    if problems:
        return
    if not entry.get("unit"):
        context.warn(
            "unit",
            entry,
            "unit",
            _("The figure “%s” doesn’t say what it counts.") % entry.slug,
            _("Add a “unit”, such as “million people” or “%”."),
        )
    rows = entry.get("data")["rows"]
    for label, count in Counter(row[0].strip() for row in rows).items():
        if count > 1:
            what = _("“%(slug)s” has %(count)d rows called “%(row)s”.")
            names = {"slug": entry.slug, "count": count, "row": label}
            context.warn("label", entry, "data", what % names, _("Join them, or rename one."))
    for index, name in enumerate(_series(entry), start=1):
        column = [(row[0], row[index]) for row in rows if row[index] is not None]
        _sums(context, entry, name, column)


def _series(entry: Entry) -> Any:
    return entry.get("data").get("series", [""])


def _problems(entry: Entry) -> Iterator[Problem]:
    data = entry.get("data")
    for name in data:
        if name not in PARTS:
            what = _("“%s” isn’t part of the data of a chart.") % name
            yield "rows", what, did_you_mean(str(name), PARTS), ("data", name)
    rows, series = data.get("rows"), _series(entry)
    if not isinstance(rows, list) or not rows or not isinstance(series, list):
        yield (
            "rows",
            _("The rows of “%s” can’t be drawn.") % entry.slug,
            _("Add at least one row, each [label, number, …] with one number per series."),
            ("data", "rows"),
        )
        return
    for index, name in enumerate(series):
        yield from _of_label(entry, name, ("data", "series", index), is_needed=len(series) > 1)
    for number, row in enumerate(rows):
        yield from _of_row(entry, row, len(series), ("data", "rows", number))
    if all(value is None for row in rows if isinstance(row, list) for value in row[1:]):
        yield (
            "rows",
            _("“%s” has no numbers.") % entry.slug,
            _("Add the numbers, or remove the figure."),
            ("data", "rows"),
        )


def _of_row(entry: Entry, row: Any, series: int, at: Path) -> Iterator[Problem]:
    if not isinstance(row, list) or len(row) != series + 1:
        yield (
            "rows",
            _("This row of “%s” can’t be drawn.") % entry.slug,
            _(
                "Write it as [label, number, …] with one number per series, and no commas inside "
                "numbers."
            ),
            at,
        )
        return
    yield from _of_label(entry, row[0], (*at, 0), is_needed=True)
    for index, value in enumerate(row[1:], start=1):
        yield from _of_value(entry, row[0], value, (*at, index))


def _of_label(entry: Entry, label: Any, at: Path, *, is_needed: bool) -> Iterator[Problem]:
    if isinstance(label, str):
        if is_needed and not is_visible(label):
            what = _("A row or column of “%s” has no name.") % entry.slug
            yield "label", what, _("Write what its numbers are of."), at
        return
    yield (
        "label",
        _("The label “%(typed)s” of “%(slug)s” was read as %(kind)s, not text.")
        % {"typed": _typed(entry, label, at), "slug": entry.slug, "kind": kind_of(label)},
        _("Put the label in quotation marks."),
        at,
    )


def _of_value(entry: Entry, label: Any, value: Any, at: Path) -> Iterator[Problem]:
    typed = _typed(entry, value, at)
    if type(value) not in (int, float, type(None)):
        is_quoted = isinstance(value, str) and value and PLAIN_NUMBER.fullmatch(value)
        yield (
            "rows",
            _("Row “%(row)s” of “%(slug)s” has something other than numbers: “%(typed)s”.")
            % {"typed": typed, "row": label, "slug": entry.slug},
            _("Remove the quotation marks.")
            if is_quoted
            else _("Use plain numbers, without symbols or commas. Use null if unknown."),
            at,
        )
    elif value is None:
        return
    elif math.isnan(value):
        what = _("“%(typed)s” in row “%(row)s” of “%(slug)s” isn’t a number.")
        names = {"typed": typed, "row": label, "slug": entry.slug}
        yield "rows", what % names, _("Use plain numbers. Use null if unknown."), at
    elif value < 0 and entry.get("kind") in AREAS:
        what = _("“%(typed)s” in row “%(row)s” of “%(slug)s” is less than nothing.")
        names = {"typed": typed, "row": label, "slug": entry.slug}
        yield "rows", what % names, _("Fix the number, or choose a bar chart."), at
    elif not abs(value) < LARGEST:
        yield (
            "rows",
            _("“%(typed)s” in row “%(row)s” of “%(slug)s” can’t be drawn.")
            % {"typed": typed, "row": label, "slug": entry.slug},
            _("If the number is very large, choose a larger unit, such as “million people”."),
            at,
        )
    elif at in entry.marks and (odd := odd_number(value, typed)):
        yield "rows", *odd, at


def _typed(entry: Entry, value: Any, at: Path) -> str:
    """How a value was typed; as it is now, if that's not known."""
    mark = entry.marks.get(at)
    return shown(mark.typed if mark and mark.typed else str(value))


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
