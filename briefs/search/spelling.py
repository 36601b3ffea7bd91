"""Which word was meant where nobody has written the word that was typed.

The words are those of the texts that the reader may read, so nothing else is ever suggested.
They are gathered when a search finds nothing, which is seldom, and not kept.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterable

from .snippets import fold, words_of

# Addresses, sources and figures in Markdown are no words of the text.
MARKUP = re.compile(r"\]\([^)\s]*\)|\[@[\w-]+\]|<?https?://\S+")
SHORTEST = 4
ALIKE = 0.8
MOST_SLIPS = 4


def nearest(typed: set[str], texts: Iterable[str]) -> dict[str, str]:
    """For each typed word that is in no text, the word most like it: {typed: meant}.

    Args:
        typed: folded words.
        texts: Markdown or plain.
    """
    written = Counter(
        word.lower() for text in texts for word in words_of(MARKUP.sub(" ", text)) if text
    )
    # As most often written, with its accents.
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
