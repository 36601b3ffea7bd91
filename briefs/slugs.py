"""Slugs of briefs and their parts, made of what a person typed."""

import re
import unicodedata
from hashlib import sha256

from config.slugs import slug_of

LONGEST = 80
DIGEST = 5  # hex digits
# Scripts whose letters Latin ones spell well enough to tell two words apart.
SPELLED_WELL = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN")


def lasting_slug(text: str, *, fallback: str, longest: int = LONGEST) -> str:
    """A slug that depends on the text alone, so it stays when other texts come before it.

    Different words of Hebrew, Arabic or Chinese may be spelled alike in Latin letters. So a
    text in such a script has a digest in its slug, and so has one without any letters.

    Args:
        text: in any script.
        fallback: what a slug begins with if no letters spell the text.
        longest: in characters.
    """
    letters = [letter for letter in text if letter.isalnum()]
    slug = slug_of(text, fallback="", longest=longest)
    if slug and all(map(_is_spelled_well, letters)):
        return slug
    digest = sha256(_alike(text).encode()).hexdigest()[:DIGEST]
    begin = (slug or fallback)[: longest - DIGEST - 1].rstrip("-_")
    return f"{begin}-{digest}"


def _is_spelled_well(letter: str) -> bool:
    return letter.isdecimal() or unicodedata.name(letter, "").startswith(SPELLED_WELL)


def _alike(text: str) -> str:
    """The text without case, spaces and marks, which may change in an edition; or the text
    itself if there's no more to it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(re.findall(r"\w", folded)) or folded.strip()
