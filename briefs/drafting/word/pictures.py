"""Pictures, charts, diagrams and other objects of a Word file: their words."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from .archive import Archive
from .xml import text_of

# Where a chart has its title, its labels and its numbers.
CHART_TEXTS = ("a:t", "c:v", "cx:pt", "cx:v")


@dataclass
class Shown:
    """What one drawing shows.

    Attributes:
        kind: "picture", "chart", "diagram", "object", "drawing", or "" for nothing, as the frame of
            a text box.
        alt: what it says to those who don't see it.
        words: the words in it.
        url: where a picture is, if it's on another site.
        link: where a click on it leads.
    """

    kind: str
    alt: str = ""
    words: str = ""
    url: str = ""
    link: str = ""


def shown_in(drawing: Element, archive: Archive, path: str) -> Shown:
    """What a drawing shows.

    Args:
        drawing: a `w:drawing`, `w:pict` or `w:object`.
        archive: the file.
        path: the part that the drawing is in.
    """
    words, kinds = [text_of(drawing)], set()
    url = link = ""
    for inner in drawing.iter():
        if inner.tag in ("a:blip", "v:imagedata"):
            kinds.add("picture")
            url = _outside(archive, path, inner.get("r:link", "")) or url
        elif inner.tag == "a:hlinkClick":
            link = _outside(archive, path, inner.get("r:id", "")) or link
        elif inner.tag in ("c:chart", "cx:chart"):
            kinds.add("chart")
            words.append(_chart(archive, path, inner.get("r:id", "")))
        elif inner.tag == "dgm:relIds":
            kinds.add("diagram")
            words.append(_diagram(archive, path, inner.get("r:dm", "")))
        elif inner.tag == "o:OLEObject":
            kinds.add("object")
            words.append(inner.get("ProgID", ""))
        elif inner.tag == "v:textpath":
            # Letters that are drawn.
            words.append(inner.get("string", ""))
    said = " ".join(filter(None, words))
    order = ("chart", "diagram", "object", "picture")
    kind = next((kind for kind in order if kind in kinds), "drawing" if said else "")
    alt = _alt(drawing)
    return Shown(kind or ("picture" if alt else ""), alt, said, url, link)


def _alt(drawing: Element) -> str:
    """The alternative text: its title and its description. Each once."""
    texts = []
    for inner in drawing.iter():
        if inner.tag in ("wp:docPr", "pic:cNvPr"):
            texts += [inner.get("title") or "", inner.get("descr") or ""]
        elif inner.tag in ("v:shape", "v:rect"):
            texts.append(inner.get("alt", ""))
        elif inner.tag == "v:imagedata":
            texts.append(inner.get("o:title", ""))
    cleaned = [" ".join(text.split()) for text in texts]
    return "; ".join(dict.fromkeys(filter(None, cleaned)))


def _chart(archive: Archive, path: str, name: str) -> str:
    root = _related(archive, path, name)
    if root is None:
        return ""
    texts = [inner.text or "" for inner in root.iter() if inner.tag in CHART_TEXTS]
    return " ".join(" ".join(texts).split())


def _diagram(archive: Archive, path: str, name: str) -> str:
    root = _related(archive, path, name)
    return text_of(root) if root is not None else ""


def _related(archive: Archive, path: str, name: str) -> Element | None:
    relation = archive.relations(path).get(name)
    return archive.tree(relation.target) if relation and not relation.is_outside else None


def _outside(archive: Archive, path: str, name: str) -> str:
    """The address outside the file that a relation leads to; "" if it doesn't."""
    relation = archive.relations(path).get(name)
    return relation.target if relation and relation.is_outside else ""
