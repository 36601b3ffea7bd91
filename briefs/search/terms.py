"""What a reader typed, as terms. Nothing of it but letters and digits goes further."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

# Of each table: its name, the column that names a row, those of its text, its weight.
Tables = Sequence[tuple[str, str | None, list[str], float]]
# A query and its parameters.
Sql = tuple[str, tuple[Any, ...]]

MOST_WORDS = 16
LONGEST_WORD = 60
WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"\"([^\"]*)\"?|[“”]([^“”]*)[“”]?|([^\s\"“”]+)")


@dataclass(frozen=True)
class Term:
    """A word, or words that stand together in this order.

    Attributes:
        words: letters and digits only.
        typed: the same as it was typed.
        is_begun: the last word typed, which may be the beginning of a longer one.
    """

    words: tuple[str, ...]
    typed: str
    is_begun: bool = False

    def with_words(self, words: Iterable[str]) -> "Term":
        """This term with other words in it, if they are others."""
        words = tuple(words)
        return self if words == self.words else replace(self, words=words, typed=" ".join(words))


def read_terms(text: str) -> tuple[list[Term], int]:
    """The terms of a query, and how many words at its end are too many to be looked for."""
    terms, left = [], MOST_WORDS
    asked = 0
    for straight, curly, bare in PART.findall(text):
        words = [word[:LONGEST_WORD] for word in WORD.findall(straight or curly or bare)]
        asked += len(words)
        if words[:left]:
            typed = bare or f"“{straight or curly}”"
            terms.append(Term(tuple(words[:left]), typed))
            left -= len(words[:left])
    last = terms[-1] if terms else None
    if last and asked <= MOST_WORDS and len(last.words) == 1 and WORD.fullmatch(text[-1:]):
        terms[-1] = replace(last, is_begun=len(last.words[0]) > 2)
    return terms, max(0, asked - MOST_WORDS)


def said(terms: Iterable[Term]) -> str:
    """The terms as one would type them."""
    return " ".join(term.typed for term in terms)
