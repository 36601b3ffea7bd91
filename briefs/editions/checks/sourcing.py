"""Checks of sources: what is claimed without one, and names that say nothing."""

import re

from django.utils.translation import gettext as _

from ...models import Source
from ...page import markdown
from .context import Context, own, short
from .reading_grade import sentences

NUMBER = re.compile(
    r"\d\s?(?:%|percent\b|per cent\b|(?:thousand|million|billion|trillion)\b)|[$€£]\s?\d"
    r"|\b\d{1,3}(?:,\d{3})+\b|\b(?:\d+|one|two|three|four) (?:in|out of) "
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|\b(?:one|two|three)[ -](?:half|thirds?|fourths?|quarters?|fifths?|tenths?)\b",
    re.IGNORECASE,
)
CLAIM = re.compile(
    r"\baccording to\b|\b(?:stud(?:y|ies)|research(?:ers)?|surveys?|polls?|experts?|scientists"
    r"|reports?|data|statistics|estimates?) "
    r"(?:find|finds|found|show|shows|showed|suggests?|suggested|says?|said|estimates?|indicates?)\b"
    r"|\bestimated (?:to|that|at)\b|\bestimates? (?:that|of)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[“\"](?:[^\s”\"]+\s+){5,}[^\s”\"]*[^\s?”\"][”\"]")
# What people may say in a circle is in quotation marks too. It speaks of “you” and “me”.
SPOKEN = re.compile(r"\b(?:I|me|my|you|your|let me|let’s|we|us|our)\b", re.IGNORECASE)
ATTRIBUTED = re.compile(r"\b(?:said|wrote|told|explained|argued|testified|words)\b", re.IGNORECASE)
# Paragraphs that claim something, of which most have no source.
MANY = 3

# Words of a link or a source that don't say what is there.
VAGUE = re.compile(
    r"(?:click |see |read |find |learn |go )?(?:here|more|this|it|link|this (?:link|page|site"
    r"|website|article|report|study|source|video)|the (?:link|page|site|website|source)"
    r"|web ?page|web ?site|site|page|source|article|url|details|click)",
    re.IGNORECASE,
)
# What isn't the title of a source either.
NAMELESS = re.compile(
    r"(?:the |a |full )*(?:reports?|stud(?:y|ies)|survey|video|film|pdf|document|data|book|news)"
    r"|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|edu|gov|info|int|net|org|uk|us)",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!#|figure:)[^)\s]+")


def thin(context: Context) -> None:
    """Sections that give numbers, quote, or tell what others found say where it's from."""
    with_source = {
        own(figure, "section") for figure in context.figures.values() if figure.values.get("source")
    }
    for slug, entry in context.sections.items():
        text = entry.get("body")
        claims = [
            (paragraph, said)
            for paragraph in re.split(r"\n\s*\n", text)
            if (said := _claim(paragraph))
        ]
        bare = [claim for claim in claims if not markdown.find_citations(claim[0])]
        if not bare:
            continue
        if not markdown.find_citations(text) and slug not in with_source:
            what = _("“%(heading)s” cites no source, but it says: “%(said)s”")
            remedy = _("Add the source, and cite it after the sentence.")
        elif len(bare) >= MANY and len(bare) * 2 > len(claims):
            what = _("Most facts in “%(heading)s” have no source, such as: “%(said)s”")
            remedy = _("Cite a source in each paragraph that has facts.")
        else:
            continue
        paragraph, said = bare[0]
        told = {"heading": entry.get("heading"), "said": short(said)}
        context.warn("thin", entry, "body", what % told, remedy, paragraph.strip())


def _claim(paragraph: str) -> str:
    """The first sentence of a paragraph that needs a source; "" if there's none."""
    for sentence in sentences(paragraph):
        if NUMBER.search(sentence) or CLAIM.search(sentence) or _quotes(sentence):
            return sentence
    return ""


def _quotes(sentence: str) -> bool:
    """Whether a sentence quotes what someone wrote or said."""
    quoted = QUOTED.findall(sentence)
    is_written = any(not SPOKEN.search(words) for words in quoted)
    return is_written or bool(quoted and ATTRIBUTED.search(sentence))


def names(context: Context) -> None:
    """Sources and links say in words what they lead to."""
    for entry in context.fixture.of(Source):
        for name in ("title", "publisher"):
            words = entry.get(name).strip()
            is_nameless = name == "title" and NAMELESS.fullmatch(words)
            if not is_nameless and not _says_nothing(words):
                continue
            context.warn(
                "vague",
                entry,
                name,
                _("The source “%(slug)s” is called “%(words)s”. That doesn’t say what it is.")
                % {"slug": entry.slug, "words": words[:60]},
                _("Use the title that the page or document has.")
                if name == "title"
                else _("Say who publishes it."),
            )
    for entry, name, text, _may_cite in context.texts:
        for match in LINK.finditer(text):
            words = re.sub(r"[*_`\\]", "", match[1]).strip()
            if _says_nothing(words):
                context.warn(
                    "vague",
                    entry,
                    name,
                    _("The link “%s” doesn’t say where it leads.") % words[:60],
                    _("Link the words that name it, such as the title of the page."),
                    match[0],
                )


def _says_nothing(words: str) -> bool:
    return bool(VAGUE.fullmatch(words.strip(" .:!›»→")) or ADDRESS.fullmatch(words))
