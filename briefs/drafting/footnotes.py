"""Finds the footnotes of a web page: a short link to a text, such as “[1]”, and that text.

Word, Google Docs, Wikipedia and the converters of Markdown all write them differently. In all
of them a mark in the text links to a note further down, and nearly always the note links back.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

LABEL = re.compile(
    r"[\[(]?\s*(\d{1,4}|[a-z]|[ivxlc]{1,6}|[*†‡§¶⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})\s*[\])]?\.?", re.I
)
BACK = re.compile(r"[\W_]{0,8}|[\[(]?\s*\w{1,6}\s*[\])]?\.?|(back|return|jump up).{0,30}", re.I)
NAMED = re.compile(r"fn|ftn|foot|edn|endnote|note|cite", re.IGNORECASE)
HOLDERS = ["li", "p", "dd", "td", "div", "aside", "section"]
WHOLE = {"div", "aside", "section", "li"}


@dataclass
class Notes:
    """The footnotes of a page, each with a name of ours.

    Attributes:
        marks: the name of the note that a link is a mark of, by the identity of the link.
        texts: the name of the note whose text a tag is, by the identity of the tag.
        backs: the identities of links from a note back to its marks.
        labels: what a note is called in the text.
    """

    marks: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    backs: set[int] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)


def find(soup: BeautifulSoup) -> Notes:
    """The footnotes of a page."""
    notes = Notes()
    tags = soup.find_all(True)
    order = {id(tag): number for number, tag in enumerate(tags)}
    named: dict[str, Tag] = {}
    for tag in tags:
        for name in (tag.get("id"), tag.get("name") if tag.name == "a" else None):
            if name:
                named.setdefault(str(name), tag)
    links = [tag for tag in tags if tag.name == "a" and str(tag.get("href") or "").startswith("#")]
    marks: dict[int, list[Tag]] = {}
    targets: dict[int, Tag] = {}
    for link in links:
        place = named.get(unquote(str(link["href"])[1:]))
        if not place or order[id(place)] <= order[id(link)]:
            continue
        if LABEL.fullmatch(link.get_text().strip()):
            marks.setdefault(id(place), []).append(link)
            targets[id(place)] = place
    refs = {id(link) for found in marks.values() for link in found}
    for key, place in targets.items():
        text = _text_of(place, set(targets), refs)
        if text:
            _note(notes, text, place, marks[key], named)
    return notes


def _text_of(place: Tag, targets: set[int], refs: set[int]) -> Tag | None:
    """The tag with the whole text of a note: the nearest block, or a larger one that holds no
    other note and no mark."""
    text = place if place.name in HOLDERS else place.find_parent(HOLDERS)
    while text and text.parent and text.parent.name in WHOLE:
        if not _is_one(text.parent, targets, refs):
            break
        text = text.parent
    return text


def _is_one(tag: Tag, targets: set[int], refs: set[int]) -> bool:
    """Whether a tag holds one note, no mark, and no heading."""
    found = id(tag) in targets
    for inside in tag.descendants:
        if not isinstance(inside, Tag):
            continue
        if id(inside) in refs or re.fullmatch("h[1-6]", inside.name):
            return False
        if id(inside) in targets:
            if found:
                return False
            found = True
    return True


def _note(notes: Notes, text: Tag, place: Tag, marks: list[Tag], named: dict[str, Tag]) -> None:
    """Take a note, if it's one: if it links back, or is named like one."""
    backs = [link for link in text.find_all("a", href=True) if _leads_to(link, marks, named)]
    if id(text) in notes.texts:
        name = notes.texts[id(text)]
    elif backs or NAMED.search(str(place.get("id") or place.get("name") or "")):
        name = str(len(notes.texts) + 1)
    else:
        return
    notes.texts[id(text)] = name
    notes.labels[name] = re.sub(r"[\[\]().\s]", "", marks[0].get_text())
    notes.marks |= {id(mark): name for mark in marks}
    notes.backs |= {id(link) for link in backs if BACK.fullmatch(link.get_text().strip())}


def _leads_to(link: Tag, marks: list[Tag], named: dict[str, Tag]) -> bool:
    """Whether a link leads to one of these marks, or to a tag around or in one."""
    href = str(link["href"])
    place = named.get(unquote(href[1:])) if href.startswith("#") else None
    if place is None:
        return False
    return any(
        any(place is tag for tag in [mark, *mark.find_all(True)])
        or (len(place.get_text()) < 40 and any(place is tag for tag in mark.parents))
        for mark in marks
    )
