"""Checks of how hard the texts are to read, and how the questions are asked."""

import re

from django.utils.translation import gettext as _

from ...models import Question
from ...page import markdown
from .context import Context, short
from .reading_grade import grade, outside_quotations, sentences, words

# School years. Most American adults read at grade 8 or so with ease.
HARDEST_BRIEF = 10
HARDEST_SECTION = 12
FEWEST_WORDS = 100  # of a text whose grade tells something
LISTED = 3

# “… and what would you do?” asks something new; “… and why?” asks more of the same.
AND_ASKS = re.compile(
    r"\S+\s+\S+\s+\S+.*?[\s,;](?:and|or)\s+"
    r"(?:(?:what|who|whom|whose|which|where|when|how)(?:[’']s)?|(?:do|does|did|is|are|should|would"
    r"|could|can|will)\s+(?:you|we|they|he|she|it|the|a|an|our|your|their|people))"
    r"\s+\S+\s+\S+",
    re.IGNORECASE | re.DOTALL,
)


def reading(context: Context) -> None:
    """An adult can read the brief with ease, and each section without a struggle."""
    if not context.brief or not context.brief.get("language").lower().startswith("en"):
        return
    grades: dict[str, float] = {}
    together: list[str] = []
    for slug, entry in context.sections.items():
        found = sentences(outside_quotations(entry.get("body")))
        together += found
        if sum(len(words(sentence)) for sentence in found) >= FEWEST_WORDS:
            grades[slug] = grade(found)
    hardest = sorted(grades, key=lambda slug: -grades[slug])
    if grades and grade(together) > HARDEST_BRIEF:
        context.warn(
            "grade",
            context.brief,
            "title",
            _("The brief reads at grade %(grade)d. The hardest sections: %(sections)s.")
            % {
                "grade": round(grade(together)),
                "sections": "; ".join(
                    f"{context.sections[slug].get('heading')} ({round(grades[slug])})"
                    for slug in hardest[:LISTED]
                ),
            },
            _("Use shorter sentences and everyday words. Grade 8 or 9 suits most readers."),
        )
        return
    for slug in hardest:
        if grades[slug] > HARDEST_SECTION:
            entry = context.sections[slug]
            context.warn(
                "grade",
                entry,
                "body",
                _("“%(heading)s” reads at grade %(grade)d. The brief as a whole is easier.")
                % {"heading": entry.get("heading"), "grade": round(grades[slug])},
                _("Use shorter sentences and everyday words."),
            )


def double_barreled(context: Context) -> None:
    """A question asks one thing."""
    for entry in context.fixture.of(Question):
        text = outside_quotations(markdown.plain(entry.get("text"))).strip()
        asked = [part for part in re.findall(r"[^?]*\?", text) if _asks_anew(part)]
        if len(asked) > 1 or AND_ASKS.search(text):
            context.warn(
                "double-barreled",
                entry,
                "text",
                _("“%s” asks two things at once.") % short(entry.get("text")),
                _("Make it two questions, or put one among its prompts."),
            )


def _asks_anew(part: str) -> bool:
    """Whether a sentence is more than a nudge, such as “Why?” or “Or something else?”."""
    found = words(part)
    return len(found) > 3 and found[0].lower() not in ("or", "why", "if")
