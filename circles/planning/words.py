"""Typed words, read piece by piece: what is understood is removed, what is left is named."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NUMBERS = dict(
    enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
)
NUMBER_WORDS = {word: number for number, word in NUMBERS.items()}
NUMBER_WORDS |= {str(number): number for number in range(1, 53)}
EXAMPLES = [
    "third Thursday of the month, 7 pm",
    "every four weeks on Tuesday, 7:30 pm",
    "the last Sunday at 3 pm, but not in July or December",
]
SIGNS = str.maketrans("’‘`´‐‑‒–—―−", "''''-------")


class Words:
    """The words not understood yet. Words that are understood are removed.

    Args:
        text: as a person typed it. Signs that no one sees, such as those that come along from
            other programs, are left out.
        abbreviations: words that may end in a period.
        fillers: words that say nothing.
    """

    def __init__(self, text: str, *, abbreviations: Iterable[str], fillers: set[str]) -> None:
        text = unicodedata.normalize("NFKC", text)
        text = "".join(each for each in text if unicodedata.category(each) != "Cf")
        text = text.lower().translate(SIGNS)
        text = re.sub(r"\b([ap])\.?\s?m\b\.?", r"\1m", text)
        text = re.sub(rf"\b({any_of(abbreviations)})\.", r"\1 ", text)
        self.left = " ".join(text.split())
        self.fillers = fillers

    def take(self, pattern: str) -> list[re.Match[str]]:
        """Remove every match of the pattern and return the matches."""
        found = list(re.finditer(pattern, self.left))
        self.left = " ".join(re.sub(pattern, " ; ", self.left).split())
        return found

    def strays(self) -> list[str]:
        words = re.findall(r"[^\s,;.!()&/]+", self.left)
        return [word for word in words if word not in self.fillers and word != "-"]


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def unknown(strays: list[str], known: list[str]) -> str:
    """A sentence that names these words, and one with the known words that may be meant."""
    words = list(dict.fromkeys(strays))
    told = ngettext(
        "We didn’t understand this word: %s.", "We didn’t understand these words: %s.", len(words)
    ) % _quoted(words)
    near = [difflib.get_close_matches(word, known, 1, 0.75) for word in words]
    meant = [match[0] for word, match in zip(words, near, strict=True) if match not in ([], [word])]
    if not meant:
        return told
    asked = _("Did you mean %s?") % _quoted(meant)
    return f"{told} {asked}"


def not_understood(sentence: str) -> ValidationError:
    return ValidationError(
        "%(sentence)s %(examples)s",
        code="not_understood",
        params={"sentence": sentence, "examples": _("Examples: %s.") % _quoted(EXAMPLES)},
    )


def _quoted(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
