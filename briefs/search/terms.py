"""What a reader typed, as terms. Nothing of it but letters and digits goes further."""

import re
from dataclasses import dataclass

MOST_WORDS = 16
LONGEST_WORD = 60
WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"\"([^\"]*)\"?|[“”]([^“”]*)[“”]?|([^\s\"“”]+)")


@dataclass(frozen=True)
class Term:
    """A word, or words that stand together in this order.

    Attributes:
        words: letters and digits only.
        is_begun: the last word typed, which may be the beginning of a longer one.
    """

    words: tuple
    is_begun: bool = False


def read_terms(text):
    """The terms of a query, and how many words at its end are too many to be looked for."""
    terms, left = [], MOST_WORDS
    asked = 0
    for straight, curly, bare in PART.findall(text):
        words = [word[:LONGEST_WORD] for word in WORD.findall(straight or curly or bare)]
        asked += len(words)
        if words[:left]:
            terms.append(Term(tuple(words[:left])))
            left -= len(words[:left])
    last = terms[-1] if terms else None
    if last and asked <= MOST_WORDS and len(last.words) == 1 and WORD.fullmatch(text[-1:]):
        terms[-1] = Term(last.words, is_begun=len(last.words[0]) > 2)
    return terms, max(0, asked - MOST_WORDS)


def said(terms):
    """The terms as one would type them."""
    joined = [" ".join(term.words) for term in terms]
    return " ".join(f"“{j}”" if len(t.words) > 1 else j for t, j in zip(terms, joined, strict=True))
