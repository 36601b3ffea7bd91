"""The XML of Word files, with the same short names for tags in every file."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser

OFFICE = "http://schemas.openxmlformats.org/"
STRICT = "http://purl.oclc.org/ooxml/"
SHORT = {
    "wordprocessingml/2006/main": "w",
    "wordprocessingml/main": "w",
    "officeDocument/2006/relationships": "r",
    "officeDocument/relationships": "r",
    "officeDocument/2006/math": "m",
    "officeDocument/math": "m",
    "drawingml/2006/main": "a",
    "drawingml/main": "a",
    "drawingml/2006/wordprocessingDrawing": "wp",
    "drawingml/wordprocessingDrawing": "wp",
    "drawingml/2006/picture": "pic",
    "drawingml/picture": "pic",
    "drawingml/2006/chart": "c",
    "drawingml/chart": "c",
    "drawingml/2006/diagram": "dgm",
    "drawingml/diagram": "dgm",
    "markup-compatibility/2006": "mc",
    "package/2006/relationships": "rel",
    "package/2006/content-types": "types",
}
PREFIXES = {
    **{start + rest: prefix for rest, prefix in SHORT.items() for start in (OFFICE, STRICT)},
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/drawing/2014/chartex": "cx",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}


class DeclaresEntities(Exception):
    """The XML has a document type. Word writes none, and entities can unpack to any size."""


class _Builder(TreeBuilder):
    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        return super().start(_short(tag), {_short(name): value for name, value in attrs.items()})

    def end(self, tag: str) -> Element:
        return super().end(_short(tag))

    def doctype(self, *_said: str | None) -> None:
        raise DeclaresEntities


def parse(content: bytes) -> Element:
    """The XML with tags such as "w:p", in Word's usual and its strict format alike."""
    parser = XMLParser(target=_Builder())
    parser.feed(content)
    return parser.close()


def _short(name: str) -> str:
    if not name.startswith("{"):
        return name
    space, _brace, local = name[1:].partition("}")
    return f"{PREFIXES[space]}:{local}" if space in PREFIXES else f"other:{local}"


def find_all(parent: Element, path: str) -> list[Element]:
    """The elements at a path. (ElementTree's own search takes "w:" for something else.)"""
    found = [parent]
    for tag in path.split("/"):
        found = [child for element in found for child in element if child.tag == tag]
    return found


def find(parent: Element, path: str) -> Element | None:
    """The first element at a path; None if it isn't there."""
    return next(iter(find_all(parent, path)), None)


def value(parent: Element | None, *path: str) -> str | None:
    """The `w:val` of the element at this path; None if it isn't there."""
    for tag in path:
        parent = find(parent, tag) if parent is not None else None
    return parent.get("w:val") if parent is not None else None


def is_on(element: Element | None) -> bool:
    """Whether a property such as bold is there and not turned off."""
    return element is not None and element.get("w:val") not in ("0", "false", "off", "none")


def whole(text: str | None, default: int = 0) -> int:
    """The whole number that the text begins with."""
    try:
        return int(float(text or ""))
    except (ValueError, OverflowError):
        return default


DRAWINGS = ("w:drawing", "w:pict", "w:object")


def text_of(element: Element) -> str:
    """The words in an element that aren't in drawings, with spaces where paragraphs end."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in ("w:t", "a:t", "m:t", "w:delText"):
        yield element.text or ""
    elif element.tag == "w:noBreakHyphen":
        yield "\u2011"
    elif element.tag in ("w:p", "a:p", "w:br", "w:cr", "w:tab", "w:tc"):
        yield " "
    for child in element:
        if child.tag not in DRAWINGS:
            yield from _pieces(child)


def made(tag: str, *children: Element, **attributes: str) -> Element:
    """A new element of Word's own name space. `_` in a name of an attribute is a colon."""
    element = Element(tag, {name.replace("_", ":"): said for name, said in attributes.items()})
    element.extend(children)
    return element


def run(text: str) -> Element:
    """A new run with this text."""
    words = made("w:t", xml_space="preserve")
    words.text = text
    return made("w:r", words)
