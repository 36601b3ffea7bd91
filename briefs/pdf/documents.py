"""The content of the PDFs of a brief and of its guide, as trees for `typst/document.typ`.

`typst_blocks.py` explains the trees. The PDF of a brief has the order of its page
(`page/compose.py`) and the same numbers of sources.
"""

import json
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.mail import full_url
from config.when import full_date, month

from ..guide import Guide
from ..guide import Part as GuidePart
from ..models import Brief, HelpLine, Question
from ..page import markdown
from ..page.compose import DEEPEST_HEADING, Part, Rows, by_step, compose
from .figure_blocks import figure_block
from .typst_blocks import (
    PAPERS,
    Block,
    Piece,
    blocks,
    bullets,
    clean,
    document,
    heading,
    link,
    paragraph,
)

LINES = {"is": "lines", "number": 4}


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


def brief_document(brief: Brief, paper: str, rows: Rows | None = None) -> Block:
    """The document of a brief, to read on paper; of its current edition, or of these rows
    (`compose`)."""
    page = compose(brief, text=set_text, figure=figure_block, rows=rows)
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


def set_text(
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
    """A section with its heading, all that is in it, and its questions."""
    section = part.section
    level = min(part.depth + 1, DEEPEST_HEADING)
    return [
        heading(section.heading, level, section.slug, numbered=True),
        *section_text(part),
        *question_blocks(_("Discussion questions"), part.questions),
    ]


def section_text(part: Part) -> list[Block]:
    """A section's advisory, text, figures, and calls to action."""
    of: list[Block] = []
    if part.section.advisory:
        of.append(callout("", [paragraph(clean(part.section.advisory))]))
    return [*of, *part.text, *part.figures, *step_blocks(part.steps)]


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
    of += step_blocks(by_step(brief.calltoactions.in_edition(), set_text))
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
