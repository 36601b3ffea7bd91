"""Checks of texts: citations, links, markup, length, headings."""

import re

from django.utils.translation import gettext as _

from ...models import CallToAction, Figure, Question, Section
from ...page import markdown
from ...page.compose import words_to_read
from .context import Context, by_slug, own

LONGEST_SECTION = 8  # minutes
LONGEST_BRIEF = 90  # minutes
# Anchors on a brief's page that aren't sections.
ANCHORS = {"summary", "questions", "sources", "help", "about", "advisory", "main"}
HTML = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", re.IGNORECASE)
PICTURE = re.compile(r"!\[[^\]]*\]\((?!figure:)[^)]*\)")
HEADING = re.compile(r"^ {0,3}#{1,6} .*", re.MULTILINE)
SMALL_WORDS = set(
    "a an and as at but by can do for from if in into is it nor of on or so the to up via vs "
    "with you your".split()
)


def citations(context: Context) -> None:
    """Every citation has its source, and every source is used."""
    used = {own(entry, "source") for entry in context.figures.values()}
    for entry, name, text, cites in context.texts:
        for slug in dict.fromkeys(markdown.find_citations(text)):
            used.add(slug)
            if not cites:
                context.error(
                    "citation",
                    entry,
                    name,
                    _("“%s” has a citation, but citations don’t show there.") % name,
                    _("Link to the source instead."),
                    f"[@{slug}]",
                )
            elif slug not in context.sources:
                context.error(
                    "citation",
                    entry,
                    name,
                    _("“%s” is cited, but it’s no source of this brief.") % slug,
                    _("Add the source, or remove the citation."),
                    f"[@{slug}]",
                )
    for slug, entry in context.sources.items():
        if slug not in used:
            context.warn(
                "citation",
                entry,
                "slug",
                _("Nothing cites the source “%s”.") % (entry.get("title") or slug),
                _("Cite it where it’s used, or remove it."),
            )


def links(context: Context) -> None:
    """Links within the page lead to an anchor there; others have an allowed scheme."""
    for entry, name, text, _cites in context.texts:
        for href in dict.fromkeys(markdown.find_links(text)):
            if figure := markdown.FIGURE.fullmatch(href):
                if figure[1] not in context.figures:
                    context.error(
                        "link",
                        entry,
                        name,
                        _("The link to the figure “%s” doesn’t work.") % figure[1],
                        _("Add the figure, or fix the slug."),
                        href,
                    )
            elif href.startswith("#"):
                if not _is_anchor(context, href[1:]):
                    context.error(
                        "link",
                        entry,
                        name,
                        _("The link to “%s” doesn’t match a section of this brief.") % href,
                        _("Choose the section again, or link to it like this: [words](#its-slug)."),
                        href,
                    )
            elif not markdown.ALLOWED_LINK.match(href):
                context.error(
                    "link",
                    entry,
                    name,
                    _("The link to “%s” won’t be shown.") % href[:60],
                    _("Start it with https://, mailto:, or tel:, or remove it."),
                    href,
                )


def _is_anchor(context: Context, anchor: str) -> bool:
    kind, _dash, slug = anchor.partition("-")
    section, _p, number = anchor.rpartition("-p")
    return (
        anchor in context.sections
        or anchor in ANCHORS
        or (kind == "figure" and slug in context.figures)
        or (kind == "source" and slug in context.sources)
        or (kind == "question" and slug in by_slug(context.fixture.of(Question)))
        or (section in context.sections and number.isdecimal())
    )


def markup(context: Context) -> None:
    """Texts have no Markdown that a brief doesn't show."""
    for entry, name, text, _cites in context.texts:
        for pattern, code, what, remedy in (
            (HTML, "html", _("“%s” is HTML and will show as plain text."), _("Use Markdown.")),
            (
                PICTURE,
                "picture",
                _("The image “%s” won’t be shown, only its description."),
                _("Describe it, or make it a figure."),
            ),
            (
                HEADING,
                "heading-in-text",
                _("“%s” is a heading inside a text and will show as a bold line."),
                _("To list it in the contents, make it a section."),
            ),
        ):
            if found := pattern.search(text):
                context.warn(code, entry, name, what % found[0].strip()[:60], remedy, found[0])


def length(context: Context) -> None:
    """A brief can be read in about an hour, each section in a few minutes."""
    brief = context.brief
    if not brief:
        return
    words = _words(context)
    for slug, entry in context.sections.items():
        minutes = markdown.count_minutes(words[slug])
        if minutes > LONGEST_SECTION:
            context.warn(
                "length",
                entry,
                "body",
                _("“%(slug)s” takes %(minutes)d minutes to read.")
                % {"slug": slug, "minutes": minutes},
                _("Split it in two. A circle discusses one section at a time."),
            )
    minutes = markdown.count_minutes(sum(words.values()))
    if minutes > LONGEST_BRIEF:
        context.warn(
            "length",
            brief,
            "title",
            _("The brief takes %d minutes to read.") % minutes,
            _("Shorten it. Few members have more than an hour and a half to read."),
        )


def _words(context: Context) -> dict[str, int]:
    """How long each section takes to read, in words, as its readers will be told."""
    ids = {slug: number for number, slug in enumerate(context.sections, start=1)}
    sections = [
        Section(pk=ids[slug], slug=slug, body=entry.get("body"))
        for slug, entry in context.sections.items()
    ]
    figures = [
        Figure(slug=slug, section_id=ids.get(own(entry, "section") or "", 0))
        for slug, entry in context.figures.items()
    ]
    calls = [CallToAction(text=entry.get("text")) for entry in context.fixture.of(CallToAction)]
    words = words_to_read(sections, figures, calls)
    return {slug: words[number] for slug, number in ids.items()}


def frame(context: Context) -> None:
    """The brief has a summary, and plausible dates."""
    brief = context.brief
    if not brief:
        return
    if not brief.get("executive_summary").strip():
        context.warn(
            "summary",
            brief,
            "title",
            _("The brief has no two-minute summary."),
            _("Write one for people who haven’t finished (in a file, “executive_summary”)."),
        )
    edition, facts = brief.get("edition"), brief.get("facts_as_of")
    if edition and facts and facts > edition:
        context.warn(
            "dates",
            brief,
            "facts_as_of",
            _("“Facts as of” is later than the edition date."),
            _("Check both dates."),
        )


def heading_case(context: Context) -> None:
    """All headings use one case: “The Role of Big Tech” or “The role of big tech”."""
    cases = {slug: _case(entry.get("heading")) for slug, entry in context.sections.items()}
    titles = sum(case == "title" for case in cases.values())
    sentences = sum(case == "sentence" for case in cases.values())
    if not titles or not sentences:
        return
    rare = "title" if titles < sentences else "sentence"
    for slug, case in cases.items():
        if case == rare:
            entry = context.sections[slug]
            context.warn(
                "case",
                entry,
                "heading",
                _("“%s” isn’t capitalized like the other headings.") % entry.get("heading"),
                _("Use title case or sentence case for all of them."),
            )


def _case(heading: str) -> str | None:
    """The case of a heading; None if it has too few words to tell."""
    words = re.findall(r"[^\W\d_][\w’'-]*", heading)[1:]
    telling = [word for word in words if word.lower() not in SMALL_WORDS]
    if any(word.islower() for word in telling):
        return "sentence"
    return "title" if len(telling) > 1 else ""
