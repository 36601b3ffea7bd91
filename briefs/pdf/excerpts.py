"""Some sections of a brief on paper, and the questions that a meeting talks about.

The brief is composed whole, so that sources have the same numbers as everywhere else.
"""

import copy
from collections.abc import Collection, Iterable
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Brief, Question
from ..page.compose import Page, Part, compose
from .documents import (
    advisory_blocks,
    of_brief,
    question_blocks,
    section_text,
    set_text,
    source_block,
)
from .figure_blocks import LARGE, USUAL, figure_block
from .typst_blocks import Block, clean, heading, nodes, paragraph

Composed = Page[list[Block], Block]

NEW_PAGE: Block = {"is": "page"}


class Topic(NamedTuple):
    """What a meeting talks about.

    Args:
        section: the slug of a section of the brief; empty for a round.
        kind: of a round, the kind of questions on the whole brief that belong to it.
        minutes: how long it takes; 0 if no one has said.
    """

    section: str = ""
    kind: str = ""
    minutes: int = 0


def compose_for(brief: Brief, look: str) -> Composed:
    """The brief for a document of this look. A fixed number of queries."""
    sizes = LARGE if look == "large" else USUAL
    return compose(brief, text=set_text, figure=partial(figure_block, sizes=sizes))


def large_print(
    brief: Brief,
    slugs: Collection[str],
    topics: Iterable[Topic],
    *,
    facts: str,
    prompts: bool,
    paper: str,
) -> Block:
    """The document of some sections in large print. Nothing in it is about a circle.

    Args:
        brief: the brief.
        slugs: of the sections, in any order.
        topics: whose questions it has, in order.
        facts: how much there is to read, in words.
        prompts: whether each question has the facilitator's prompts.
        paper: “letter” or “a4”.
    """
    page = compose_for(brief, "large")
    of = [
        paragraph(clean(brief.title), look="lede"),
        *([paragraph(clean(facts), look="small")] if facts else []),
        heading(_("Contents"), listed=False),
        {"is": "contents"},
        *before_you_read(page),
        *excerpt_blocks(page, slugs),
        *topic_blocks(page, topics, prompts=prompts),
    ]
    # The title of a PDF is what a browser's tab says, so it doesn't name the brief.
    title = _("Your reading")
    return of_brief(brief, of, title=title, kicker=_("Large print"), paper=paper, look="large")


def before_you_read(page: Composed) -> list[Block]:
    """What a reader should know before the text, and where to get help."""
    return copy.deepcopy(advisory_blocks(_("Before you read"), page.advisory, page.help_lines))


def excerpt_blocks(page: Composed, slugs: Collection[str]) -> list[Block]:
    """The sections with these slugs in the brief's order, or without any the two-minute summary,
    and then the sources that they cite."""
    parts = [part for part in page.parts if part.section.slug in slugs]
    of = [block for part in parts for block in _section(part)]
    if not parts and page.summary:
        of = [heading(_("Two-minute summary")), *page.summary]
    # One document may have a section twice, and links are fixed in place.
    of = copy.deepcopy(of)
    cited = {mark["to"] for node in nodes(of) for mark in node.get("marks", ())}
    cited |= {node["to"].removeprefix("#") for node in nodes(of) if node["is"] == "link"}
    sources = [source_block(source) for source in page.sources if source.anchor in cited]
    return [*of, *([heading(_("Sources"))] if sources else []), *sources]


def _section(part: "Part[list[Block], Block]") -> list[Block]:
    section = part.section
    where = [paragraph(clean(" › ".join(part.above)), look="place")] if part.above else []
    return [heading(section.heading, 1, section.slug, numbered=True), *where, *section_text(part)]


def topic_blocks(
    page: Composed, topics: Iterable[Topic], *, prompts: bool = False, lines: int = 0
) -> list[Block]:
    """The questions on these topics, on pages of their own to take along; nothing without any.

    Args:
        page: the composed brief.
        topics: in order.
        prompts: whether each question has the facilitator's prompts, and each topic its minutes.
        lines: how many lines to write on each question has.
    """
    of: list[Block] = []
    for topic in topics:
        title, questions = _asked(page, topic)
        if not questions:
            continue
        of.append(heading(title, 2))
        if prompts and topic.minutes:
            minutes = ngettext("%(n)s minute", "%(n)s minutes", topic.minutes)
            of.append(paragraph(minutes % {"n": topic.minutes}, look="place"))
        of += question_blocks("", questions, lines=lines, prompts=prompts, kinds=False)
    return [NEW_PAGE, heading(_("Questions for the meeting")), *of] if of else []


def _asked(page: Composed, topic: Topic) -> tuple[str, list[Question]]:
    """What a topic is called, and its questions."""
    if topic.section:
        for part in page.parts:
            if part.section.slug == topic.section:
                return part.section.heading, part.questions
        return "", []
    title = _("Closing round") if topic.kind == Question.Kind.CLOSING else _("Opening round")
    return title, [question for question in page.whole if question.kind == topic.kind]
