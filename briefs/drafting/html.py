"""Reads a web page: headings, texts, lists, links and videos, but no scripts or styles."""

import re
import warnings
from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag, XMLParsedAsHTMLWarning

from .blocks import Block, Guess, decoded, escaped, guarded

DROPPED = ["script", "style", "noscript", "template", "nav", "form", "button", "svg", "head"]
AROUND = ["header", "footer", "aside"]
FILMS = ["iframe", "video", "embed", "object"]
HOLDERS = {"div", "section", "article", "main", "body", "figure", "details", "summary", "center"}
HOLDERS |= {"header", "footer", "aside", "span", "dl"}
INLINE = {"em": "*", "i": "*", "strong": "**", "b": "**"}
LINE = re.compile(r"\s+")
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# Tags that need no end.
ENDLESS = set("p li dt dd tr td th thead tbody tfoot colgroup option optgroup rt rp".split())
ENDLESS |= set("area base br col embed hr img input link meta param source track wbr".split())
DEEPEST = 200


def read_html(content: bytes | str, name: str, guesses: list[Guess]) -> list[Block]:
    """The blocks of a web page. Arguments as for `read_docx`."""
    text = content if isinstance(content, str) else decoded(content, name, guesses)
    _refuse_depth(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(text, "html5lib")
    root = soup.find("main") or soup.find("article") or soup.body or soup
    for tag in root.find_all(DROPPED):
        tag.decompose()
    if root.name == "body":
        for tag in root.find_all(AROUND):
            if not tag.find(["h1", "h2"]):
                tag.decompose()
    return list(_blocks(root))


def _refuse_depth(text: str) -> None:
    """Refuse what is nested so deep that reading it takes minutes, and then fails.

    Raises:
        RecursionError: it is. `read_file` says so.
    """
    depth = 0
    for end, name in TAG.findall(text):
        if name.lower() not in ENDLESS:
            depth = max(depth + (-1 if end else 1), 0)
        if depth > DEEPEST:
            raise RecursionError


def _blocks(parent: Tag) -> Iterator[Block]:
    run: list[PageElement] = []
    for child in parent.children:
        if isinstance(child, Tag) and not _is_inline(child):
            yield from _paragraph(run)
            run = []
            yield from _block(child)
        elif isinstance(child, Tag) or type(child) is NavigableString:
            run.append(child)
    yield from _paragraph(run)


def _is_inline(tag: Tag) -> bool:
    return tag.name not in HOLDERS and not (
        re.fullmatch(r"h[1-6]|p|ul|ol|blockquote|table|img|figcaption|hr|pre|dt|dd", tag.name)
        or tag.name in FILMS
    )


def _paragraph(nodes: list[PageElement]) -> Iterator[Block]:
    text = LINE.sub(" ", "".join(map(_inline, nodes))).strip()
    if text:
        yield Block("paragraph", guarded(text))


def _block(tag: Tag) -> Iterator[Block]:
    if re.fullmatch(r"h[1-6]", tag.name):
        words = LINE.sub(" ", tag.get_text()).strip()
        if words:
            yield Block("heading", words, level=int(tag.name[1]))
    elif tag.name in ("ul", "ol"):
        items = [LINE.sub(" ", _inline(item)).strip() for item in tag.find_all("li")]
        yield Block("list", items=[item for item in items if item])
    elif tag.name == "blockquote":
        inner = [block.text for block in _blocks(tag) if block.text]
        yield Block("quote", "\n\n".join(inner))
    elif tag.name in FILMS:
        source = tag.find("source") or tag
        url = _said(source, "src") or _said(source, "data")
        if urlsplit(url).scheme in ("http", "https"):
            yield Block("media", LINE.sub(" ", _said(tag, "title")), url=url)
    elif tag.name == "img":
        url = _said(tag, "src")
        url = url if urlsplit(url).scheme in ("http", "https") else ""
        if _said(tag, "alt") or url:
            yield Block("picture", LINE.sub(" ", _said(tag, "alt")), url=url)
    elif tag.name == "table":
        for row in tag.find_all("tr"):
            cells = [LINE.sub(" ", _inline(cell)).strip() for cell in row.find_all(["td", "th"])]
            yield Block("paragraph", guarded(": ".join(filter(None, cells))))
    elif tag.name in HOLDERS or tag.name in ("p", "figcaption", "pre", "dt", "dd"):
        yield from _blocks(tag)


def _said(tag: Tag, name: str) -> str:
    """The value of an attribute; "" if it's missing."""
    return str(tag.get(name) or "").strip()


def _inline(node: PageElement) -> str:
    """The Markdown of an inline node."""
    if not isinstance(node, Tag):
        return escaped(str(node)) if type(node) is NavigableString else ""
    if node.name == "br":
        return " "
    words = "".join(map(_inline, node.children))
    if node.name in INLINE and words.strip():
        mark = INLINE[node.name]
        inside = words.strip()
        return words.replace(inside, f"{mark}{inside}{mark}", 1)
    href = _said(node, "href") if node.name == "a" else ""
    if href and words.strip() and urlsplit(href).scheme.lower() in ("http", "https", "mailto"):
        return f"[{words.strip()}](<{href.replace('<', '%3C').replace('>', '%3E')}>)"
    return words
