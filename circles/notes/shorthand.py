"""Symbols that begin a line and give its kind, on the note-taking sheet and when typing it in."""

from typing import TYPE_CHECKING

from ..models import Note
from .kinds import BY_SYMBOL, KINDS

if TYPE_CHECKING:
    from .kinds import NoteKind


Kind = Note.Kind

CURLY = {"“": '"', "”": '"', "„": '"', "«": '"', "≠": "/"}


def key() -> "list[NoteKind]":
    """The rows of all kinds: first the one without a symbol, then in the order of forms."""
    order = list(Kind)
    return sorted(KINDS, key=lambda row: (bool(row.symbol), order.index(row.kind)))


def read(text: str, kind: Note.Kind = Kind.POINT) -> list[tuple[Note.Kind, str]]:
    """Read typed text, one note per line: [(kind, text), …]. Empty lines are left out.

    Args:
        text: what was typed.
        kind: the kind of a line without a symbol.
    """
    found = []
    for line in text.splitlines():
        words = line.strip()
        symbol = CURLY.get(words[:1], words[:1])
        if symbol in BY_SYMBOL:
            # Quotation marks are the symbol of a quote and also part of its text.
            rest = words if symbol == '"' else words[1:].strip()
            words, of_kind = rest, BY_SYMBOL[symbol]
        else:
            of_kind = kind
        if words.strip(' "“”„«»'):
            found.append((of_kind, words))
    return found
