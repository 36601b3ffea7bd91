"""Signs that are the same to someone who searches.

Texts come from word processors, web pages and PDFs. They have soft hyphens, ligatures,
full-width letters, several apostrophes, and signs that no one sees. Both engines index a text
with `SAME` applied, and a query is read so, too.
"""

import unicodedata

# Soft hyphens, joiners, zero-width blanks, marks of direction, and variants of a sign.
INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff" + "".join(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
# Unicode calls these letters. Other apostrophes are punctuation, which separates words anyway.
APOSTROPHES = "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\ua78c"
WIDE = {
    chr(code): chr(code - 0xFEE0)
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(first, last + 1)
}
LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
# What replaces each sign: nothing, a blank, or one or more letters.
SAME = {
    **dict.fromkeys(INVISIBLE, ""),
    **dict.fromkeys(APOSTROPHES, " "),
    **WIDE,
    **LIGATURES,
}
_TABLE = str.maketrans(SAME)

# Accents that are signs of their own, as some systems write them.
ACCENTS = "\u0300-\u036f"
LETTER = rf"[^\W_{APOSTROPHES}]"
# A word as it's written, with what no one sees inside it.
WORD = rf"{LETTER}+(?:[{INVISIBLE}{ACCENTS}]+{LETTER}+)*"


def same(text: str) -> str:
    """A text with its signs replaced, and its accents as part of their letters."""
    return unicodedata.normalize("NFC", text.translate(_TABLE))
