"""Symbols before a line that say of which kind it is: on the recorder's sheet, and typing it in."""

from typing import TYPE_CHECKING

from ..models import Note
from .kinds import BY_SYMBOL, KINDS

if TYPE_CHECKING:
    from .kinds import NoteKind


Kind = Note.Kind

CURLY = {"“": '"', "”": '"', "„": '"', "«": '"', "≠": "/"}


def key() -> "list[NoteKind]":
    """The rows of all kinds: first the one without a symbol, then as forms have them."""
    order = list(Kind)
    return sorted(KINDS, key=lambda row: (bool(row.symbol), order.index(row.kind)))


def read(text: str, kind: Note.Kind = Kind.POINT) -> list[tuple[Note.Kind, str]]:
    """What was typed, one note a line: [(kind, words), …]. Empty lines are left out.

    Args:
        kind: of a line without a symbol.
    """
    found = []
    for line in text.splitlines():
        words = line.strip()
        sign = CURLY.get(words[:1], words[:1])
        if sign in BY_SYMBOL:
            # The quotation's own marks stay: they are part of what it says.
            rest = words if sign == '"' else words[1:].strip()
            words, of_kind = rest, BY_SYMBOL[sign]
        else:
            of_kind = kind
        if words.strip(' "“”„«»'):
            found.append((of_kind, words))
    return found
