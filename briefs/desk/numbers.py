"""The numbers of a chart as a table in a form: read, added to, and turned into chart data.

Each row and column has a key that stays its own when others are added or removed, so that what a
browser keeps of an unsent form comes back at its place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import gettext as _

from config.texts import NAME

MOST_ROWS, MOST_SERIES = 60, 8
LONGEST_LABEL, LONGEST_NUMBER = NAME, 24
# With or without commas between thousands.
NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
YEAR = re.compile(r"[12]\d{3}")
ROW, NAMED, CELL = "row-", "series-", "cell-"
DO = "do"


@dataclass
class Row:
    """One row: its label, and a number for each series, all as typed."""

    key: int
    label: str = ""
    cells: dict[int, str] = field(default_factory=dict)
    # What's wrong: by the key of a series; at 0, about the row.
    errors: dict[int, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not self.label and not any(self.cells.values())


@dataclass
class Numbers:
    """The table.

    Attributes:
        series: the names of the columns by their keys.
        rows: in their order.
        new: the name of the field that was just added, where an editor goes on typing.
        error: what's wrong with the whole table.
    """

    series: dict[int, str]
    rows: list[Row]
    new: str = ""
    error: str = ""

    @classmethod
    def of(cls, data: Any) -> Self:
        """The table of a chart's data, with room for one more row if it has none."""
        data = data if isinstance(data, dict) else {}
        found = [row for row in _list(data.get("rows")) if _list(row)]
        names = [str(name) for name in _list(data.get("series"))]
        width = max([1, len(names), *(len(row) - 1 for row in found)])
        names += [""] * (width - len(names))
        series = dict(enumerate(names, start=1))
        rows = [
            Row(key, str(label), dict(enumerate(map(_shown, values), start=1)))
            for key, (label, *values) in enumerate(found, start=1)
        ]
        return cls(series, rows or [Row(1), Row(2)])

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> Self:
        """The table as it was typed; what is too much of it is left out."""
        series: dict[int, str] = {}
        rows: dict[int, Row] = {}
        for name in typed:
            key = _key(name, NAMED)
            if key and len(series) < MOST_SERIES:
                series[key] = _line(typed[name])[:LONGEST_LABEL]
            key = _key(name, ROW)
            if key and len(rows) < MOST_ROWS:
                rows[key] = Row(key, _line(typed[name])[:LONGEST_LABEL])
        series = series or {1: ""}
        for key, row in rows.items():
            for column in series:
                cell = typed.get(f"{CELL}{key}-{column}", "")
                row.cells[column] = _line(cell)[:LONGEST_NUMBER]
        return cls(series, list(rows.values()) or [Row(1)])

    def do(self, what: str, pasted: str = "") -> None:
        """What a button of the table does: add or remove a row or a column, or fill the table.

        Args:
            what: such as “add-row” or “remove-series-2”.
            pasted: rows from a spreadsheet, for “fill”.
        """
        if what == "add-row":
            self._add_row()
        elif what == "add-series" and len(self.series) < MOST_SERIES:
            key = max(self.series) + 1
            self.series[key] = ""
            self.new = f"{NAMED}{key}"
        elif gone := _key(what, "remove-row-"):
            self.rows = [row for row in self.rows if row.key != gone] or [Row(gone + 1)]
        elif (gone := _key(what, "remove-series-")) and len(self.series) > 1:
            self.series.pop(gone, None)
        elif what == "fill" and pasted.strip():
            self._fill(pasted)

    def _add_row(self) -> None:
        if len(self.rows) >= MOST_ROWS:
            self.error = _("A chart can have up to %d rows.") % MOST_ROWS
            return
        key = max((row.key for row in self.rows), default=0) + 1
        self.rows.append(Row(key))
        self.new = f"{ROW}{key}"

    def _fill(self, pasted: str) -> None:
        """Take the rows of a spreadsheet, in place of those in the table. A first row without
        numbers, or of years, names the series."""
        lines = [line for line in pasted.replace("\r", "\n").split("\n") if line.strip()]
        split = "\t" if any("\t" in line for line in lines) else ";" if ";" in pasted else None
        cut = [_cut(line, split) for line in lines[: MOST_ROWS + 1]]
        head, *rest = cut
        is_head = not any(map(_is_number, head[1:])) or all(map(YEAR.fullmatch, head[1:]))
        names = head[1:] if rest and is_head else []
        rows = rest if names else cut
        width = min(MOST_SERIES, max([1, *(len(row) - 1 for row in rows)]))
        first = max((row.key for row in self.rows), default=0) + 1
        known = list(self.series.values())
        named = [*names, *known[len(names) :], *[""] * width]
        self.series = dict(enumerate(named[:width], start=max(self.series) + 1))
        self.rows = [
            Row(key, label[:LONGEST_LABEL], dict(zip(self.series, values, strict=False)))
            for key, (label, *values) in enumerate(rows[:MOST_ROWS], start=first)
        ]

    def check(self) -> bool:
        """Whether it can be drawn as it is. Otherwise its errors say why not."""
        for row in self.rows:
            if row.is_blank:
                continue
            if not row.label:
                row.errors[0] = _("Say what this row is about.")
            for key, cell in row.cells.items():
                if cell and number(cell) is None and not _is_unknown(cell):
                    row.errors[key] = _(
                        "“%s” isn’t a number. Write it like 1200 or 12.5. If it isn’t known, "
                    ) % cell + _("leave it blank.")
        if all(row.is_blank for row in self.rows):
            self.error = _("Add at least one row with a number.")
        names = list(self.series.values())
        if len(names) > 1 and not all(names):
            self.error = _("Name each column, so that readers can tell them apart.")
        return not self.error and not any(row.errors for row in self.rows)

    @property
    def data(self) -> dict[str, Any]:
        """The data of the chart. What isn't a number counts as not known."""
        return {
            "series": list(self.series.values()),
            "rows": [
                [row.label, *(number(row.cells.get(key, "")) for key in self.series)]
                for row in self.rows
                if not row.is_blank
            ],
        }

    @property
    def table(self) -> list[dict[str, Any]]:
        """The rows for a template."""
        return [
            {
                "key": row.key,
                "name": f"{ROW}{row.key}",
                "label": row.label,
                "number": place,
                "error": row.errors.get(0, ""),
                "cells": [
                    {
                        "name": f"{CELL}{row.key}-{key}",
                        "series": series,
                        "value": row.cells.get(key, ""),
                        "error": row.errors.get(key, ""),
                    }
                    for key, series in self.series.items()
                ],
            }
            for place, row in enumerate(self.rows, start=1)
        ]

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The series for a template."""
        return [
            {"key": key, "name": f"{NAMED}{key}", "value": name, "number": place}
            for place, (key, name) in enumerate(self.series.items(), start=1)
        ]


def number(text: str) -> int | float | None:
    """A number as people type it, also with a sign of money or percent; None if it's none."""
    bare = text.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "")
    bare = bare.strip().removesuffix("%").replace("$", "", 1).strip()
    if not bare.strip("+-.") or len(bare) > LONGEST_NUMBER or not NUMBER.fullmatch(bare):
        return None
    plain = bare.replace(",", "")
    if "." in plain:
        return float(plain)
    found = int(plain)
    return found if abs(found) < 10**15 else None


def _is_number(text: str) -> bool:
    return number(text) is not None


def _is_unknown(text: str) -> bool:
    return text.strip(" .?–—-").lower() in ("", "n/a", "unknown")


def _cut(line: str, split: str | None) -> list[str]:
    """The cells of a line from a spreadsheet; or its words, the last one the number."""
    if split is None:
        label, _space, last = line.strip().rpartition(" ")
        cells = [label or last, last] if label else [last]
    else:
        cells = line.split(split)
    return [_line(cell) for cell in cells]


def _key(name: str, prefix: str) -> int | None:
    found = name.removeprefix(prefix)
    is_key = name.startswith(prefix) and found.isascii() and found.isdecimal() and len(found) < 7
    return int(found) if is_key else None


def _line(text: str) -> str:
    return " ".join(text.split())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
