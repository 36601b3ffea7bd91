"""The words inside paragraphs of a Word file: runs, links, signs, formulas, pictures."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from mammoth.docx.dingbats import dingbats

from ..blocks import Block, quoted
from ..letters import lowered, raised
from .archive import Archive
from .formulas import FORMULAS, line_of
from .notes import Notes
from .pictures import Shown, shown_in
from .styles import Styles
from .xml import DRAWINGS, find, made, run, text_of

REFERENCES = {"w:footnoteReference": "footnote", "w:endnoteReference": "endnote"}
AS_THEY_ARE = {"w:tab", "w:noBreakHyphen", "w:softHyphen"}
LINE_ENDS = {"w:br", "w:cr"}
# Our own signs; see `body.py`.
OURS = str.maketrans("", "", "\ue000\ue001")
NEAR = 60  # characters of a paragraph that say where something is


class Inlines:
    """Reads the words of one part of the file.

    Attributes:
        links: the names of addresses that links lead to.
        pictures: pictures of the last paragraph, which go after it.
    """

    def __init__(
        self,
        archive: Archive,
        path: str,
        styles: Styles,
        notes: Notes,
        tell: Callable[[str], None],
    ) -> None:
        self.archive, self.path, self.styles = archive, path, styles
        self.notes, self.tell = notes, tell
        self.relations = archive.relations(path)
        self.links: dict[str, str] = {}
        self.pictures: list[Block] = []
        self.hidden: list[str] = []

    def take(self, paragraph: Element) -> list[Element]:
        """The words of a paragraph as simple XML."""
        self.paragraph = paragraph
        taken = self._parts(paragraph)
        if hidden := quoted("".join(self.hidden)):
            self.tell(_("Hidden in Word, so left out: “%s”") % hidden)
        self.hidden.clear()
        return taken

    def plain(self, paragraph: Element) -> str:
        """The words of a heading or a title. It can't have notes or struck words."""
        parts, struck = [], []
        for one in made("w:p", *self.take(paragraph)).iter("w:r"):
            held, look = one[-1], find(one, "w:rPr")
            if held.tag in REFERENCES:
                words = self.notes.words(REFERENCES[held.tag], held.get("w:id", ""))
                self.tell(_("A heading can’t have a footnote. This one is left out: “%s”") % words)
            elif look is not None and find(look, "w:strike") is not None:
                struck.append(_plain(held))
            else:
                parts.append(_moved(_plain(held), look))
        if struck:
            self.tell(_("Struck through, so left out: “%s”") % quoted("".join(struck)))
        return " ".join("".join(parts).split())

    def pop_pictures(self) -> list[Block]:
        found, self.pictures = self.pictures, []
        return found

    def _parts(self, parent: Element) -> list[Element]:
        taken: list[Element] = []
        for child in parent:
            if child.tag == "w:r":
                taken += self._run(child)
            elif child.tag == "w:hyperlink":
                taken += self._linked(child, self._parts(child))
            elif child.tag in FORMULAS:
                taken.append(run(self._formula(child)))
            elif child.tag != "w:pPr":
                taken += self._parts(child)
        return taken

    def _linked(self, link: Element, inner: list[Element]) -> list[Element]:
        relation = self.relations.get(link.get("r:id", ""))
        anchor = link.get("w:anchor")
        if relation and relation.is_outside:
            address = relation.target + (f"#{anchor}" if anchor else "")
            return [self._link_to(address, inner)]
        return [made("w:hyperlink", *inner, w_anchor=anchor)] if anchor else inner

    def _link_to(self, address: str, inner: list[Element]) -> Element:
        name = self.links.setdefault(address, f"l{len(self.links)}")
        return made("w:hyperlink", *inner, r_id=name)

    def _formula(self, formula: Element) -> str:
        line = line_of(formula)
        self.tell(_("A formula became plain text. Check it: “%s”") % quoted(line))
        return line

    def _run(self, one: Element) -> list[Element]:
        taken: list[Element] = []
        for held in one:
            if held.tag == "w:rPr":
                continue
            if held.tag == "w:r":
                taken += self._run(held)
            elif self.styles.has("w:vanish", one, self.paragraph):
                self.hidden.append(_plain(held))
            else:
                simple = self._simple(held, one)
                if simple is not None:
                    taken.append(simple)
        address = one.get("link")
        return [self._link_to(address, taken)] if address and taken else taken

    def _simple(self, held: Element, one: Element) -> Element | None:
        """What a run holds, with a look that mammoth knows; None if that's nothing to read."""
        tag = held.tag
        if tag == "w:t":
            font = self.styles.said("w:rFonts", one, by="w:ascii") or ""
            return self._looking(one, _text("".join(self._sign(c, font) for c in held.text or "")))
        if tag == "w:sym":
            sign = self._sign(_character(held.get("w:char", "")), held.get("w:font", ""))
            return self._looking(one, _text(sign))
        if tag in LINE_ENDS:
            # A page or a column that ends here is no end of a line in a brief.
            is_line = held.get("w:type", "textWrapping") == "textWrapping"
            return made("w:r", made("w:br")) if is_line else run(" ")
        if tag in AS_THEY_ARE:
            return self._looking(one, made(tag))
        if tag in REFERENCES:
            kind, name = REFERENCES[tag], held.get("w:id", "")
            return made("w:r", made(tag, w_id=name)) if self.notes.has(kind, name) else None
        if tag == "w:commentReference":
            self._tell_comment(held.get("w:id", ""))
        elif tag in DRAWINGS:
            self._show(shown_in(held, self.archive, self.path))
        elif words := text_of(held):
            return run(words)
        return None

    def _looking(self, one: Element, held: Element) -> Element:
        """A run with the look of its own and of its character style, not of its paragraph."""
        looks = []
        for tag in ("w:b", "w:i"):
            looks += [made(tag)] if self.styles.has(tag, one) else []
        if self.styles.has("w:strike", one) or self.styles.has("w:dstrike", one):
            looks.append(made("w:strike"))
        where = self.styles.said("w:vertAlign", one)
        if where in ("superscript", "subscript"):
            looks.append(made("w:vertAlign", w_val=where))
        return made("w:r", made("w:rPr", *looks), held)

    def _sign(self, letter: str, font: str) -> str:
        """A letter as Unicode has it. Fonts of signs have theirs in its private area."""
        if not "\uf000" <= letter <= "\uf0ff":
            return letter.translate(OURS)
        known = dingbats.get((font, ord(letter) - 0xF000))
        if known is None:
            said = {"font": font or _("unknown"), "near": self._near()}
            self.tell(_("A sign of the font %(font)s is left out near “%(near)s.”") % said)
            return ""
        return chr(known)

    def _near(self) -> str:
        return quoted(text_of(self.paragraph)[:NEAR])

    def _tell_comment(self, name: str) -> None:
        if comment := self.notes.comment(name):
            author, text = comment
            said = {"author": author, "near": self._near(), "text": quoted(text)}
            if author:
                self.tell(
                    _("A comment by %(author)s near “%(near)s” is left out: “%(text)s”") % said
                )
            else:
                self.tell(_("A comment near “%(near)s” is left out: “%(text)s”") % said)

    def _show(self, shown: Shown) -> None:
        words = quoted("; ".join(filter(None, (shown.alt, shown.words))))
        if shown.kind == "picture" and (shown.alt or shown.url):
            picture = Block("picture", shown.alt, url=shown.url)
            if shown.url:
                picture.guess(_("Image to complete: %s.") % shown.url)
            else:
                picture.guess(_("An image won’t show, only its words: “%s.”") % shown.alt)
            self.pictures.append(picture)
            if shown.words:
                self.tell(_("A picture has words in it, which are left out: “%s”") % shown.words)
        elif shown.kind:
            self.tell(_left_out(shown.kind, words))
        if shown.link:
            self.tell(_("A picture here leads to %s. The link is left out.") % shown.link)


def _left_out(kind: str, words: str) -> str:
    if kind == "picture":
        return _("A picture without a description is left out.")
    if kind == "chart":
        sentence = _("A chart is left out. Make it a figure from its data: “%s”")
    elif kind == "diagram":
        sentence = _("A diagram is left out. Put its words into the text: “%s”")
    elif kind == "object":
        sentence = _("An object of another program is left out: “%s”")
    else:
        sentence = _("A drawing is left out. Put its words into the text: “%s”")
    return sentence % words


def _text(text: str) -> Element:
    return run(text)[0]


def _character(code: str) -> str:
    """The letter of a code in hexadecimal digits; "" if it's none."""
    try:
        number = int(code, 16)
        return chr(number) if number not in range(0xD800, 0xE000) and number > 31 else ""
    except (ValueError, OverflowError):
        return ""


def _plain(held: Element) -> str:
    if held.tag in LINE_ENDS or held.tag == "w:tab":
        return " "
    return "\u2011" if held.tag == "w:noBreakHyphen" else held.text or ""


def _moved(text: str, look: Element | None) -> str:
    """The text raised or lowered, as in 10⁶, if Unicode has its letters so."""
    where = find(look, "w:vertAlign") if look is not None else None
    if where is None:
        return text
    is_above = where.get("w:val") == "superscript"
    return (raised(text) if is_above else lowered(text)) or text
