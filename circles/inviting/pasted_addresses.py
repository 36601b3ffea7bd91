"""Email addresses in pasted text: a line from an email program, a list, or a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# What separates two people. A space can separate them too, but it also occurs in names.
SEPARATORS = re.compile(r"[,;|\t•·、，；]+")
PART = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|[,;|\t•·、，；]|[^\s<>,;|\t•·、，；]+')
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
ROUND_IT = "'\"()[]{}<>:.,;"
LONGEST = 254


@dataclass(frozen=True)
class Pasted:
    """One address as it was typed, or text where an address should be.

    Attributes:
        line: the number of its line, from 1.
        text: as it was typed, without the name before it.
        address: in lower case; empty if the text is not a possible address.
    """

    line: int
    text: str
    address: str


def read_addresses(text: str) -> list[Pasted]:
    """Every address in a text, in order, including what was meant as one but cannot be."""
    return [
        Pasted(number, typed, _address(typed))
        for number, line in enumerate(INVISIBLE.sub("", text).splitlines(), 1)
        for person in _people(line)
        for typed in _typed_by(person)
    ]


def _people(line: str) -> Iterator[list[str]]:
    """The parts of a line between separators. A comma in a quoted name does not separate."""
    person = []
    for part in PART.findall(line):
        if not SEPARATORS.fullmatch(part):
            person.append(part)
        if SEPARATORS.fullmatch(part) or part.startswith("<"):
            yield person
            person = []
    yield person


def _typed_by(person: list[str]) -> list[str]:
    """The address in “Ann Lee <ann@example.org>” or “Ann Lee ann@example.org”.

    It is in brackets or looks like an address; the words around it are a name.
    """
    whole = [" ".join(person)] if person else []
    meant = [part for part in person if part[0] not in '<"' and _looks_meant(part)]
    if not whole or not person[-1].startswith("<"):
        return meant or whole
    bracketed = person[-1][1:-1]
    if not _address(bracketed):
        return whole
    same = _tidy(bracketed)
    return [word for word in meant if "@" in word and _tidy(word) != same] + [bracketed]


def _looks_meant(word: str) -> bool:
    return "@" in word or bool(re.search(r"\w\.\w{2,}$", word.strip(ROUND_IT)))


def _tidy(word: str) -> str:
    return word.strip().removeprefix("mailto:").strip(ROUND_IT).lower()


def _address(typed: str) -> str:
    tidy = _tidy(typed)
    if len(tidy) > LONGEST or "." not in tidy.rpartition("@")[2]:
        return ""
    try:
        validate_email(tidy)
    except ValidationError:
        return ""
    return tidy
