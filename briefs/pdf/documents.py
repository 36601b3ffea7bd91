"""The content of the PDFs of a brief and of its guide, as trees for `typst/document.typ`.

`typst_blocks.py` explains the trees. The PDF of a brief has the order of its page
(`page/compose.py`) and the same numbers of sources.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.mail import full_url
from config.when import full_date, month

from ..guide import Guide
from ..guide import Part as GuidePart
from ..models import Brief, Figure, HelpLine, Question
from ..page import figures, markdown
from ..page.compose import DEEPEST_HEADING, Part, by_step, compose
from ..page.figures import Chart
from .typst_blocks import (
    PAPERS,
    Block,
    Piece,
    blocks,
    bullets,
    clean,
    document,
    heading,
    paragraph,
)

CHART_CSS = (Path(__file__).parent / "typst/chart.css").read_text()
# The width of a drawing on paper, in em. The minimum is 18 (page/figures/svg.py).
DRAWING_WIDTH = 40
TALLEST_DRAWING = 55
SIZE = 14  # units of a drawing in one em
LINES = {"is": "lines", "number": 4}
# Figures up to this many em of drawing and table rows aren't split across pages.
LONGEST_FIGURE = 36


def paper_for(brief: Brief, wanted: str | None = "") -> str:
    """The paper asked for, or the usual one for the brief's language: "letter" or "a4"."""
    usual = "letter" if brief.language.lower() in ("en-us", "es-us", "en-ca", "es-mx") else "a4"
    return wanted if wanted in PAPERS else usual


def of_brief(
    brief: Brief, of: list[Block], *, title: str, kicker: str, paper: str, look: str = "booklet"
) -> Block:
    """A whole document about a brief. In its title, `%(title)s` is the brief's."""
    return document(
        of,
        title=title % {"title": brief.title},
        tab_title=title % {"title": brief.tab_title},
        kicker=kicker,
        description=brief.summary,
        keywords=[brief.title],
        language=brief.language,
        day=brief.edition,
        foot=_("Full Circle · Updated %(day)s") % {"day": full_date(brief.edition)},
        paper=paper,
        look=look,
    )


def callout(title: str, of: list[Block]) -> Block:
    # Only callouts longer than most of a page may be split across pages.
    return {"is": "callout", "title": clean(title), "of": of, "breaks": len(json.dumps(of)) > 6000}


def brief_document(brief: Brief, paper: str) -> Block:
    """The document of a brief, to read on paper."""
    page = compose(brief, text=_set, figure=figure_block)
    of = [*title_page(brief, page.minutes)]
    of += advisory_blocks(_("Before you read"), page.advisory, page.help_lines)
    of += [heading(_("Contents"), listed=False), {"is": "contents"}]
    if page.summary:
        of += [heading(_("Two-minute summary"), id="summary"), *page.summary]
    for part in page.parts:
        of += section_blocks(part)
    if page.whole:
        of += [heading(_("Questions on the whole brief"), id="questions")]
        of += question_blocks(_("For opening, deciding, and closing"), page.whole)
    if page.help_lines:
        of += [heading(_("Where to get help"), id="help"), *help_line_blocks(page.help_lines)]
    if page.sources:
        of += [heading(_("Sources"), id="sources"), *map(source_block, page.sources)]
    if page.about:
        of += [heading(_("About this brief"), id="about"), *page.about]
    return of_brief(brief, of, title="%(title)s", kicker=_("Brief"), paper=paper)


def _set(
    text: str,
    *,
    anchor: str = "",
    citations: markdown.Citations | None = None,
    figures: Mapping[str, Block] | None = None,
) -> list[Block]:
    """The blocks of one text of the brief, with the arguments of `markdown.render`.

    The figures are copied, as `blocks` removes those it places, and `resolve_links` removes
    the anchor of a figure that is shown twice.
    """
    own = {slug: dict(block) for slug, block in (figures or {}).items()}
    return blocks(text, citations=citations, figures=own)


def section_blocks(part: Part) -> list[Block]:
    """A section with its advisory, text, figures, calls to action, and questions."""
    section = part.section
    level = min(part.depth + 1, DEEPEST_HEADING)
    of = [heading(section.heading, level, section.slug, numbered=True)]
    if section.advisory:
        of.append(callout("", [paragraph(clean(section.advisory))]))
    of += [*part.text, *part.figures, *step_blocks(part.steps)]
    return of + question_blocks(_("Discussion questions"), part.questions)


def title_page(brief: Brief, minutes: int) -> list[Block]:
    """The summary of a brief, minutes to read, dates, and its web address."""
    facts = [
        _("%(n)s-minute read") % {"n": minutes} if minutes else "",
        _("Updated %(day)s") % {"day": full_date(brief.edition)},
    ]
    if brief.facts_as_of:
        facts.append(_("Facts as of %(day)s") % {"day": month(brief.facts_as_of)})
    address = full_url(brief.get_absolute_url())
    return [
        paragraph(clean(brief.summary), look="lede"),
        paragraph(" · ".join(filter(None, facts)), look="small"),
        paragraph({"is": "link", "to": address, "of": [address]}, look="small"),
    ]


def advisory_blocks(title: str, advisory: list[Block], help_lines: list[HelpLine]) -> list[Block]:
    of = [*advisory]
    if help_lines:
        of += help_line_blocks(help_lines)
    return [callout(title, of)] if of else []


def help_line_blocks(help_lines: list[HelpLine]) -> list[Block]:
    items = []
    for line in help_lines:
        ways = []
        if line.phone:
            ways.append(_("Call %(number)s") % {"number": clean(line.phone)})
        if line.text_number:
            ways.append(_("Text %(number)s") % {"number": clean(line.text_number)})
        when = clean(f"{line.when} {line.hours}." if line.hours else line.when)
        pieces: list[Piece] = [{"is": "strong", "of": [clean(line.name)]}, {"is": "break"}, when]
        if ways:
            pieces += [{"is": "break"}, {"is": "strong", "of": [" · ".join(ways)]}]
        if line.link:
            pieces += [{"is": "break"}, link(line.link)]
        items.append([paragraph(*pieces)])
    return [bullets(items)]


def link(url: str, words: str = "") -> Block:
    """A link that also prints its URL, for readers on paper."""
    return {"is": "link", "to": url, "of": [clean(words or url)]}


def figure_block(figure: Figure) -> Block:
    """A chart with its numbers below, or the card of a video or document."""
    chart = Chart.of(figure)
    svg, table, of = "", None, []
    if figure.is_chart:
        svg = svg_file(figures.draw(figure))
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
        "breaks": _height(svg) + len(table["rows"] if table else []) * 1.9 > LONGEST_FIGURE,
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


def svg_file(drawing: str) -> str:
    """A drawing as a complete SVG file, with size, font and colors; "" if there is no drawing
    or it's too tall for a page."""
    found = re.match(r'<svg [^>]*?\bheight="([\d.]+)em"', drawing)
    if not found or float(found[1]) > TALLEST_DRAWING:
        return ""
    width, height = DRAWING_WIDTH * SIZE, round(float(found[1]) * SIZE, 2)
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


def step_blocks(steps: list[tuple[str, list[list[Block]]]]) -> list[Block]:
    of = []
    for number, (step, calls) in enumerate(steps, start=1):
        of.append(paragraph(f"{number}. {step}", look="heading"))
        of.append(bullets(calls))
    return of


def question_blocks(
    title: str,
    questions: list[Question],
    *,
    lines: int = 0,
    prompts: bool = False,
    kinds: bool = True,
) -> list[Block]:
    """Questions under a title, each with `lines` to write on and the facilitator's prompts."""
    if not questions:
        return []
    items = [
        {
            "is": "question",
            "kind": str(question.get_kind_display()) if kinds else "",
            "text": clean(question.text) or "–",
            "prompts": [clean(line) for line in question.prompt_lines] if prompts else [],
            "lines": lines,
        }
        for question in questions
    ]
    return [*([paragraph(title, look="kicker")] if title else []), *items]


def source_block(cited: markdown.CitedSource) -> Block:
    source = cited.source
    title = clean(source.title)
    pieces = [link(source.link, title) if source.link else title, ". "]
    pieces.append(clean(f"{source.publisher}, {source.year}" if source.year else source.publisher))
    pieces.append(".")
    if source.note:
        pieces += [" ", {"is": "soft", "of": [clean(source.note)]}]
    if source.link:
        pieces += [{"is": "break"}, {"is": "soft", "of": [clean(source.link)]}]
    return {"is": "source", "id": cited.anchor, "number": cited.number, "of": pieces}


def guide_document(guide: Guide, paper: str) -> Block:
    """The document of a discussion guide, for the facilitator."""
    brief = guide.brief
    of = [
        paragraph(clean(brief.summary), look="lede"),
        paragraph(
            _("For a %(n)s-minute meeting. Reading: %(words)s.")
            % {"n": guide.minutes, "words": guide.reading_words},
            look="small",
        ),
        heading(_("Meeting plan"), listed=False),
        plan_table(guide),
        *plan_words(guide),
        heading(_("Our goals"), 2),
        bullets([[paragraph(aim)] for aim in guide.aims]),
        heading(_("Agreements"), 2),
        paragraph(_("If your circle has its own, use those. If not, start with these.")),
        bullets([[paragraph(agreement)] for agreement in guide.agreements], start=1),
    ]
    of += advisory_blocks(_("Before you begin"), blocks(brief.advisory), guide.help_lines)
    if recap := blocks(brief.executive_summary):
        of += [heading(_("Two-minute refresher")), *recap]
    of += round_blocks(_("Opening round"), guide.opening, kinds=False)
    of += [heading(_("Sections"))] if guide.shown else []
    for part in guide.shown:
        of += talk_blocks(guide, part)
    of += round_blocks(_("Questions on the whole brief"), guide.whole)
    of.append(heading(_("Action items")))
    who = _("Who will do what, by when? Write it down while everyone’s still here.")
    of.append(paragraph(who, look="sticky"))
    of += with_room(question_blocks("", guide.deciding, prompts=True, kinds=False))
    of += step_blocks(by_step(brief.calltoactions.in_edition(), _set))
    of.append(heading(_("Closing round")))
    last = _("One takeaway each. Then set the next date, and end on time.")
    of.append(paragraph(last, look="sticky"))
    of += with_room(question_blocks("", guide.closing, prompts=True, kinds=False))
    title = _("Discussion guide: %(title)s")
    return of_brief(brief, of, title=title, kicker="", paper=paper, look="sheet")


def talk_blocks(guide: Guide, part: GuidePart) -> list[Block]:
    """A section in the guide: where it is in the brief, and its questions."""
    of = [heading(part.section.heading, 2)]
    minutes = guide.minutes_each
    said = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    each = said if guide.chosen else ""
    if about := " · ".join(filter(None, [part.place, each])):
        of.append(paragraph(clean(about), look="small"))
    if part.section.advisory:
        of.append(callout("", [paragraph(clean(part.section.advisory))]))
    if guide.chosen:
        return of + question_blocks("", part.questions, lines=2, prompts=True)
    return of + with_room(question_blocks("", part.questions, prompts=True))


def with_room(questions: list[Block]) -> list[Block]:
    """The questions, and lines to write on, on the same page as the last one."""
    if not questions:
        return [LINES]
    return [*questions[:-1], questions[-1] | {"lines": LINES["number"]}]


def plan_table(guide: Guide) -> Block:
    """The plan of the meeting as a table."""
    rows = []
    for step in guide.plan:
        title = {"is": "strong", "of": [clean(step.title)]} if step.title else "_" * 30
        what: list[Piece] = [title]
        if step.hint:
            what += [{"is": "break"}, step.hint]
        rows.append([[step.clock], what, [str(step.minutes)]])
    return {
        "is": "table",
        "sides": ["end", "start", "end"],
        "wide": [1],
        "header": [
            [pgettext("of an activity", "Start")],
            [_("Activity")],
            [pgettext("of time", "Minutes")],
        ],
        "rows": rows,
    }


def plan_words(guide: Guide) -> list[Block]:
    words = (
        [guide.crowded_words, guide.rule_of_thumb] if guide.is_crowded else [guide.rule_of_thumb]
    )
    return [paragraph(" ".join(words), look="small")]


def round_blocks(title: str, questions: list[Question], *, kinds: bool = True) -> list[Block]:
    """A round with its questions and lines to write on; nothing without questions."""
    if not questions:
        return []
    found = question_blocks("", questions, prompts=True, kinds=kinds)
    return [heading(title), *with_room(found)]
