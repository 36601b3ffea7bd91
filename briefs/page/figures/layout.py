"""Draws line charts, with values where there is room for them.

`charts.py` draws all other charts, and defines `Chart`.
"""

import math
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from .svg import (
    COLORS,
    LINE,
    WIDTH,
    Box,
    Scale,
    color_class,
    em,
    marker,
    percent,
    stroke,
    tag,
    text_width,
    widest,
    words,
    wrap,
)

if TYPE_CHECKING:
    from .charts import Chart


def draw_line(chart: "Chart") -> tuple[float, list[str]]:
    """Draw lines from left to right: (height in em, SVG elements).

    If there is room, every point shows its value. Otherwise only ends and peaks do, faint
    lines give the scale, and the table has every number.
    """
    plot = Plot(chart)
    if len(plot.written) < len(plot.points):
        plot = Plot(chart, ticks=round_steps(chart.values))
    parts, y = [*plot.legend(), *plot.scale_lines(), *plot.lines()], plot.foot + 0.3
    labels, height = plot.row_labels(y)
    parts += labels
    y += height + 0.2
    if missing := [name for name, value in chart.items if value is None]:
        lines = wrap(_("Unknown: %(names)s.") % {"names": "; ".join(missing)}, WIDTH)
        parts.append(words(lines, y, "name"))
        y += LINE * len(lines)
    return y, parts


class Plot:
    """The plot area: the positions of rows, values and labels in it."""

    def __init__(self, chart: "Chart", ticks: list[float] | None = None) -> None:
        self.chart = chart
        self.ticks = ticks or []
        self.labels = [label for label, _row in chart.rows]
        self.top = 1.6 + (LINE * len(chart.series) + 0.5 if len(chart.series) > 1 else 0)
        self.bottom = self.top + 9
        self.left = widest(chart.show(tick) for tick in self.ticks)
        known = [0, *chart.values, *self.ticks]
        self.low, self.high = min(known), max(known)
        self.foot = self.bottom + (1.8 if self.low < 0 else 0)  # room for labels below zero
        self.across = self._across()
        self.points = {
            (series, row): (self.across[row], self.down(value))
            for row, (_label, values) in enumerate(chart.rows)
            for series, value in enumerate(values)
            if value is not None
        }
        self.written = self._write_values()

    def down(self, value: float) -> float:
        """The y of a value, in em."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.bottom - (self.bottom - self.top) * share

    def _across(self) -> list[float]:
        """The x of each row, in percent. Years are spaced to scale, other rows evenly."""
        steps = [int(label) if re.fullmatch(r"\d{4}", label) else 0 for label in self.labels]
        if 0 in steps or sorted(set(steps)) != steps:
            steps = list(range(len(self.labels)))
        first, last = (
            widest([*wrap(label, 8), *map(self.chart.show, values)]) / 2
            for label, values in (self.chart.rows[0], self.chart.rows[-1])
        )
        if self.ticks:
            last = max(last, widest(map(self.chart.show, self.chart.rows[-1][1])) + 0.4)
        scale = Scale([steps[-1] - steps[0]], left=self.left + first, right=last)
        return [scale(step - steps[0]) for step in steps]

    def _write_values(self) -> dict[tuple[int, int], str]:
        """Labels for the values that fit next to their points without touching anything."""
        taken = [Box(x, 0.5, y - 0.25, y + 0.25) for x, y in self.points.values()]
        written = {}
        for series, row in self._ends_and_peaks() if self.ticks else self.points:
            text = self.chart.show(self.chart.rows[row][1][series])
            for box, position in self._label_positions(series, row, text_width(text) + 0.3):
                is_inside = box.is_inside and box.bottom <= self.foot
                if is_inside and not any(box.touches(other) for other in taken):
                    taken.append(box)
                    written[series, row] = words([text], box.top, "value", **position)
                    break
        return written

    def _ends_and_peaks(self) -> Iterator[tuple[int, int]]:
        """The last point of each line, and its highest."""
        for series in range(len(self.chart.series)):
            line = [point for point in self.points if point[0] == series]
            highest = sorted(line, key=lambda point: self.points[point][1])
            yield from dict.fromkeys([*line[-1:], *highest[:1]])

    def _label_positions(
        self, series: int, row: int, width: float
    ) -> Iterator[tuple[Box, dict[str, Any]]]:
        """Where a value could go, best first: beside a line's end, or above and below a point
        (below first in a dip)."""
        x, y = self.points[series, row]
        if self.ticks and (series, row + 1) not in self.points:
            middle = x + 100 * (width / 2 + 0.5) / WIDTH
            yield Box(middle, width, y - LINE / 2, y + LINE / 2), {"x": percent(x), "dx": ".6em"}
        before = self.points.get((series, row - 1), (x, y))
        after = self.points.get((series, row + 1), (x, y))
        is_dip = min(before[1], after[1]) < y and max(before[1], after[1]) <= y
        tops = (y - 0.35 - LINE, y + 0.35)
        for top in reversed(tops) if is_dip else tops:
            position = {"x": percent(x), "text_anchor": "middle"}
            yield Box(x, width, top, top + LINE), position

    def legend(self) -> Iterator[str]:
        """The name of each line with its marker, if there are several lines."""
        for index, name in enumerate(self.chart.series if len(self.chart.series) > 1 else []):
            y = LINE * (index + 0.5)
            look = color_class("line", index)
            yield tag("line", x1="0", x2="2em", y1=em(y), y2=em(y), class_=look)
            yield marker(index, "1em", y)
            yield words([name], LINE * index, "label", x="2.6em")

    def scale_lines(self) -> Iterator[str]:
        """The zero line; with ticks, also a faint line and a number for each."""
        for tick in self.ticks or [0]:
            y = self.down(tick)
            yield stroke("grid" if tick else "axis", 100 * self.left / WIDTH, y, 100, y)
            if self.ticks:
                yield words([self.chart.show(tick)], y - LINE / 2, "name")

    def lines(self) -> Iterator[str]:
        for (series, row), (x, y) in self.points.items():
            if following := self.points.get((series, row + 1)):
                yield stroke(f"line figure__line--{series % COLORS + 1}", x, y, *following)
        for (series, _row), (x, y) in self.points.items():
            yield marker(series, percent(x), y)
        yield from self.written.values()

    def row_labels(self, y: float) -> tuple[list[str], float]:
        """Labels below the plot: (elements, height in em). The first and last take precedence;
        others are left out if they would touch one."""
        taken: list[Box] = []
        parts: list[str] = []
        height = 1
        for row in dict.fromkeys([0, len(self.labels) - 1, *range(len(self.labels))]):
            lines = wrap(self.labels[row], 8)
            box = Box(self.across[row], widest(lines), 0, 1)
            if not any(box.touches(other) for other in taken):
                taken.append(box)
                position: dict[str, Any] = {"x": percent(self.across[row]), "text_anchor": "middle"}
                parts.append(words(lines, y, "name", **position))
                height = max(height, len(lines))
        return parts, LINE * height


def round_steps(values: Iterable[float]) -> list[float]:
    """A few round numbers that include zero and span all values."""
    low, high = min([0, *values]), max([0, *values])
    rough = ((high - low) or 1) / 4
    unit = Decimal(10) ** math.floor(math.log10(rough))
    step = next(unit * n for n in map(Decimal, ("1", "2", "5", "10")) if float(unit * n) >= rough)
    first, last = math.floor(low / float(step)), math.ceil(high / float(step))
    return [float(step * n) if step % 1 else int(step * n) for n in range(first, last + 1)]
