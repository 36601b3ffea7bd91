"""Reads a Word file: makes it simple (`word/`), then HTML with mammoth, then blocks."""

import io
import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import quoteattr

import mammoth
from django.utils.translation import gettext as _

from .blocks import Block, Guess, Unreadable
from .front import alike
from .html import read_html
from .levels import judge_levels
from .word.archive import Archive
from .word.body import Body
from .word.inlines import Inlines
from .word.notes import KINDS
from .word.xml import made

SIGNED = re.compile("\ue000(\\d+)\ue001")
FRONT = ("title", "summary", "break")  # what isn't text of a section
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
SPACES = {
    "xmlns:w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "xmlns:r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "%s</Relationships>"
)
LINK = '<Relationship Id=%s Type="hyperlink" Target=%s TargetMode="External"/>'


def read_docx(content: bytes, name: str, guesses: list[Guess]) -> list[Block]:
    """The blocks of a Word file.

    Args:
        content: the file.
        name: its name, for messages.
        guesses: gets the guesses.

    Raises:
        Unreadable: it isn't a Word file, is damaged, or is too large.
        RecursionError: it's nested too deep. `read_file` says so.
    """
    try:
        body = Body(Archive(content, name), guesses)
        page = _page(body)
    except (Unreadable, RecursionError):
        raise
    except Exception as error:
        # A damaged archive can make the libraries raise anything.
        raise Unreadable(
            _("“%s” isn’t a Word file, or it’s damaged. Open it in Word and save it again.") % name
        ) from error
    blocks = [_unsigned(block, body.blocks) for block in read_html(page, name, guesses)]
    opening = next((block for block in blocks if block.kind not in FRONT), None)
    for sentence in body.opening:
        if opening:
            opening.guess(sentence)
        else:
            guesses.append(Guess(None, sentence))
    _take_title(blocks, Path(name).stem)
    if any(block.kind == "heading" and not block.level for block in blocks):
        judge_levels(blocks)
    return blocks


def _take_title(blocks: list[Block], name: str) -> None:
    """Take a bold line at the top for the title, if it repeats it (or the file's name), or if it's
    the only one above headings with styles."""
    first = next((block for block in blocks if block.kind not in FRONT), None)
    if not first or first.kind != "heading" or not first.is_guess:
        return
    said = [block for block in blocks if block.kind == "title"]
    headings = [block for block in blocks if block.kind == "heading"]
    name = said[0].text if said else re.sub("[-_]", " ", name)
    is_alone = not said and len(headings) > 1 and not headings[1].is_guess
    if not is_alone and alike(first.text) != alike(name):
        return
    first.kind, first.is_guess = "title", False
    first.guess(_("This line at the top is the title: “%s.”") % first.text)


def _page(body: Body) -> str:
    """The text as HTML."""
    text = body.take()
    if text is None:
        raise ValueError("no text")
    simple = io.BytesIO()
    with zipfile.ZipFile(simple, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        _write(archive, "document", text, body.text)
        for kind, name in KINDS.items():
            words = Inlines(
                body.archive, body.archive.parts(name)[0], body.styles, body.notes, body.tell
            )
            notes = [
                body.taken_note(note, words)
                for (of, _id), note in body.notes.found.items()
                if of == kind
            ]
            _write(archive, name, made(f"w:{name}", *notes), words)
    names = "\n".join(f"p.{name} => {path}" for path, name in body.paths.items())
    return mammoth.convert_to_html(
        simple, style_map=names, include_default_style_map=False, include_embedded_style_map=False
    ).value


def _write(archive: zipfile.ZipFile, name: str, root: Element, words: Inlines) -> None:
    root.attrib.update(SPACES)
    archive.writestr(f"word/{name}.xml", tostring(root, encoding="utf-8", xml_declaration=True))
    links = "".join(LINK % (quoteattr(id_), quoteattr(url)) for url, id_ in words.links.items())
    archive.writestr(f"word/_rels/{name}.xml.rels", RELATIONS % links)


def _unsigned(block: Block, blocks: list[Block]) -> Block:
    """The block that a sign is for; or the block itself."""
    found = SIGNED.fullmatch(block.text) if block.kind == "heading" else None
    if found is None:
        return block
    blocks[int(found[1])].guesses += block.guesses
    return blocks[int(found[1])]
