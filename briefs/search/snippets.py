"""What readers see of a hit: the words in context, highlighted, as safe HTML."""

import re
import unicodedata
from collections.abc import Collection

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from . import signs

WORD = re.compile(signs.WORD)
LENGTH = 220


def fold(word: str) -> str:
    """A word without accents and what no one sees, in lower case."""
    if word.isascii():  # most are, and a search folds tens of thousands
        return word.lower()
    apart = unicodedata.normalize("NFD", signs.same(word).casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", text))


class Marker:
    """Marks words in texts.

    Args:
        words: the words, exactly as they are written in these texts.
    """

    def __init__(self, words: Collection[str]) -> None:
        # A word that only begins so isn't meant, nor one that ends so, which `_spans` leaves
        # out: a pattern that begins with a condition is far slower.
        either = "|".join(map(re.escape, sorted(words))) or "(?!)"
        self.pattern = re.compile(rf"(?:{either})(?!{signs.LETTER})")

    def marked(self, text: str) -> SafeString:
        """A text as HTML, with the words in `<mark>`. Adjacent words share one."""
        text = unicodedata.normalize("NFC", text)
        html, at = [], 0
        for begin, end in _joined(self._spans(text), text):
            html += [escape(text[at:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
            at = end
        return mark_safe("".join([*html, escape(text[at:])]))

    def snippet(self, text: str) -> SafeString | str:
        """The part of a text with the most of the words, as HTML, cut between words."""
        text = " ".join(unicodedata.normalize("NFC", text).split())
        spans = self._spans(text)
        if not spans:
            return "" if len(text) > LENGTH else escape(text)
        best = _best(spans, text)
        begin = max(0, min(best[0] - LENGTH // 4, len(text) - LENGTH))
        end = min(len(text), begin + LENGTH)
        if begin and (space := text.find(" ", begin, best[0])) >= 0:
            begin = space + 1
        if end < len(text) and (space := text.rfind(" ", best[1], end)) >= 0:
            end = space
        before, after = "… " if begin else "", " …" if end < len(text) else ""
        return mark_safe(before + self.marked(text[begin:end]) + after)

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """The positions of the words: [(begin, end), …]."""
        spans = [match.span() for match in self.pattern.finditer(text)]
        return [span for span in spans if not (span[0] and WORD.match(text, span[0] - 1))]


def _joined(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """The spans, with those that have only a space between them merged."""
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and text[joined[-1][1] : begin] == " ":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _best(spans: list[tuple[int, int]], text: str) -> tuple[int, int]:
    """The first span from which on a snippet shows the most different words."""
    words = [fold(text[begin:end]) for begin, end in spans]
    best, most, last = spans[0], 0, 0
    for number, span in enumerate(spans):
        while last < len(spans) and spans[last][1] <= span[0] + LENGTH * 3 // 4:
            last += 1
        worth = len(set(words[number:last]))
        if worth > most:
            best, most = span, worth
    return best
