"""Reads a web page: headings, texts, lists, tables, links and videos, but no scripts or styles."""

import re
import warnings
from itertools import pairwise

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from django.utils.translation import gettext as _

from . import lists, tags
from .blocks import Block, Guess
from .encodings import decoded_page
from .letters import cleaned
from .page import Page
from .reader import Reader

TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# Tags that need no end.
ENDLESS = set("p li dt dd tr td th thead tbody tfoot colgroup option optgroup rt rp".split())
ENDLESS |= set("area base br col embed hr img input link meta param source track wbr".split())
DEEPEST = 200
BOLD = re.compile(r"\*\*((?:[^*\\]|\\.)+)\*\*")
LONGEST_HEADING = 80
NO_HEADING = re.compile(r"[.,;:!]$")
ONLY_NOTES = re.compile(r"(foot|end)?notes?|references|sources", re.IGNORECASE)


def read_html(
    content: bytes | str, name: str, guesses: list[Guess], *, is_typed: bool = False
) -> list[Block]:
    """The blocks of a web page.

    A tag with `data-guess` reports its value as a guess, and `data-line` is the line of a tag.

    Args:
        content: the file; or HTML made of another file, whose lines mean nothing.
        name: the name of the file, for messages.
        guesses: gets guesses about the whole file. A block has those about itself.
        is_typed: whether it was made of Markdown that people typed.

    Raises:
        Unreadable: it isn't text, or isn't in the encoding that it declares.
        RecursionError: it's nested too deep.
    """
    if isinstance(content, str):
        text = content
    else:
        text = tags.mended(decoded_page(content, name, guesses), is_typed=False)
    _refuse_depth(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(text, "html5lib")
    lists.nest(soup)
    lists.take_from_word(soup)
    page = Page.of(soup, has_lines=isinstance(content, bytes), is_typed=is_typed)
    reader = Reader(page)
    reader.take(soup.body or soup)
    blocks = reader.done()
    guesses += reader.guesses
    _drop_empty_notes(blocks)
    _guess_headings(blocks)
    return _titled(blocks, soup)


def _refuse_depth(text: str) -> None:
    """Refuse what is nested so deep that reading it takes minutes, and then fails.

    Raises:
        RecursionError: it is. `read` says so.
    """
    depth = 0
    for end, name in TAG.findall(text):
        if name.lower() not in ENDLESS:
            depth = max(depth + (-1 if end else 1), 0)
        if depth > DEEPEST:
            raise RecursionError


def _drop_empty_notes(blocks: list[Block]) -> None:
    """Drop a heading such as “Notes” that has only footnotes below, as they become sources."""
    for block, below in list(pairwise(blocks)):
        if block.kind == "heading" and below.kind == "note" and ONLY_NOTES.fullmatch(block.text):
            index = blocks.index(below)
            rest = [other.kind for other in blocks[index:] if other.kind != "note"]
            if not rest or rest[0] == "heading":
                blocks.remove(block)
                below.guess(_("“%s” had only footnotes, so it’s no section.") % block.text)


def _guess_headings(blocks: list[Block]) -> None:
    """Take short paragraphs in bold as headings, if the page has no others. If it has, report
    that they may be headings."""
    headings = [block for block in blocks if block.kind == "heading"]
    for block in blocks:
        found = BOLD.fullmatch(block.text) if block.kind == "paragraph" else None
        if not found or len(found[1]) > LONGEST_HEADING or NO_HEADING.search(found[1]):
            continue
        words = re.sub(r"\\(.)", r"\1", found[1])
        if headings:
            block.guess(_("“%s” may be a heading: it’s a short line in bold.") % words)
        else:
            block.kind, block.text, block.level, block.is_guess = "heading", words, 1, True
            block.guess(_("We took “%s” as a heading, because it’s a short line in bold.") % words)


def _titled(blocks: list[Block], soup: BeautifulSoup) -> list[Block]:
    """The blocks, with a title if the page has one only for the browser's tab."""
    tops = [block for block in blocks if block.kind == "heading" and block.level == 1]
    title = soup.title if isinstance(soup.title, Tag) else None
    words = " ".join(cleaned(title.get_text()).split()) if title else ""
    if not words or len(tops) == 1 or any(block.kind == "title" for block in blocks):
        return blocks
    block = Block("title", words)
    block.guess(_("We took the title from the browser’s tab: “%s.”") % words)
    return [block, *blocks]
