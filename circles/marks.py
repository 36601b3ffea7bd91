"""Signs before a line that say of which kind it is: on the recorder's sheet, and typing it in."""

from .models import Note

Kind = Note.Kind

# A line without a sign is a point.
MARKS = {
    "?": Kind.QUESTION,
    "!": Kind.CONCERN,
    "+": Kind.COMMON_GROUND,
    "/": Kind.DIFFERENCE,
    '"': Kind.QUOTATION,
    "*": Kind.TAKEAWAY,
}
CURLY = {"“": '"', "”": '"', "„": '"', "«": '"', "≠": "/"}


def key():
    """The signs and what they stand for: [(sign, kind), …]."""
    return [(sign, kind.label) for sign, kind in MARKS.items()]


def read(text, kind=Kind.POINT):
    """What was typed, one note a line: [(kind, words), …]. Empty lines are left out.

    Args:
        kind: of a line without a sign.
    """
    found = []
    for line in text.splitlines():
        words = line.strip()
        sign = CURLY.get(words[:1], words[:1])
        if sign in MARKS:
            # The quotation's own marks stay: they are part of what it says.
            rest = words if sign == '"' else words[1:].strip()
            words, of_kind = rest, MARKS[sign]
        else:
            of_kind = kind
        if words.strip(' "“”„«»'):
            found.append((of_kind, words))
    return found
