"""Email addresses in pasted text: lines from an email program, a list, or a spreadsheet.

A comma can be between two people or in a name (“Lee, Ann <ann@example.org>”), and a space
too. What is left over once the addresses are found is a name if it can only be one; otherwise
it may be a person whose address is missing, so it is reported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

BETWEEN_PEOPLE = ";|•·；"
BETWEEN_WORDS = ",、，"
SIGNS = BETWEEN_PEOPLE + BETWEEN_WORDS
PART = re.compile(rf'"(?:[^"\\]|\\.)*"|<[^<>]*>|[{SIGNS}]|[^\s<>{SIGNS}]+')
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
OTHER_SIGNS = str.maketrans("＠．＜＞“”„", '@.<>"""')
LABEL = re.compile(r"^\s*(?:to|cc|bcc|from|e-?mail(?: address)?)\s*:\s*(?=\S)", re.IGNORECASE)
HEADING = re.compile(r"e-?mail(?:[ -]?address(?:es)?)?|mail|address", re.IGNORECASE)
PHONE = re.compile(r"[+(]?\d[\d\s()./x-]{4,}")
ROUND_IT = "'\"()[]{}<>:.,;"
LONGEST = 254
LONGEST_NAME = 80


@dataclass(frozen=True)
class Pasted:
    """One address as it was typed, or text where an address should be.

    Attributes:
        line: the number of its line, from 1.
        text: as it was typed, without the name before it.
        address: in lower case; empty if the text is not a possible address.
        name: the name beside it; empty if there is none.
    """

    line: int
    text: str
    address: str
    name: str = ""


@dataclass(frozen=True)
class Cell:
    """What is between two separators.

    Args:
        typed: the addresses, or what was meant as one.
        words: the rest: a name, a phone number.
        is_after_person: whether a separator of people is before it, not a comma.
    """

    typed: tuple[str, ...]
    words: str
    is_after_person: bool

    @property
    def has_address(self) -> bool:
        return any(_address(each) for each in self.typed)

    @property
    def is_empty(self) -> bool:
        return not self.typed and (not self.words or bool(PHONE.fullmatch(self.words)))


def read_addresses(text: str) -> list[Pasted]:
    """Every address in a text, in order, including what was meant as one but cannot be."""
    text = INVISIBLE.sub("", text.translate(OTHER_SIGNS))
    return [
        Pasted(number, typed, _address(typed), _as_name(name) if _address(typed) else "")
        for number, line in enumerate(text.splitlines(), 1)
        for typed, name in _read_line(LABEL.sub("", line, count=1))
    ]


def _read_line(line: str) -> Iterator[tuple[str, str]]:
    """(what was typed as an address, the name with it), for each person in a line."""
    if "\t" in line:
        yield from _read_row([cell for each in line.split("\t") for cell in [_cell_of(each)]])
        return
    cells = list(_cells(line))
    found = sum(cell.has_address for cell in cells)
    is_row = "|" in line or not re.search(rf"[{SIGNS}]\s", line.strip())
    if found == 1 and len(cells) > 1 and is_row:
        yield from _read_row(cells)
    else:
        yield from _read_list(cells)


def _read_row(cells: list[Cell]) -> Iterator[tuple[str, str]]:
    """A row of a table: what is beside an address is about the same person."""
    filled = [cell for cell in cells if not cell.is_empty]
    words = [cell.words for cell in filled]
    if not any("@" in each for cell in filled for each in cell.typed):
        if filled and not any(HEADING.fullmatch(each.strip(ROUND_IT)) for each in words):
            yield (
                " ".join(" ".join([cell.words, *cell.typed]).strip() for cell in cells).strip(),
                "",
            )
        return
    first = next(number for number, cell in enumerate(filled) if "@" in "".join(cell.typed))
    before = [cell.words for cell in filled[:first] if cell.words and not cell.typed]
    after = [cell.words for cell in filled[first + 1 :] if cell.words and not cell.typed]
    for cell in filled:
        for typed in cell.typed:
            if "@" in typed:
                yield typed, cell.words or " ".join(before[:2]) or " ".join(after[:1])


def _read_list(cells: list[Cell]) -> Iterator[tuple[str, str]]:
    """People between separators. Words without an address are the last name of the next
    person, if everyone between two semicolons is written so; or else someone's address is
    missing."""
    group: list[Cell] = []
    for cell in [*cells, None]:
        if cell is None or cell.is_after_person:
            yield from _read_group([each for each in group if not each.is_empty or len(cells) == 1])
            group = []
        if cell is not None:
            group.append(cell)


def _read_group(cells: list[Cell]) -> Iterator[tuple[str, str]]:
    spoken = [bool(cell.typed) for cell in cells]
    each_has_words = all(
        number > 0 and not spoken[number - 1] for number, is_typed in enumerate(spoken) if is_typed
    )
    before: list[str] = []
    for cell in cells:
        if not cell.typed:
            before.append(cell.words)
            continue
        if not each_has_words:
            yield from ((words, "") for words in before)
            before = []
        for typed in cell.typed:
            yield typed, ", ".join(words for words in [*before, cell.words] if words)
        before = []
    yield from ((words, "") for words in before if words)


def _cells(line: str) -> Iterator[Cell]:
    """The cells of a line. A comma in quotation marks or brackets does not separate."""
    parts: list[str] = []
    is_after_person = False
    for part in [*PART.findall(line), None]:
        if part is not None and part not in SIGNS:
            parts.append(part)
            continue
        if parts:
            for person in _people(parts):
                yield _cell(person, is_after_person=is_after_person)
                is_after_person = False
        parts, is_after_person = [], is_after_person or (part or ",") in BETWEEN_PEOPLE


def _people(parts: list[str]) -> Iterator[list[str]]:
    """An address in brackets is the end of a person."""
    person: list[str] = []
    for part in parts:
        person.append(part)
        if part.startswith("<"):
            yield person
            person = []
    if person:
        yield person


def _cell_of(text: str) -> Cell:
    parts = [part for part in PART.findall(text) if part not in SIGNS]
    return _cell(parts, is_after_person=False)


def _cell(person: list[str], *, is_after_person: bool) -> Cell:
    typed = _typed_by(person)
    words = [part for part in person if part not in typed and part.strip("<>") not in typed]
    if any("@" in part for part in typed):
        words = [part for part in words if "@" not in part]
    whole = " ".join(person)
    return Cell(tuple(typed), "" if typed == [whole] else " ".join(words), is_after_person)


def _typed_by(person: list[str]) -> list[str]:
    """The address in “Ann Lee <ann@example.org>” or “Ann Lee ann@example.org”.

    It is in brackets or looks like an address; the words around it are a name.
    """
    meant = [
        part
        for part in person
        if (_looks_meant(part) if part[0] not in '<"' else part[0] == '"' and _address(part))
    ]
    bracketed = person[-1][1:-1] if person and person[-1].startswith("<") else ""
    if not bracketed:
        return meant
    if not _address(bracketed):
        return [" ".join(person)]
    same = _tidy(bracketed)
    return [word for word in meant if "@" in word and _tidy(word) != same] + [bracketed]


def _looks_meant(word: str) -> bool:
    return "@" in word or bool(re.search(r"\w\.[a-z]{2,}$", word.strip(ROUND_IT)))


def _as_name(words: str) -> str:
    """“Ann Lee” of “"Lee, Ann"”, without the numbers and signs of a list."""
    words = re.sub(r"^\s*(?:\d+[.)]|[-*–—])\s+", "", " ".join(words.replace('"', " ").split()))
    words = words.strip(" '<>:,;-")
    if words.startswith(("(", "[")) and words.endswith((")", "]")):
        words = words[1:-1]
    last, comma, first = words.partition(", ")
    if comma and "," not in first:
        words = f"{first} {last}"
    return words[:LONGEST_NAME]


def _tidy(word: str) -> str:
    """The address without what surrounds it: brackets, “mailto:”, a period at the end."""
    word = word.strip().lower().rpartition("mailto:")[2]
    return word.partition("?")[0].strip().strip(ROUND_IT)


def _address(typed: str) -> str:
    tidy = _tidy(typed)
    if len(tidy) > LONGEST or "." not in tidy.rpartition("@")[2]:
        return ""
    try:
        validate_email(tidy)
    except ValidationError:
        return ""
    return tidy
