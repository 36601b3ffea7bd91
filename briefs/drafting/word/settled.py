"""Makes the text of a Word file simple: changes accepted, wrappers gone, text boxes in order.

What's left are paragraphs, tables, links, and runs that hold one thing each.
"""

from copy import copy
from xml.etree.ElementTree import Element

from .xml import find, find_all, made, run, text_of, value

GONE = {
    *("w:bookmarkStart", "w:bookmarkEnd", "w:proofErr", "w:permStart", "w:permEnd"),
    *("w:commentRangeStart", "w:commentRangeEnd", "w:lastRenderedPageBreak", "w:annotationRef"),
    *("w:footnoteRef", "w:endnoteRef", "w:separator", "w:continuationSeparator"),
    *("w:pPrChange", "w:rPrChange", "w:tblPrChange", "w:trPrChange", "w:tcPrChange"),
    *("w:sectPrChange", "w:tblGridChange", "w:tblGrid", "w:sdtPr", "w:sdtEndPr", "w:smartTagPr"),
    *("w:customXmlPr", "w:rubyPr", "mc:Fallback", "w:fldData"),
}
PROPERTIES = {"w:pPr", "w:rPr", "w:tblPr", "w:trPr", "w:tcPr", "w:sectPr"}
WRAPPERS = {
    *("w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:sdt", "w:sdtContent", "w:dir", "w:bdo"),
    *("mc:AlternateContent", "mc:Choice", "w:rubyBase", "w:ruby"),
}
# What Word's galleries call a table of contents.
CONTENTS = {"Table of Contents", "Table of Figures", "Index"}


class Settler:
    """Settles the XML of a part, and remembers what was left out.

    Attributes:
        deleted: the words of each tracked deletion.
        moved: the words of each passage that was moved, where it was and where it is.
        contents: the words of each table of contents.
    """

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.moved: dict[str, list[str]] = {"w:moveFrom": [], "w:moveTo": []}
        self.contents: list[str] = []

    @property
    def gone(self) -> list[str]:
        """The words that aren't anywhere anymore."""
        return self.deleted + [
            words for words in self.moved["w:moveFrom"] if words not in self.moved["w:moveTo"]
        ]

    def settle(self, root: Element) -> None:
        self._simplify(root)
        for parent in [element for element in root.iter() if find(element, "w:p") is not None]:
            _join_deleted_ends(parent)
            _join_drop_caps(parent)
            _take_out_boxes(parent)
        for paragraph in root.iter("w:p"):
            _part_runs(paragraph)

    def _simplify(self, element: Element) -> None:
        kept: list[Element] = []
        for child in element:
            kept += self._simplified(child)
        element[:] = kept

    def _simplified(self, child: Element) -> list[Element]:
        if child.tag in GONE:
            return []
        if child.tag in self.moved:
            self.moved[child.tag].append(text_of(child))
        if child.tag == "w:moveFrom":
            return []
        if child.tag == "w:del" or _is_deleted_part(child):
            if words := text_of(child):
                self.deleted.append(words)
            return []
        if child.tag == "mc:AlternateContent":
            child[:] = _best_of(child)
        if child.tag == "w:sdt" and _is_contents(child):
            if words := text_of(child):
                self.contents.append(words)
            return []
        if child.tag == "w:ruby":
            child[:] = sorted(child, key=lambda part: part.tag == "w:rt")
        if child.tag == "w:rt":
            # How a word is said, above it.
            words = text_of(child)
            return [run(f" ({words})")] if words else []
        if child.tag not in PROPERTIES:
            self._simplify(child)
        return list(child) if child.tag in WRAPPERS else [child]


def _is_deleted_part(element: Element) -> bool:
    """Whether it's a row or a cell of a table that was deleted."""
    return (
        find(element, "w:trPr/w:del") is not None or find(element, "w:tcPr/w:cellDel") is not None
    )


def _is_contents(control: Element) -> bool:
    return value(control, "w:sdtPr", "w:docPartObj", "w:docPartGallery") in CONTENTS


def _best_of(alternates: Element) -> list[Element]:
    """The first choice that holds anything, or else the fallback: never both."""
    choices = [*find_all(alternates, "mc:Choice"), *find_all(alternates, "mc:Fallback")]
    for choice in choices:
        if choice.tag == "mc:Fallback" or _shows(choice):
            return list(choice)
    return list(choices[0]) if choices else []


def _shows(choice: Element) -> bool:
    """Whether it holds words, a picture, a chart or a diagram."""
    shown = ("w:t", "a:t", "m:t", "a:blip", "c:chart", "cx:chart", "dgm:relIds", "v:imagedata")
    return any(inner.tag in shown for inner in choice.iter())


def _join_deleted_ends(parent: Element) -> None:
    """Join each paragraph whose end was deleted with the next one."""
    waiting: list[Element] = []
    for child in list(parent):
        if child.tag == "w:p":
            if waiting:
                own = find(child, "w:pPr")
                at = 0 if own is None else 1
                child[at:at] = waiting
                waiting = []
            if find(child, "w:pPr/w:rPr/w:del") is not None and child is not _last(parent):
                waiting = [inner for inner in child if inner.tag != "w:pPr"]
                parent.remove(child)
        elif waiting:
            parent.insert(list(parent).index(child), made("w:p", *waiting))
            waiting = []


def _last(parent: Element) -> Element | None:
    paragraphs = find_all(parent, "w:p")
    return paragraphs[-1] if paragraphs else None


def _join_drop_caps(parent: Element) -> None:
    """Put a large first letter, which is a paragraph of its own, back before its word."""
    children = list(parent)
    for letter, following in zip(children, children[1:], strict=False):
        frame = find(letter, "w:pPr/w:framePr") if letter.tag == "w:p" else None
        if frame is None or frame.get("w:dropCap", "none") == "none" or following.tag != "w:p":
            continue
        at = 0 if find(following, "w:pPr") is None else 1
        following.insert(at, run(text_of(letter)))
        parent.remove(letter)


def _take_out_boxes(parent: Element) -> None:
    """Put the paragraphs of text boxes after the paragraph that they hang on."""
    moved: list[Element] = []
    for child in parent:
        moved.append(child)
        if child.tag == "w:p":
            moved += _boxed(child)
    parent[:] = moved


def _boxed(paragraph: Element) -> list[Element]:
    found: list[Element] = []
    for holder in list(paragraph.iter()):
        for box in find_all(holder, "w:txbxContent"):
            holder.remove(box)
            for inner in list(box):
                inner.set("boxed", "1")
                found.append(inner)
                if inner.tag == "w:p":
                    found += _boxed(inner)
    return found


def _part_runs(paragraph: Element) -> None:
    """Part each run into runs that hold one thing each, with the same properties."""
    for parent in list(paragraph.iter()):
        if parent.tag in ("w:p", "w:hyperlink", "w:fldSimple") or find(parent, "w:r") is not None:
            parted: list[Element] = []
            for child in parent:
                parted += _parted(child) if child.tag == "w:r" else [child]
            parent[:] = parted


def _parted(one: Element) -> list[Element]:
    properties = find(one, "w:rPr")
    own = [] if properties is None else [properties]
    return [made("w:r", *map(copy, own), held) for held in one if held.tag != "w:rPr"]
