"""Suggests words for typed ones that no text has.

Suggestions come only from texts that the reader may read. Their words are collected when a
search finds nothing, which is rare, and aren't cached.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable

from .signs import same
from .snippets import fold, words_of

# URLs, citations and figure markers in Markdown aren't words of the text.
MARKUP = re.compile(r"\]\([^)\s]*\)|\[@[\w-]+\]|<?https?://\S+")
SHORTEST = 4
ALIKE = 0.8
MOST_SLIPS = 4


def nearest(typed: set[str], texts: Iterable[str]) -> dict[str, str]:
    """The most similar word for each typed word that no text has: {typed: similar}.

    Args:
        typed: the typed words, folded.
        texts: the texts, as Markdown or plain text.
    """
    written = Counter(
        word.lower() for text in texts for word in words_of(same(MARKUP.sub(" ", text))) if text
    )
    # The most frequent spelling of each word, with its accents.
    known = {fold(word): word for word, _times in reversed(written.most_common())}
    slips = sorted(word for word in typed if len(word) >= SHORTEST and word not in known)
    instead = {word: _most_like(word, known, written) for word in slips[:MOST_SLIPS]}
    return {word: meant for word, meant in instead.items() if meant}


def _most_like(word: str, known: dict[str, str], written: Counter[str]) -> str:
    near = [other for other in known if abs(len(other) - len(word)) <= 2 and other.isalpha()]
    alike = difflib.get_close_matches(word, near, n=5, cutoff=ALIKE)
    if not alike:
        return ""
    ratio = difflib.SequenceMatcher(None, b=word)

    def likeness(other: str) -> tuple[float, int]:
        ratio.set_seq1(other)
        return round(ratio.ratio(), 2), written[known[other]]

    return known[max(alike, key=likeness)]
