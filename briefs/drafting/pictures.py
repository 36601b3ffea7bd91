"""Takes the pictures and films of a web page. A brief only links to those on other sites."""

from typing import TYPE_CHECKING

from bs4 import Tag
from django.utils.translation import gettext as _

from . import links, runs
from .blocks import Block
from .letters import cleaned
from .page import classes, said

if TYPE_CHECKING:
    from .reader import Reader

SOURCES = ["src", "data-src", "data-lazy-src", "data-original", "url", "data", "href"]


def take(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    """A picture: words, an emoji, a formula, or something to show."""
    words = " ".join(cleaned(said(tag, "alt")).split())
    names = " ".join(classes(tag))
    if words and ("emoji" in names or all(ord(letter) > 0x2000 for letter in words)):
        reader.say(words, look)
        return
    if words and ("math" in names or "latex" in names or words.startswith("{\\displaystyle")):
        reader.say(words, look)
        reader.report(_("A formula was a picture. We wrote its words: “%s.”") % words)
        return
    address, written = _address(reader, tag)
    if _is_dot(tag) or not (words or written):
        return
    if reader.is_plain and words and not address:
        reader.say(f" {words} ", look)
        return
    block = Block("picture", words, url=address, line=reader.line)
    if address:
        block.guess(_("Image to complete: %s.") % address)
    elif words:
        block.guess(_("An image won’t show, only its words: “%s.”") % words)
    else:
        reader.report(_("An image is lost: %s.") % written[:100])
        return
    reader.after(block)


def take_film(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    """A film, a recording, or another page inside this one."""
    address, written = _address(reader, tag)
    inside = tag.find(["source", "embed"])
    if not address and isinstance(inside, Tag):
        address, more = _address(reader, inside)
        written = written or more
    for child in tag.children:
        reader.leave_out(_("the words in place of a film"), child)
    title = " ".join(cleaned(said(tag, "title") or said(tag, "aria-label")).split())
    if address:
        block = Block("media", title, url=address, line=reader.line)
        block.guess(_("Video to complete: %s.") % address)
        reader.after(block)
    elif title or written:
        shown = ", ".join(filter(None, [title, written[:100]]))
        reader.report(_("A video is lost: %s.") % shown)


def _address(reader: "Reader", tag: Tag) -> tuple[str, str]:
    """Where it's from, on another site, and what the page says about that."""
    written = ""
    for name in SOURCES:
        value = said(tag, name)
        address = links.target(value, reader.page.base) if value else ""
        if address.startswith("http"):
            return address, value
        written = written or value
    return "", written


def _is_dot(tag: Tag) -> bool:
    """Whether it only counts readers, or fills a space."""
    return said(tag, "width") in ("0", "1") and said(tag, "height") in ("0", "1")
