"""Slugs made of what a person typed, in any script.

They are spelled in Latin letters by anyascii. A text that no letters spell, such as one of
emoji alone, gets a fallback. A slug that is taken gets a number after it.
"""

from collections.abc import Container

from anyascii import anyascii
from django.utils.text import slugify


def slug_of(text: str, *, fallback: str, longest: int = 80) -> str:
    """A slug for a text: lower-case Latin letters, digits and hyphens; never empty.

    Args:
        text: in any script.
        fallback: a slug for a text that no letters spell.
        longest: in characters.
    """
    # An apostrophe or a soft hyphen doesn't begin a new word.
    spelled = anyascii(text.replace("\u00ad", "").replace("/", " ").replace("’", ""))
    return slugify(spelled)[:longest].strip("-_") or fallback


def free_slug(slug: str, taken: Container[str], *, longest: int = 80) -> str:
    """This slug, or with the first free number from 2 after it if it's taken."""
    free, number = slug[:longest], 1
    while free in taken:
        number += 1
        end = f"-{number}"
        free = f"{slug[: longest - len(end)].rstrip('-_')}{end}"
    return free
