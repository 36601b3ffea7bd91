"""Parses what a reader typed into terms. Only letters and digits are used."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .signs import LETTER, same

# For each table: its name, the column with the name of a row, the columns of text, its weight.
Tables = Sequence[tuple[str, str | None, list[str], float]]
# A query and its parameters.
Sql = tuple[str, tuple[Any, ...]]

MOST_WORDS = 16
LONGEST_WORD = 60
WORD = re.compile(f"{LETTER}+")
# Accents that no letter has in Unicode.
LOOSE_ACCENTS = re.compile("[\u0300-\u036f]+")
PART = re.compile(r"\"([^\"]*)\"?|[“”]([^“”]*)[“”]?|([^\s\"“”]+)")


@dataclass(frozen=True)
class Term:
    """A word, or a phrase of several.

    Attributes:
        words: the words: letters and digits only.
        typed: the term as typed.
        is_begun: whether it is the last word typed, which may be unfinished.
    """

    words: tuple[str, ...]
    typed: str
    is_begun: bool = False

    def with_words(self, words: Iterable[str]) -> "Term":
        """This term with other words; itself if the words are the same."""
        words = tuple(words)
        return self if words == self.words else replace(self, words=words, typed=" ".join(words))


def read_terms(text: str) -> tuple[list[Term], int]:
    """Parse a query: (terms, how many words at its end are left out as too many)."""
    text = LOOSE_ACCENTS.sub("", same(text))
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
    """The terms as a person would type them."""
    return " ".join(term.typed for term in terms)
