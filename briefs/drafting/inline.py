"""Takes the words of tags that are inside a paragraph: links, formulas, raised letters."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bs4 import Tag
from django.utils.translation import gettext as _

from . import letters, links, runs, tags
from .page import classes, said

if TYPE_CHECKING:
    from .reader import Reader

PERMALINK = re.compile(r"[#¶§🔗\s]*|link|permalink", re.IGNORECASE)


def report_meaning(reader: "Reader", tag: Tag, what: str) -> None:
    title = said(tag, "title")
    if title and title != tag.get_text().strip():
        names = {"what": what, "title": title, "words": tag.get_text().strip()}
        reader.report(_("We left out %(what)s: “%(words)s,” “%(title)s.”") % names)


def take_link(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    if id(tag) in reader.page.notes.backs:
        return
    if id(tag) in reader.page.notes.marks:
        _cite(reader, tag)
        return
    href = said(tag, "href")
    look = reader.look_of(tag, look)
    if reader.is_plain and href.startswith("#") and PERMALINK.fullmatch(tags.words_of(tag)):
        return
    before = reader.linked
    to = href if href.startswith("#") and len(href) > 1 else links.target(href, reader.page.base)
    reader.take(tag, look if reader.is_plain else replace(look, href=to))
    is_anchor = reader.is_plain and href.startswith("#")
    if tag.get("href") is not None and reader.linked == before and not is_anchor:
        report_lost(reader, tag)
    if reader.page.is_typed:
        report_meaning(reader, tag, _("the note on a link"))


def report_lost(reader: "Reader", tag: Tag) -> None:
    """Report that a link leads nowhere in the draft, and where it led."""
    href, words = said(tag, "href"), " ".join(tag.get_text().split())
    href = links.target(href, reader.page.base) or href
    if not words:
        shown = [said(picture, "alt") for picture in tag.find_all("img")]
        words = " ".join(filter(None, shown)) or _("no words")
    if not href:
        reader.report(_("“%s” was a link that leads nowhere.") % words)
    else:
        names = {"words": words, "href": href}
        reader.report(_("A link is lost: “%(words)s” led to %(href)s") % names)


def _cite(reader: "Reader", tag: Tag) -> None:
    name = reader.page.notes.marks[id(tag)]
    if reader.is_plain:
        label = reader.page.notes.labels[name]
        reader.report(_("A heading can’t have a footnote. Cite note “%s” in its text.") % label)
    else:
        reader.words.mark(f"[^{name}]")


def take_moved(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    move(reader, tag, look, "super" if tag.name == "sup" else "sub")


def move(reader: "Reader", tag: Tag, look: runs.Look, where: str) -> None:
    """Raised or lowered letters, if Unicode has them."""
    text = letters.cleaned(tag.get_text())
    if not text.strip() or not tags.is_plain(tag):
        reader.take(tag, look)
        return
    moved = letters.raised(text) if where == "super" else letters.lowered(text)
    before = reader.words.text[-20:]
    if where == "super" and letters.is_ordinal(before, text):
        reader.say(text, look)
        number = f"{before.split(' ')[-1]}{text.strip()}"
        if "ordinals" not in reader.page.told:
            reader.page.told.add("ordinals")
            reader.report(_("Letters after a number, such as “%s,” aren’t raised.") % number)
        return
    reader.say(moved or text, reader.look_of(tag, look))
    if not moved:
        sentence = (
            _("“%(text)s” was raised. Now it’s on the line: “%(whole)s.”")
            if where == "super"
            else _("“%(text)s” was lowered. Now it’s on the line: “%(whole)s.”")
        )
        whole = f"{before.split(' ')[-1]}{text.strip()}"
        reader.report(sentence % {"text": text.strip(), "whole": whole})


def end_line(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    reader.words.end_line()


def quote(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    reader.say("“", look)
    reader.take(tag, reader.look_of(tag, look))
    reader.say("”", look)


def take_reading(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    """How a word is read, after the word."""
    reader.say(" (", look)
    reader.take(tag, look)
    reader.say(")", look)


def is_drawn_formula(tag: Tag) -> bool:
    """Whether it only draws a formula that is next to it in MathML, as KaTeX and MathJax do."""
    is_drawing = "katex-html" in classes(tag) or tag.name == "mjx-math"
    return is_drawing and tag.parent is not None and tag.parent.find("math") is not None


def take_formula(reader: "Reader", tag: Tag, look: runs.Look) -> None:
    notes = tag.find_all(["annotation", "annotation-xml"])
    sources = [note.get_text().strip() for note in notes] + [said(tag, "alttext")]
    source = ", ".join(dict.fromkeys(filter(None, sources)))
    for note in notes:
        note.extract()
    reader.tell_inside(tag)
    for link in tag.find_all("a", href=True):
        report_lost(reader, link)
    for power in tag.find_all("msup"):
        parts = power.find_all(True, recursive=False)
        if len(parts) == 2 and (moved := letters.raised(parts[1].get_text())):
            parts[1].string = moved
    text = " ".join(letters.cleaned(tag.get_text()).split()) or source
    if not text:
        return
    reader.say(text, look)
    sentence = _("A brief can’t show formulas, so we wrote only its signs: “%s.”") % text
    if source and source != text:
        sentence += " " + _("As TeX, it’s “%s.”") % source
    reader.report(sentence)
