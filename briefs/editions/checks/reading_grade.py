"""How hard a text is to read: the grade of Flesch and Kincaid.

    grade(sentences(text))   # 7.2: a seventh-grader can read it

A text is Markdown or plain: what is marked up is read, not the marks. A heading, an item of a
list and a cell of a table are sentences of their own. A number is one word of one syllable, as
word processors count; an abbreviation in capitals is spelled. Syllables are counted by vowels.
That gives a grade within a year of what a dictionary of sounds gives (`tests/reading_grade.py`).
"""

import re
from collections.abc import Callable, Iterable

SHORTEST = 5  # A sentence of fewer words says nothing about how hard a text is.

SILENT_MARKS = [
    (re.compile(r"\s*\[@[\w-]+\]"), ""),  # the citation of a source
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),  # a figure
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),  # a link
    (re.compile(r"<[^>]*>"), ""),
    (re.compile(r"%\(\w+\)[sd]|%[sd]|\{\{?[^{}]*\}\}?"), "Ann"),  # stands for a name or a number
    (re.compile(r"(?:https?://|www\.)\S*[\w/]|[\w.+-]+@[\w.-]+\w"), "it"),
    (re.compile(r"[*_`]+(?=\S)|(?<=\S)[*_`]+"), ""),
]
QUOTATION = re.compile(r"“[^”]*?([.?!]?)”")
BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+>#|]|\d+\.)\s)|\|")
MARK_OF_BLOCK = re.compile(r"^\s*(?:[-*+>]|#+|\d+\.)\s+|^[\s:-]+$")
END = re.compile(r"(?<=[.?!…])([”’)]*)\s+(?=[“‘(]*[A-Z\d])")
# After these a capital doesn't begin a sentence.
ABBREVIATION = re.compile(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Jr|Sen|Rep|vs|U\.S|D\.C)\.$")

WORD = re.compile(r"[^\W_]+(?:[’'.,\-/&:][^\W_]+)*")
SPELLED = re.compile(r"[A-Z]{2,4}s?$")
SILENT_E = re.compile(r"(?<=[^aeiouyl])e[sd]?$")


def plain(text: str) -> str:
    """Markdown without its marks, on the same lines."""
    for mark, instead in SILENT_MARKS:
        text = mark.sub(instead, text)
    return text


def outside_quotations(text: str) -> str:
    """The text without “quotations.” The end of a sentence inside one stays."""
    return QUOTATION.sub(r"\1", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text in Markdown, each on one line and without marks."""
    found: list[str] = []
    for block in BLOCK.split(plain(text)):
        sentence = ""
        pieces = END.split(" ".join(MARK_OF_BLOCK.sub("", block).split()))
        for piece, closing in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
            sentence = f"{sentence} {piece}".strip()
            if ABBREVIATION.search(sentence):
                continue
            found.append(sentence + closing)
            sentence = ""
        found.append(sentence)
    return [sentence for sentence in found if words(sentence)]


def words(sentence: str) -> list[str]:
    return WORD.findall(sentence)


def syllables(word: str, spoken: Callable[[str], int] | None = None) -> int:
    """How many syllables a word has.

    Args:
        word: a word of `words`.
        spoken: gives the number for a word in small letters, if not by its vowels; 0 if it
            doesn't know the word.
    """
    if any(character.isdigit() for character in word):
        return 1
    if SPELLED.match(letters := word.replace(".", "")):
        return len(letters.rstrip("s"))
    whole = word.lower().replace("’", "'")
    if spoken and (known := spoken(whole)):
        return known
    parts = re.findall(r"[^\W\d_]+", whole.replace("'", ""))
    return sum((spoken and spoken(part)) or by_vowels(part) for part in parts)


def by_vowels(part: str) -> int:
    return max(1, len(re.findall("[aeiouy]+", SILENT_E.sub("", part))))


def grade(sentences: Iterable[str], syllables_of: Callable[[str], int] = syllables) -> float:
    """The school year in which these sentences can be read, by Flesch and Kincaid."""
    read = [found for it in sentences if len(found := words(it)) >= SHORTEST]
    if not read:
        return 0.0
    count = sum(len(found) for found in read)
    heard = sum(syllables_of(word) for found in read for word in found)
    return 0.39 * count / len(read) + 11.8 * heard / count - 15.59
