"""Checks of figures, questions and hotlines."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ...models import Figure, HelpLine, Question
from ...page import markdown
from .charts import chart
from .context import Context, own

# A marker of a figure that Markdown doesn't read as one, and one without its exclamation mark.
BROKEN_MARKER = re.compile(r"\]\s?\(\s*figure:[^)\n]*\)?")
LINK_WITHOUT_WORDS = re.compile(r"(?<!!)\[\s*\]\(figure:[^)\n]*\)")
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
                    _("The text places the figure “%s”, but it isn’t in this brief.") % figure,
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


def markers(context: Context) -> None:
    """Every marker of a figure shows it: alone in its paragraph, once, in the text of a section."""
    for entry, name, text, _cites in context.texts:
        placed = Counter(_placed(text) if name == "body" else [])
        for slug in Counter(_marked(text)) - placed:
            context.error(
                "marker",
                entry,
                name,
                _("The figure “%s” won’t show here.") % slug,
                _("Put ![](figure:%s) on a line of its own, with a blank line before and after.")
                % slug
                if name == "body"
                else _("Only texts of sections show figures. Move it to one of them."),
                f"figure:{slug}",
            )
        for slug, times in placed.items():
            if times > 1:
                context.warn(
                    "marker",
                    entry,
                    name,
                    _("The text places the figure “%s” twice. It shows once.") % slug,
                    _("Remove one of the two."),
                    f"figure:{slug}",
                )
        broken = LINK_WITHOUT_WORDS.search(text) or BROKEN_MARKER.search(markdown.plain(text))
        if broken:
            context.error(
                "marker",
                entry,
                name,
                _("“%s” isn’t how a figure is placed.") % broken[0],
                _("Write ![](figure:its-slug), with no spaces in it."),
                broken[0],
            )


def _marked(text: str) -> Iterator[str]:
    """The slugs of all figure markers in a text, wherever they are."""
    for token in markdown.BRIEF.parse(text):
        for child in token.children or []:
            if match := markdown.FIGURE.fullmatch(str(child.attrs.get("src", ""))):
                yield match[1]


def _placed(text: str) -> Iterator[str]:
    """The slugs of the markers that place a figure."""
    return (slug for _tokens, slugs in markdown.blocks(text) for slug in slugs)


def figures(context: Context) -> None:
    """Charts can be drawn, name their unit, and add up; videos and documents have a link."""
    for slug, entry in context.figures.items():
        if entry.get("kind") in Figure.CHARTS:
            chart(context, entry)
        elif entry.get("kind") and not entry.get("url") and not entry.is_unread("url"):
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
                _("Choose its source (in a file, “source: [brief, source]”)."),
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
            _("Add the minutes of each (in a file, “length_minutes”), so readers can plan."),
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
