"""Letters that need care: raised and lowered ones, and those that no one sees."""

import re

# Soft hyphens, zero-width spaces, word joiners, and marks of byte order inside a text.
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff\u180e"))
# Joiners shape Persian, Indic scripts and emoji. Next to Latin letters they do nothing.
JOINERS = re.compile(r"(?<![^\x00-\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u024f])")
# Line and page ends that aren't \n, and characters that only steer a terminal.
LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
STEERING = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")

ABOVE = str.maketrans("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ")
BELOW = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
SIGNS = {"TM": "™", "SM": "℠"}
ORDINAL = re.compile(r"(st|nd|rd|th|er|ère|re|e|ème|o|a|º|ª)", re.IGNORECASE)
LONGEST = 12  # characters that may be raised or lowered; more are a text of their own


def cleaned(text: str) -> str:
    """The text without characters that no one sees."""
    text = STEERING.sub("", LINE_ENDS.sub("\n", text)).translate(UNSEEN)
    return JOINERS.sub("", text) if "\u200c" in text or "\u200d" in text else text


def raised(text: str) -> str:
    """The text in raised characters; "" if Unicode doesn't have them all."""
    return SIGNS.get(text.strip(), "") or _moved(text, ABOVE)


def lowered(text: str) -> str:
    """The text in lowered characters; "" if Unicode doesn't have them all."""
    return _moved(text, BELOW)


def is_ordinal(number: str, text: str) -> bool:
    """Whether these raised letters only say that the number before them is an ordinal."""
    return number[-1:].isdigit() and bool(ORDINAL.fullmatch(text.strip()))


def _moved(text: str, table: dict[int, int]) -> str:
    letters = [letter for letter in text if not letter.isspace()]
    if len(letters) > LONGEST or not all(ord(letter) in table for letter in letters):
        return ""
    return text.translate(table)
