"""What readers see of a hit: the words in context, highlighted, as safe HTML.

The engine says in which forms a word was found (`trafficking`, `traffickers`). Every word of a
text that folds to one of them is highlighted.
"""

import re
import unicodedata
from collections.abc import Container

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

WORD = re.compile(r"[^\W_]+")
LENGTH = 220


def fold(word: str) -> str:
    """A word without accents, in lower case."""
    if word.isascii():  # most are, and a search folds tens of thousands
        return word.lower()
    apart = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", text))


def marked(text: str, forms: Container[str]) -> SafeString:
    """A text as HTML, with words of these forms in `<mark>`. Adjacent words share one."""
    text = unicodedata.normalize("NFC", text)
    html, at = [], 0
    for begin, end in _joined(_spans(text, forms), text):
        html.append(format_html("{}<mark>{}</mark>", text[at:begin], text[begin:end]))
        at = end
    return mark_safe("".join([*html, escape(text[at:])]))


def snippet(text: str, forms: Container[str]) -> SafeString | str:
    """The part of a text with the most of the words, as HTML, cut between words."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    spans = _spans(text, forms)
    if not spans:
        return "" if len(text) > LENGTH else escape(text)
    best = max(spans, key=lambda span: (_worth(text, spans, span[0]), -span[0]))
    begin = max(0, min(best[0] - LENGTH // 4, len(text) - LENGTH))
    end = min(len(text), begin + LENGTH)
    if begin and (space := text.find(" ", begin, best[0])) >= 0:
        begin = space + 1
    if end < len(text) and (space := text.rfind(" ", best[1], end)) >= 0:
        end = space
    return format_html(
        "{}{}{}",
        "… " if begin else "",
        marked(text[begin:end], forms),
        " …" if end < len(text) else "",
    )


def _spans(text: str, forms: Container[str]) -> list[tuple[int, int]]:
    """The positions of words of these forms: [(begin, end), …]."""
    return [match.span() for match in WORD.finditer(text) if fold(match[0]) in forms]


def _joined(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """The spans, with those that have only a space between them merged."""
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and text[joined[-1][1] : begin] == " ":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _worth(text: str, spans: list[tuple[int, int]], begin: int) -> int:
    """How many different words a snippet from here on would show."""
    reach = begin + LENGTH * 3 // 4
    return len({fold(text[a:b]) for a, b in spans if begin <= a and b <= reach})
