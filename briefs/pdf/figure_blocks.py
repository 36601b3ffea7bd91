"""The figures of a brief on paper: charts with their numbers, cards of videos and documents."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Figure
from ..page import figures
from ..page.figures import Chart
from .typst_blocks import Block, clean, link, paragraph

CHART_CSS = (Path(__file__).parent / "typst/chart.css").read_text()
SIZE = 14  # units of a drawing in one em


class Sizes(NamedTuple):
    """The sizes of figures, in em of their letters.

    Args:
        width: of a drawing. It fills the line, so the fewer, the larger are its letters. The
            minimum is 18 (page/figures/svg.py).
        tallest: a taller drawing doesn't fit on a page.
        unbroken: a figure whose drawing and table are taller may be split across pages.
    """

    width: int
    tallest: int
    unbroken: int


USUAL = Sizes(width=40, tallest=55, unbroken=36)
# Letters of 15 points or more.
LARGE = Sizes(width=30, tallest=36, unbroken=22)


def figure_block(figure: Figure, sizes: Sizes = USUAL) -> Block:
    """A chart with its numbers below, or the card of a video or document."""
    chart = Chart.of(figure)
    svg, table, of = "", None, []
    if figure.is_chart:
        svg = svg_file(figures.draw(figure), sizes)
        table = number_table(figures.table(figure)) if chart.rows else None
        of += [] if svg else [paragraph(clean(figure.summary))]
        of += [table] if table else []
    else:
        of = card(figure)
    if figure.note:
        of.append(paragraph(clean(figure.note), look="small"))
    if figure.source:
        source = figure.source
        named = f"{source.publisher}, {source.year}" if source.year else source.publisher
        to = {"is": "link", "to": f"#source-{source.slug}", "of": [clean(source.title)]}
        of.append(paragraph(_("Source:"), " ", to, f", {clean(named)}", look="small"))
    return {
        "is": "figure",
        "id": f"figure-{figure.slug}",
        "title": clean(figure.title) or "–",
        "measure": clean(chart.measure) if figure.is_chart else "",
        "svg": svg,
        "alt": clean(figure.summary) or clean(figure.title) or "–",
        "breaks": _height(svg) + len(table["rows"] if table else []) * 1.9 > sizes.unbroken,
        "of": of,
    }


def card(figure: Figure) -> list[Block]:
    """The description of a video or document, with its link."""
    facts = [str(figure.get_kind_display())]
    if figure.length_minutes:
        minutes = figure.length_minutes
        facts.append(ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes})
    if figure.source:
        facts.append(figure.source.publisher)
    facts.append(figure.as_of)
    of = [
        paragraph(clean(" · ".join(filter(None, facts))), look="small"),
        paragraph(clean(figure.summary)),
    ]
    if re.match("https?://", figure.url, re.IGNORECASE):
        of.append(paragraph(link(figure.url)))
    else:
        of.append(paragraph(_("No link available. Try searching the web for the title.")))
    return of


def number_table(table: dict[str, Any]) -> Block:
    """The table under a chart, from `charts.table`."""
    header, *rest = table["header"]
    return {
        "is": "table",
        "sides": ["start", *["end"] * len(rest)],
        "wide": [0],
        "header": [[name] if name else [] for name in [header, *rest]],
        "rows": [[[cell] for cell in row] for row in table["rows"]],
    }


def svg_file(drawing: str, sizes: Sizes = USUAL) -> str:
    """A drawing as a complete SVG file, with size, font and colors; "" if there is no drawing
    or it's too tall for a page."""
    found = re.match(r'<svg [^>]*?\bheight="([\d.]+)em"', drawing)
    if not found or float(found[1]) > sizes.tallest:
        return ""
    width, height = sizes.width * SIZE, round(float(found[1]) * SIZE, 2)
    inside = drawing[drawing.index(">") + 1 :]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-size="{SIZE}" font-family="Libertinus Serif">'
        f"<style>{CHART_CSS}</style>{inside}"
    )


def _height(svg: str) -> float:
    """The height of a drawing in em; 0 if there is none."""
    found = re.search(r'height="([\d.]+)"', svg)
    return float(found[1]) / SIZE if found else 0
