"""Markdown to the tree of a PDF. `page/markdown.py` does the same for pages.

The tree has JSON values only. A block is {"is": its kind, …}. An inline piece is a string, or
a dict such as {"is": "em", "of": […]}. `typst/document.typ` draws every kind. It shows strings
as text and never runs them as Typst code, so nothing needs to be escaped.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from markdown_it.tree import SyntaxTreeNode

from ..page import markdown

Block = dict[str, Any]
Piece = str | Block

PAPERS = {"letter": "us-letter", "a4": "a4"}
# Levels of nested quotes and lists. Deeper ones are shown without their frame.
DEEPEST = 8
INLINE = {"em": "em", "strong": "strong"}


def blocks(
    text: str,
    *,
    citations: markdown.Citations | None = None,
    figures: dict[str, Block] | None = None,
) -> list[Block]:
    """The blocks of one text.

    Args:
        text: Markdown.
        citations: numbers the sources, as on a page.
        figures: the blocks of figures by slug. Those that the text places are removed.
    """
    setter = Setter(citations or markdown.Citations([]))
    found: list[Block] = []
    figures = figures if figures is not None else {}
    for tokens, slugs in markdown.blocks(text):
        if slugs:
            found += [figures.pop(slug) for slug in slugs if slug in figures]
        else:
            found += setter.blocks(SyntaxTreeNode(tokens).children)
    return found


def paragraph(*pieces: Piece, look: str = "") -> Block:
    """A paragraph. `look` is a key of `looks` in `typst/document.typ`."""
    return {"is": "paragraph", "of": list(pieces), "look": look}


def heading(
    text: object, level: int = 1, id: str = "", *, listed: bool = True, numbered: bool = False
) -> Block:
    """A heading. `id` is its anchor, and `listed` says whether it is in the contents."""
    return {
        "is": "heading",
        "text": clean(text) or "–",
        "level": level,
        "id": id,
        "listed": listed,
        "numbered": numbered,
    }


def bullets(items: list[list[Block]], start: int | None = None) -> Block:
    return {"is": "list", "start": start, "items": items}


def link(url: str, words: str = "") -> Block:
    """A link that also prints its URL, for readers on paper."""
    return {"is": "link", "to": url, "of": [clean(words or url)]}


def clean(text: object) -> str:
    """The text with single spaces, and without characters that can't be drawn."""
    return " ".join("".join(map(_drawable, str(text))).split())


def document(
    of: list[Block],
    *,
    title: str,
    tab_title: str = "",
    day: date,
    foot: str,
    paper: str,
    language: str = "en",
    kicker: str = "",
    head: str = "",
    description: str = "",
    keywords: Iterable[str] = (),
    look: str = "booklet",
) -> Block:
    """A whole document: its blocks, and what is around them on every page.

    Args:
        of: the blocks.
        title: its title.
        tab_title: what a browser's tab calls it; its title if empty.
        day: the date in the metadata of the PDF.
        foot: the text beside the page number at the foot of each page.
        paper: a key of `PAPERS`.
        language: a language tag (RFC 5646).
        kicker: a short line above the title.
        head: whose paper it is, at the top of the first page beside the mark.
        description, keywords: metadata of the PDF.
        look: “booklet” for reading, “large” for the same in large print, or “sheet”, with
            narrower margins, for working with.
    """
    tongue, _dash, region = language.partition("-")
    return resolve_links(
        {
            "title": clean(title) or _("Untitled"),
            "tab_title": clean(tab_title) or clean(title) or _("Untitled"),
            "kicker": clean(kicker),
            "head": clean(head),
            "author": "Full Circle",
            "description": clean(description),
            "keywords": [clean(word) for word in keywords],
            "date": {"year": day.year, "month": day.month, "day": day.day},
            "lang": tongue.lower() if re.fullmatch("[A-Za-z]{2,3}", tongue) else "en",
            "region": region.upper() if re.fullmatch("[A-Za-z]{2}", region) else None,
            "paper": PAPERS[paper],
            "look": look,
            "running": clean(title),
            "foot": clean(foot),
            "page_of": _("Page {page} of {pages}"),
            "of": of,
        }
    )


def apart(title: str, of: list[Block], *, number: int) -> Block:
    """A part of a document that is handed out by itself. It begins on a right-hand page and has
    pages of its own. Its links stay inside it.

    Args:
        title: its title.
        of: its blocks.
        number: which part it is, from 1.
    """
    resolve_links({"is": "of", "of": of})
    for node in nodes(of):
        if node.get("id"):
            node["id"] = f"part-{number}.{node['id']}"
        if node["is"] == "link" and node["to"].startswith("#"):
            node["to"] = f"#part-{number}.{node['to'][1:]}"
        for mark in node.get("marks", ()):
            mark["to"] = f"part-{number}.{mark['to']}"
    return {"is": "part", "title": clean(title) or "–", "of": of}


def resolve_links(tree: Block) -> Block:
    """Fix anchors and links in a tree, in place, as Typst refuses duplicate and missing ones.

    Each anchor is kept once. A link to a numbered paragraph leads to its section. A link to a
    missing anchor becomes plain text.
    """
    anchors = set()
    for node in nodes(tree):
        if (anchor := node.get("id")) in anchors:
            node["id"] = ""
        anchors.add(anchor)
    for node in nodes(tree):
        if node["is"] == "link" and node["to"].startswith("#"):
            to = node["to"][1:]
            to = to if to in anchors else re.sub(r"-p\d+$", "", to)
            node["to"] = f"#{to}"
            node["is"] = "link" if to and to in anchors else "words"
    return tree


def nodes(tree: Any) -> Iterator[Block]:
    """All blocks and pieces in a tree, from the outside in."""
    if isinstance(tree, dict):
        if "is" in tree:
            yield tree
        tree = tree.values()
    if not isinstance(tree, str | int | float | bool | None):
        for branch in tree:
            yield from nodes(branch)


class Setter:
    """Turns the syntax tree of one text into blocks and pieces."""

    def __init__(self, citations: markdown.Citations) -> None:
        self.citations = citations

    def blocks(self, nodes: Iterable[SyntaxTreeNode], depth: int = 0) -> list[Block]:
        return [block for node in nodes for block in self._block(node, depth)]

    def _block(self, node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
        if depth > DEEPEST:
            words = clean(_words(node))
            yield from [paragraph(words)] if words else []
        elif node.type in ("paragraph", "heading"):
            look = "heading" if node.attrs.get("class") or node.type == "heading" else ""
            yield paragraph(*self.pieces(node.children), look=look)
        elif node.type in ("bullet_list", "ordered_list"):
            items = [self.blocks(item.children, depth + 1) for item in node.children]
            start = node.attrs.get("start", 1) if node.type == "ordered_list" else None
            yield {"is": "list", "start": start, "items": items}
        elif node.type == "blockquote":
            yield {"is": "quote", "of": self.blocks(node.children, depth + 1)}
        elif node.type == "table":
            yield self._table(node)
        elif node.type == "hr":
            yield {"is": "rule"}
        elif node.type in ("fence", "code_block"):
            lines = ["".join(map(_drawable, line)) for line in node.content.split("\n")]
            yield {"is": "code", "text": "\n".join(lines).strip("\n")}

    def _table(self, node: SyntaxTreeNode) -> Block:
        rows = [row for part in node.children for row in part.children]
        cells = [[self.pieces(cell.children) for cell in row.children] for row in rows]
        ends = [cell.attrs.get("class") for cell in rows[0].children]
        sides = {"prose__end": "end", "prose__center": "center"}
        return {
            "is": "table",
            "sides": [sides.get(str(name), "start") for name in ends],
            "header": cells[0],
            "rows": cells[1:],
        }

    def pieces(self, nodes: Iterable[SyntaxTreeNode], depth: int = 0) -> list[Piece]:
        found: list[Piece] = []
        for node in nodes:
            found += self._pieces(node, depth)
        return found

    def _pieces(self, node: SyntaxTreeNode, depth: int) -> Iterator[Piece]:
        if depth > DEEPEST:
            yield _drawn(_words(node))
        elif node.type == "inline":
            yield from self.pieces(node.children, depth)
        elif node.type in INLINE:
            yield {"is": INLINE[node.type], "of": self.pieces(node.children, depth + 1)}
        elif node.type == "link":
            to = absolute(str(node.attrs["href"]))
            yield {"is": "link", "to": to, "of": self.pieces(node.children, depth + 1)}
        elif node.type == "citation":
            cited = [self.citations.cite(slug) for slug in node.meta["slugs"]]
            if marks := [{"number": mark.number, "to": mark.anchor} for mark in cited if mark]:
                yield {"is": "cite", "marks": marks}
        elif node.type == "code_inline":
            yield {"is": "code-words", "text": _drawn(node.content)}
        elif node.type == "hardbreak":
            yield {"is": "break"}
        elif node.type == "softbreak":
            yield " "
        else:
            yield _drawn(_words(node))


def absolute(href: str) -> str:
    """The full URL of a link, for a reader who isn't on this site."""
    if href.startswith("/"):
        return settings.SITE_URL + href
    return href


def _words(node: SyntaxTreeNode) -> str:
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.children:
        between = "" if node.type in ("inline", "em", "strong", "link", "image") else " "
        return between.join(map(_words, node.children))
    return node.content


def _drawn(text: str) -> str:
    return "".join(map(_drawable, text))


def _drawable(letter: str) -> str:
    """The letter, or a space for control characters, surrogates and noncharacters."""
    code = ord(letter)
    steers = code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE
    return " " if steers else letter
