"""Draws the charts of a brief as SVG on the server, and the cards of videos and documents.

Charts adapt to the width of the page without a script. Horizontal lengths are in percent;
vertical ones and text are in em. So bars grow with the page, and text keeps the reader's
size. `figure.css` keeps every drawing at least `WIDTH` em wide, and labels are laid out not
to touch at that width.

All scales begin at zero. Color is never the only sign (WCAG 2.2, 1.4.1): names and values
are next to what they belong to, and series have different patterns too. Every number is in
the table under the chart (`table`). There are no style attributes, as the content security
policy forbids them; colors are classes in `figure.css`.

`layout.py` draws line charts, and `svg.py` has the elements of all charts.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ...models import Figure
from .layout import draw_line
from .svg import LINE, WIDTH, Scale, color_class, em, percent, stroke, tag, widest, words, wrap

# The height of a drawing in em, and its elements.
Drawing = tuple[float, list[str]]

BAR = 1.1  # em
GAP = 0.8  # em between rows
BIG = 1.6  # times the size of other text; also in `figure.css`
HATCHES = [  # lines in a tile of 6 by 6; the first series has none
    "",
    "M-1 7 7-1M-1 1 1-1M5 7 7 5",
    "M3 0V6",
    "M-1-1 7 7M-1 5 1 7M5-1 7 1",
    "M0 3H6",
]


class _Shown:
    """A figure, equal to another that shows the same."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        rows = [figure, figure.source] if figure.source else [figure]
        names = ((row, field.attname) for row in rows for field in row._meta.concrete_fields)
        self._values = [get_language(), *(getattr(row, name) for row, name in names)]

    def __hash__(self) -> int:
        return hash(self.figure.slug)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shown) and self._values == other._values


def render(figure: Figure, *, has_tools: bool = False) -> SafeString:
    """The whole `<figure>` element, which `markdown.render` puts in the text.

    Args:
        figure: with its source.
        has_tools: whether a chart has buttons that enlarge and copy it, on a page with their
            script (static/js/chart-tools.js).
    """
    return _render(_Shown(figure), has_tools)


@lru_cache(maxsize=256)
def _render(shown: _Shown, has_tools: bool) -> SafeString:
    figure = shown.figure
    chart = Chart.of(figure)
    context = {
        "figure": figure,
        "drawing": draw(figure) if figure.is_chart else "",
        "measure": chart.measure,
        "table": table(figure),
        "host": _host(figure.url),
        "has_tools": has_tools,
    }
    return mark_safe(render_to_string("briefs/_figure.html", context).strip())


def draw(figure: Figure) -> str:
    """The chart as `<svg>`, with the summary as its text alternative; "" if it has no rows."""
    chart = Chart.of(figure)
    if not chart.rows or figure.kind not in DRAWERS:
        return ""
    height, parts = DRAWERS[figure.kind](chart)
    drawn = mark_safe("".join(parts))
    return tag(
        "svg",
        tag("desc", _clean(figure.summary), id=f"figure-{figure.slug}-summary"),
        *chart.hatches_in(drawn),
        drawn,
        class_="figure__drawing",
        role="img",
        aria_labelledby=f"figure-{figure.slug}-summary",
        width="100%",
        height=em(height),
    )


def table(figure: Figure) -> dict[str, Any]:
    """The numbers of a chart, formatted: {"header": [str, …], "rows": [[str, …], …]}."""
    chart = Chart.of(figure)
    unnamed = capfirst(chart.unit) or _("Number")
    header = ["", *(name or unnamed for name in chart.series)]
    return {
        "header": header,
        "rows": [[label, *(chart.show(value) for value in values)] for label, values in chart.rows],
    }


@dataclass
class Chart:
    """The data of a figure, made regular: every row has one value for each series, or None."""

    slug: str
    unit: str
    as_of: str
    series: list[str]
    rows: list[tuple[str, list[float | None]]]

    @classmethod
    def of(cls, figure: Figure) -> Self:
        """The chart of a figure. Its data can be anything: `loaddata` doesn't check them."""
        data = figure.data if isinstance(figure.data, dict) else {}
        rows = [row for row in _list(data.get("rows")) if _list(row)]
        series = [_clean(name) for name in _list(data.get("series"))]
        series += [""] * (max((len(row) - 1 for row in rows), default=0) - len(series))
        return cls(
            slug=figure.slug,
            unit=_clean(figure.unit),
            as_of=_clean(figure.as_of),
            series=series,
            rows=[
                (_clean(label), [*map(_number, values), *[None] * (len(series) - len(values))])
                for label, *values in rows
            ],
        )

    @property
    def measure(self) -> str:
        """The line under the title: the unit, and the date of the numbers."""
        unit = _("Percent") if self.unit == "%" else capfirst(self.unit)
        return ", ".join(filter(None, [unit, self.as_of if unit else capfirst(self.as_of)]))

    @property
    def values(self) -> list[float]:
        """All values that aren't None."""
        return [value for _label, row in self.rows for value in row if value is not None]

    @property
    def items(self) -> Iterator[tuple[str, float | None]]:
        """Each value with its full name: the row, and the series if there are several."""
        for label, values in self.rows:
            for name, value in zip(self.series, values, strict=True):
                parts = [label, name] if len(self.series) > 1 else [label]
                yield ", ".join(filter(None, parts)), value

    @property
    def is_part_of_whole(self) -> bool:
        """Whether the values are percentages of a whole, not increases or decreases."""
        is_share = re.fullmatch(r"(%|per ?cent)( of .*)?", self.unit, re.IGNORECASE)
        return bool(is_share) and all(0 <= value <= 100 for value in self.values)

    def fill(self, index: int, **box: Any) -> SafeString:
        """A rectangle in the color and pattern of one series or share.

        Args:
            index: the number of the series or share, from 0.
            box: the attributes for its position and size.
        """
        solid = tag("rect", class_=color_class("fill", index), **box)
        number = index % len(HATCHES)
        return solid + tag("rect", fill=self._hatch(number), **box) if number else solid

    def hatches_in(self, drawn: str) -> Iterator[SafeString]:
        """The patterns that a drawing uses, to tell series apart without color."""
        for number, lines in enumerate(HATCHES):
            if self._hatch(number) in drawn:
                path = tag("path", d=lines, class_="figure__hatch")
                tile = {"width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
                yield tag("pattern", path, id=self._hatch(number)[5:-1], **tile)

    def show(self, value: float | None) -> str:
        """A value as text: “$22,000”, “39%”, “15.4”, “unknown”."""
        if value is None:
            return _("unknown")
        number = self.plain_number(abs(value))
        if re.match(r"\$|US ?\$|(US )?dollars", self.unit, re.IGNORECASE):
            number = f"${number}"
        elif re.match(r"%|per ?cent", self.unit, re.IGNORECASE):
            number = f"{number}%"
        return f"\N{MINUS SIGN}{number}" if value < 0 else number

    @staticmethod
    def plain_number(value: float) -> str:
        return number_format(Decimal(str(value)), force_grouping=True)

    def _hatch(self, number: int) -> str:
        return f"url(#figure-{self.slug}-hatch-{number})"


def draw_bars(chart: Chart) -> Drawing:
    """Draw horizontal bars.

    The name of a row is above its bars, the name of a series before its bar (above it if
    there is no room), the value at the end of the bar. Behind a percentage of a whole is a
    bar for the whole.
    """
    shown = [(chart.show(value), is_below(value)) for _row, vs in chart.rows for value in vs]
    left = widest(text for text, below in shown if below)
    right = widest(text for text, below in shown if not below)
    names = [wrap(name, 8) if len(chart.series) > 1 else [] for name in chart.series]
    column = widest(sum(names, []))
    if column and column + left + right > 0.75 * WIDTH:
        names, column = [wrap(name, WIDTH) for name in chart.series], 0
    values = [*chart.values, 100] if chart.is_part_of_whole else chart.values
    scale = Scale(values, left=column + left, right=right)
    parts: list[str] = []
    y = 0.0
    for label, row in chart.rows:
        lines = wrap(label, WIDTH)
        parts.append(words(lines, y, "label"))
        y += LINE * len(lines) + 0.15
        for index, (name, value) in enumerate(zip(names, row, strict=True)):
            if column:
                height = max(BAR, LINE * len(name))
                middle = y + height / 2
                parts.append(words(name, middle - LINE * len(name) / 2, "name"))
            else:
                height = LINE * len(name) + BAR
                middle = y + height - BAR / 2
                parts.append(words(name, y, "name"))
            parts += _bar(chart, scale, value, index, middle - BAR / 2)
            y += height + 0.3
        y += GAP - 0.3
    return y - GAP + 0.2, parts


def _bar(chart: Chart, scale: Scale, value: float | None, index: int, y: float) -> Iterator[str]:
    """One bar from zero, with its value, or with “not known”."""
    box = {"y": em(y), "height": em(BAR)}
    zero, end = scale(0), scale(value or 0)
    if chart.is_part_of_whole and value is not None:
        whole = {"x": percent(zero), "width": percent(scale(100) - zero)}
        yield tag("rect", class_="figure__whole", **whole, **box)
    if value:
        yield chart.fill(index, x=percent(min(zero, end)), width=percent(abs(end - zero)), **box)
    yield stroke("axis", zero, y - 0.1, zero, y + BAR + 0.1)
    side: dict[str, Any] = {"dx": ".4em"}
    if is_below(value):
        side = {"dx": "-.4em", "text_anchor": "end"}
    kind = "unknown" if value is None else "value"
    yield words([chart.show(value)], y + (BAR - LINE) / 2, kind, x=percent(end), **side)


def draw_share(chart: Chart) -> Drawing:
    """Draw one strip for each series, divided into shares, with a legend of values below."""
    parts: list[str] = []
    y = 0.0
    for column, name in enumerate(chart.series):
        parts.append(words(wrap(name, WIDTH), y, "label"))
        y += LINE * len(wrap(name, WIDTH)) + 0.15
        shares = [max(row[column] or 0, 0) for _label, row in chart.rows]
        whole = sum(shares) or 1
        if chart.is_part_of_whole and whole < 98:
            whole = 100  # leave room for what is missing; 1 or 2 percent less is rounding
        strip = {"y": em(y), "height": "2.2em"}
        parts.append(tag("rect", x="0", width="100%", class_="figure__whole", **strip))
        for index, share in enumerate(shares):
            x, width = 100 * sum(shares[:index]) / whole, 100 * share / whole
            if share:
                parts.append(chart.fill(index, x=percent(x), width=percent(width), **strip))
        y += 2.2 + 0.6
        for index, (label, row) in enumerate(chart.rows):
            value = chart.show(row[column])
            lines = wrap(label, WIDTH - 1.7 - widest([value]))
            parts.append(chart.fill(index, x="0", y=em(y + 0.15), width="1em", height="1em"))
            parts.append(words(lines, y, "label", x="1.7em"))
            kind = "unknown" if row[column] is None else "value"
            parts.append(words([value], y, kind, x="100%", text_anchor="end"))
            y += LINE * max(len(lines), 1) + 0.25
        y += GAP
    return y - GAP, parts


def draw_steps(chart: Chart) -> Drawing:
    """Draw quantities of very different sizes, as squares with areas to scale.

    Each has its number in large type. A ring marks a dot that would be hard to see, and a
    sentence states the scale.
    """
    side, beside = 6.5, 7.5
    numbers = [chart.show(value) for value in chart.values]
    size = BIG if widest(numbers) * BIG < WIDTH - beside + 0.6 * BIG else 1
    largest = max([0, *chart.values])
    parts: list[str] = []
    y = 0.0
    for name, value in chart.items:
        edge = side * math.sqrt(max(value or 0, 0) / (largest or 1))
        if edge >= 0.4:
            parts.append(chart.fill(0, x="0", y=em(y), width=em(edge), height=em(edge)))
        elif edge:
            dot = {"cx": "0.6em", "cy": em(y + 0.6)}
            radius = max(edge / math.sqrt(math.pi), 0.06)  # anything smaller is invisible
            parts.append(tag("circle", r=em(radius), class_=color_class("fill", 0), **dot))
            parts.append(tag("circle", r="0.5em", class_="figure__ring", **dot))
        kind = "unknown" if value is None else "big" if size == BIG else "value"
        scale = size if kind == "big" else 1
        lines = wrap(name, WIDTH - beside)
        parts.append(
            words([chart.show(value)], y - (scale - 1) / 3, kind, x=em(beside / scale), size=scale)
        )
        parts.append(words(lines, y + LINE * scale - 0.1, "label", x=em(beside)))
        y += max(edge, LINE * (scale + len(lines))) + GAP
    known = [value for value in chart.values if value > 0]
    if known and min(known) < largest:
        ratio = largest / min(known)
        times = Chart.plain_number(round(ratio) if ratio >= 10 else round(ratio, 1))
        said = _("Areas are drawn to scale: the largest is %(times)s times the smallest.")
        lines = wrap(said % {"times": times}, WIDTH)
        parts.append(words(lines, y, "name"))
        y += LINE * len(lines) + GAP
    return y - GAP + 0.2, parts


DRAWERS = {
    "bar": draw_bars,
    "grouped_bar": draw_bars,
    "line": draw_line,
    "share": draw_share,
    "steps": draw_steps,
}


def is_below(value: float | None) -> bool:
    return value is not None and value < 0


def _clean(text: object) -> str:
    """Text on one line, without the characters that XML forbids (XML 1.0, 2.2)."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", " ", str(text)).split())


def _host(url: str) -> str:
    """The host of a web address without “www.”; "" if it isn't a web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https")
    return (parts.hostname or "").removeprefix("www.") if is_web else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> float | None:
    """The value if it's a number of reasonable size; otherwise None."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and abs(value) < 10**18 else None
