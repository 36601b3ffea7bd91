"""Reads the text of a Word file, paragraph by paragraph.

What mammoth should turn into HTML is written as simple XML of Word. For a heading, a picture or a
break, a sign is put in its place, and the block itself is kept in `blocks`.
"""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from ..blocks import Block, Guess, quoted
from .archive import Archive
from .fields import Fields
from .headings import Headings, Look
from .inlines import Inlines
from .notes import Notes, around_pages
from .numbering import Item, Lists, Numbering, is_plain
from .settled import Settler
from .styles import Styles
from .tables import covered, only_cell, simple
from .xml import find, made, run, text_of

SIGN = "\ue000%d\ue001"  # of the private area of Unicode, so no words of the file
LONGEST_SUMMARY = 300  # characters, as in the model
DEEPEST = 6


class Body:
    """The text of a Word file.

    Attributes:
        blocks: the headings, pictures and so on that have a sign in the XML.
        paths: how mammoth names each path of HTML elements that a paragraph becomes.
        text: reads the words of the text.
        notes: the footnotes and endnotes.
    """

    def __init__(self, archive: Archive, guesses: list[Guess]) -> None:
        self.archive, self.guesses = archive, guesses
        self.settler, self.fields = Settler(), Fields()
        self.notes = Notes(archive, self.settler, self.fields)
        self.styles = Styles(archive.part("styles"))
        self.numbering = Numbering(archive.part("numbering"), self.styles)
        self.text = Inlines(archive, archive.main, self.styles, self.notes, self.tell)
        self.blocks: list[Block] = []
        self.paths: dict[str, str] = {}
        self.lists = Lists()
        self.level = 0
        self.numbered: list[str] = []

    def take(self) -> Element | None:
        """The simple XML of the text; None if the file has none."""
        root = self.archive.tree(self.archive.main)
        body = find(root, "w:body") if root is not None else None
        if body is None:
            return None
        self.settler.settle(body)
        self.fields.settle(body)
        self.headings = Headings(body, self.styles, self.numbering)
        taken = [part for child in body for part in self._part(child)]
        self._tell_of_the_whole()
        return made("w:document", made("w:body", *taken))

    def taken_note(self, note: Element, words: Inlines) -> Element:
        """The simple XML of a footnote."""
        paragraphs = [self._written("p:fresh", words.take(p)) for p in note.iter("w:p")]
        for picture in words.pop_pictures():
            self.tell(_("A picture in a footnote is left out: “%s”") % picture.text)
        return made(note.tag, *paragraphs, w_id=note.get("w:id", ""))

    def tell(self, sentence: str) -> None:
        """Tell of something where it is: under the last heading."""
        under = next((block for block in reversed(self.blocks) if block.kind == "heading"), None)
        if under:
            under.guess(sentence)
        else:
            self.guesses.append(Guess(None, sentence))

    def _has(self, kind: str) -> bool:
        return any(block.kind == kind for block in self.blocks)

    def _part(self, child: Element) -> Iterator[Element]:
        if child.tag == "w:p":
            yield from self._paragraph(child)
        elif child.tag == "w:tbl":
            yield from self._table(child)
        elif child.tag in ("w:altChunk", "w:subDoc"):
            self.tell(_("Another file is embedded here. Copy its text into this one."))
        elif child.tag in ("m:oMath", "m:oMathPara", "w:r", "w:hyperlink"):
            yield from self._plain(made("w:p", child))
        elif child.tag != "w:sectPr":
            for inner in child:
                yield from self._part(inner)

    def _paragraph(self, paragraph: Element) -> Iterator[Element]:
        words, styles = text_of(paragraph), self.styles
        item = self.numbering.item(paragraph)
        level = self.headings.level(paragraph)
        if words and styles.is_of_contents(paragraph):
            self.settler.contents.append(words)
        elif words and styles.is_title(paragraph) and not self._has("title"):
            yield from self._said_of_itself("title", paragraph)
        elif words and self._is_summary(paragraph, words):
            yield from self._said_of_itself("summary", paragraph)
        elif words and level is not None:
            yield from self._heading(paragraph, level, item)
        elif item and words:
            yield from self._item(paragraph, item)
        elif "\xa0" in "".join(t.text or "" for t in paragraph.iter("w:t")) and not words:
            yield self._signed(Block("break"))
        elif words or any(True for _run in paragraph.iter("w:r")):
            yield from self._plain(paragraph)

    def _said_of_itself(self, kind: str, paragraph: Element) -> Iterator[Element]:
        yield self._signed(Block(kind, self.text.plain(paragraph)))
        yield from self._pictures()

    def _is_summary(self, paragraph: Element, words: str) -> bool:
        """Whether it's the first subtitle, before all headings."""
        return (
            len(words) <= LONGEST_SUMMARY
            and self.styles.is_subtitle(paragraph)
            and not self._has("summary")
            and not self._has("heading")
        )

    def _heading(self, paragraph: Element, level: int, item: Item | None) -> Iterator[Element]:
        block = Block("heading", level=level)
        sign = self._signed(block)
        block.text = self.text.plain(paragraph)
        if not block.text:
            # Its words are hidden, or struck through.
            self.blocks.remove(block)
            self.guesses += block.guesses
        else:
            yield sign
            self._tell_of_heading(block, paragraph, item)
        yield from self._pictures()

    def _tell_of_heading(self, block: Block, paragraph: Element, item: Item | None) -> None:
        if item and item.is_ordered:
            self.numbered.append(item.label)
        look = self.headings.looks.get(paragraph)
        if look is None:
            self.level = block.level
            block.level = min(block.level, DEEPEST)
        elif self.headings.has_styles:
            block.is_guess = True
            block.level = min(self.level + 1, DEEPEST)
            block.guess(_guess_of(look) % block.text)
        else:
            block.is_guess = True

    def _item(self, paragraph: Element, item: Item) -> Iterator[Element]:
        if not is_plain(item.label):
            self.tell(
                _("Word numbers “%(words)s” as “%(label)s.” A brief numbers 1, 2, 3.")
                % {"label": item.label.rstrip("."), "words": text_of(paragraph)[:60]}
            )
        yield self._written(self.lists.path(item), self.text.take(paragraph))
        yield from self._pictures()

    def _plain(self, paragraph: Element) -> Iterator[Element]:
        self.lists.close()
        if paragraph.get("boxed") and (words := text_of(paragraph)):
            self.tell(_("This was in a text box. Check its place: “%s”") % quoted(words))
        path = "blockquote > p:fresh" if self.styles.is_quote(paragraph) else "p:fresh"
        yield self._written(path, self.text.take(paragraph))
        yield from self._pictures()

    def _table(self, table: Element) -> Iterator[Element]:
        self.lists.close()
        cell = only_cell(table)
        if cell is not None:
            yield from self._part(cell)
            return
        for one in covered(table):
            if words := text_of(one):
                self.tell(_("Covered by the cell above it, so left out: “%s”") % quoted(words))
        yield simple(table, self._in_cell)
        yield from self._pictures()

    def _in_cell(self, child: Element) -> Iterator[Element]:
        """What is in a cell. It has no headings, and its pictures go after the table."""
        if child.tag != "w:p":
            for inner in child:
                yield from self._in_cell(inner)
            return
        item = self.numbering.item(child)
        path = self.lists.path(item) if item else "p:fresh"
        if not item:
            self.lists.close()
        yield self._written(path, self.text.take(child))

    def _pictures(self) -> Iterator[Element]:
        """The pictures in what was just read, as blocks after it."""
        for block in self.text.pop_pictures():
            yield self._signed(block)

    def _written(self, path: str, parts: Iterable[Element]) -> Element:
        """A paragraph that mammoth turns into this path of HTML elements."""
        name = self.paths.setdefault(path, f"p{len(self.paths)}")
        return made("w:p", made("w:pPr", made("w:pStyle", w_val=name)), *parts)

    def _signed(self, block: Block) -> Element:
        self.lists.close()
        self.blocks.append(block)
        return self._written("h1:fresh", [run(SIGN % (len(self.blocks) - 1))])

    def _tell_of_the_whole(self) -> None:
        """Tell of what was guessed or left out all over the file."""
        if not self.headings.has_styles:
            self._tell_of_looks()
        deleted, contents = self.settler.gone, self.settler.contents + self.fields.contents
        if deleted:
            self._tell_all(
                _("Deleted in Word with its changes tracked, so left out: “%s”"), deleted
            )
        if contents:
            self._tell_all(
                _("The table of contents is left out. A brief has its own: “%s”"), contents
            )
        if self.fields.pages:
            self._tell_all(
                _("A brief has no pages. Check these numbers of pages: “%s”"), self.fields.pages
            )
        if self.fields.unshown:
            self._tell_all(
                _("Fields of Word that show nothing are left out: “%s”"), self.fields.unshown
            )
        if self.numbered:
            self._tell_all(_("Word’s own numbers of headings are left out: “%s”"), self.numbered)
        known = {block.text for block in self.blocks}
        for words in around_pages(self.archive, known):
            self._tell_all(_("At the top or the bottom of each page, so left out: “%s”"), [words])
        self.guesses += [Guess(None, sentence) for sentence in self.notes.left()]

    def _tell_all(self, sentence: str, found: list[str]) -> None:
        self.guesses.append(Guess(None, sentence % quoted("; ".join(found))))

    def _tell_of_looks(self) -> None:
        guessed = [block.text for block in self.blocks if block.is_guess]
        if guessed:
            self._tell_all(
                _("No heading has a style of Word, so we guessed them by their look: “%s”"), guessed
            )


def _guess_of(look: Look) -> str:
    if look.is_bold:
        return _("We took “%s” for a heading, because all of it is bold.")
    return _("We took “%s” for a heading, because of how it looks.")
