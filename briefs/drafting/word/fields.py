"""Fields of a Word file: links, cross references, tables of contents, boxes to check."""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from .xml import find, find_all, is_on, run, whole

LINK = re.compile(r'HYPERLINK\s+(?!\\)(?:"([^"]*)"|(\S+))', re.IGNORECASE)
CONTENTS = {"TOC", "INDEX", "TOA"}
PAGES = {"PAGEREF", "PAGE", "NUMPAGES", "SECTIONPAGES"}
# They show nothing where they are, or only where to click.
UNSEEN = {"TC", "XE", "TA", "RD", "SET", "ASK", "SEQ", "ADVANCE", "PRIVATE", "MACROBUTTON"}
UNSEEN |= {"HYPERLINK", "FORMTEXT", *CONTENTS, *PAGES}

Parents = dict[Element, Element]


@dataclass
class Field:
    """A field: what it asks for, and the runs that show its result."""

    begin: Element
    code: str = ""
    in_code: bool = True
    runs: list[Element] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return (self.code.split() or [""])[0].upper()

    @property
    def address(self) -> str:
        found = LINK.search(self.code)
        return (found[1] or found[2] or "").strip() if found else ""


class Fields:
    """Settles the fields of a part. Afterward, only the words that they show are left.

    Attributes:
        contents: the words of each table of contents, which are left out.
        pages: the words of each reference to a page.
        unshown: what each field asks for that shows nothing.
    """

    def __init__(self) -> None:
        self.contents: list[str] = []
        self.pages: list[str] = []
        self.unshown: list[str] = []

    def settle(self, root: Element) -> None:
        parents = {child: parent for parent in root.iter() for child in parent}
        for one in _fields(root):
            self._settle(one, parents)
        for simple in list(root.iter("w:fldSimple")):
            self._settle(
                Field(simple, simple.get("w:instr", ""), runs=list(simple.iter("w:r"))), parents
            )
            _unwrap(simple, parents)

    def _settle(self, one: Field, parents: Parents) -> None:
        shown = [held for held in one.runs if held in parents]
        words = " ".join("".join(map(_words, shown)).split())
        if one.kind in CONTENTS:
            for held in shown:
                parents.pop(held).remove(held)
            self.contents += [words] if words else []
        elif one.kind == "FORMCHECKBOX":
            _show("☒" if _is_checked(one.begin) else "☐", one.begin, parents)
        elif one.kind == "FORMDROPDOWN":
            _show("" if words else _chosen(one.begin), one.begin, parents)
        elif one.kind in PAGES and words:
            self.pages.append(words)
        elif one.address:
            for held in shown:
                held.set("link", one.address)
        elif not shown and one.kind not in UNSEEN:
            self.unshown.append(" ".join(one.code.split()))


def _fields(root: Element) -> list[Field]:
    """All fields that have an end. One without an end shows its words like any text."""
    ended: list[Field] = []
    begun: list[Field] = []
    for paragraph in root.iter("w:p"):
        for one in paragraph.iter("w:r"):
            _take(one, begun, ended)
        # What a field asks for ends in the paragraph where it begins.
        begun = [one for one in begun if not one.in_code]
    return ended


def _take(one: Element, begun: list[Field], ended: list[Field]) -> None:
    """Take a run that begins, parts or ends a field, or is inside of one."""
    held = one[-1] if len(one) else None
    if held is None:
        return
    if held.tag == "w:fldChar":
        kind = held.get("w:fldCharType")
        if kind == "begin":
            begun.append(Field(held))
        elif kind == "separate" and begun:
            begun[-1].in_code = False
        elif kind == "end" and begun:
            ended.append(begun.pop())
    elif held.tag == "w:instrText":
        if begun:
            begun[-1].code += held.text or ""
    else:
        for outer in begun:
            if not outer.in_code:
                outer.runs.append(one)


def _words(one: Element) -> str:
    return "".join(held.text or "" if held.tag == "w:t" else " " for held in one)


def _unwrap(simple: Element, parents: Parents) -> None:
    parent = parents[simple]
    at = list(parent).index(simple)
    parent[at : at + 1] = list(simple)
    parents.update(dict.fromkeys(simple, parent))


def _show(text: str, begin: Element, parents: Parents) -> None:
    """Show something where a field begins."""
    begins = parents[begin]
    parents[begins].insert(list(parents[begins]).index(begins), run(text))


def _is_checked(begin: Element) -> bool:
    box = find(begin, "w:ffData/w:checkBox")
    if box is None:
        return False
    checked = find(box, "w:checked")
    return is_on(checked if checked is not None else find(box, "w:default"))


def _chosen(begin: Element) -> str:
    """What is chosen in a list to choose from."""
    choices = find(begin, "w:ffData/w:ddList")
    if choices is None:
        return ""
    entries = [entry.get("w:val", "") for entry in find_all(choices, "w:listEntry")]
    result = find(choices, "w:result")
    at = whole(result.get("w:val")) if result is not None else 0
    return entries[at] if 0 <= at < len(entries) else ""
