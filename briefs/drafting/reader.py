"""Goes through a page, tag by tag, and makes blocks of it. What can't be kept is reported."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bs4 import Comment, NavigableString, PageElement, Tag
from django.utils.translation import gettext as _

from . import letters, links, lists, pictures, runs, tables
from . import page as pages
from .blocks import Block, Guess, joined, quoted
from .page import Page, classes, level_of, said

PERMALINK = re.compile(r"[#¶§🔗\s]*|link|permalink", re.IGNORECASE)
TITLES = {"title": "title", "subtitle": "summary", "msotitle": "title", "msosubtitle": "summary"}
NAMES = ["id", "name"]


class Reader:
    """Reads a part of a page into `blocks`.

    Args:
        page: what all parts of the page know.
        is_plain: whether its texts are plain, as in a heading, rather than Markdown.
        line: the line where it begins.
    """

    def __init__(self, page: Page, *, is_plain: bool = False, line: int | None = None) -> None:
        self.page = page
        self.is_plain = is_plain
        self.line = line
        self.blocks: list[Block] = []
        self.words = runs.Words()
        self.begun: int | None = None  # the line where the words begin
        self.waiting: list[Block] = []  # what comes after the paragraph that it's in
        self.guesses: list[Guess] = []  # about the block to come
        self.struck: list[str] = []
        self.linked = 0  # how many runs of words have led somewhere

    # Taking

    def take(self, node: Tag, look: runs.Look = runs.PLAIN) -> None:
        """Go through the children of a tag."""
        is_around = self.page.is_around(node)
        for child in list(node.children):
            if is_around and child is not self.page.main and not _is_around(self.page, child):
                self._outside(child)
            elif isinstance(child, Tag):
                self.tag(child, look)
            elif isinstance(child, Comment):
                if self.page.is_typed and child.strip():
                    self.leave_out(_("a comment"), child)
            elif type(child) is NavigableString:
                self.say(str(child), look)

    def say(self, text: str, look: runs.Look = runs.PLAIN) -> None:
        if not self.words:
            self.begun = self.line
        self.words.add(text, look)
        self.linked += bool(look.href and text.strip())

    def inside(self, tag: Tag, look: runs.Look = runs.PLAIN) -> list[Block]:
        """The blocks inside a tag, for a block that is made of them."""
        return self.inside_all([tag], look, lambda reader: reader.take(tag, look))

    def inside_all(
        self,
        nodes: Iterable[PageElement],
        look: runs.Look,
        take: "Callable[[Reader], None] | None" = None,
    ) -> list[Block]:
        reader = Reader(self.page, line=self.line)
        if take:
            take(reader)
        else:
            for node in nodes:
                reader.node(node, look)
        return reader.done(self)

    def node(self, node: PageElement, look: runs.Look) -> None:
        if isinstance(node, Tag):
            self.tag(node, look)
        elif type(node) is NavigableString:
            self.say(str(node), look)

    def plain(self, tag: Tag) -> str:
        """The words inside a tag on one line, without their look."""
        reader = Reader(self.page, is_plain=True, line=self.line)
        reader.take(tag)
        blocks = reader.done(self)
        self.waiting += [block for block in blocks if block.url]
        texts = [block.text or " ".join(block.items) for block in blocks if not block.url]
        return " ".join(filter(None, texts))

    def tag(self, tag: Tag, look: runs.Look) -> None:
        self.line = self.page.line_of(tag) or self.line
        if tag.name in pages.SILENT:
            return
        if sentence := said(tag, "data-guess"):
            self.report(sentence)
        if pages.is_hidden(tag):
            self.leave_out(_("hidden text"), tag)
        elif pages.is_struck(tag, self.page.style_of(tag)):
            if words := " ".join(tag.get_text().split()):
                self.struck.append(words)
        elif id(tag) in self.page.notes.texts:
            self._note(tag, look)
        elif tag.name in pages.CONTROLS or self._is_frame(tag):
            self.leave_out(_left(tag), tag)
        elif level_of(tag):
            self._heading(tag)
        elif taken := BLOCKS.get(tag.name):
            self.flush()
            taken(self, tag, look)
        elif taken := INLINE.get(tag.name):
            taken(self, tag, look)
        else:
            self._words(tag, look)

    # Giving

    def flush(self) -> None:
        """End the paragraph, if words are waiting."""
        if self.struck:
            struck = "”, “".join(quoted(text) for text in self.struck)
            self.struck = []
            self.report(_("We left out words that were crossed out: “%s.”") % struck)
        words, self.words = self.words, runs.Words()
        if self.is_plain:
            if words:
                self._give(Block("paragraph", words.plain, line=self.begun))
        else:
            for lines in words.paragraphs:
                self._give(Block("paragraph", runs.paragraph(lines), line=self.begun))
        waiting, self.waiting = self.waiting, []
        for block in waiting:
            self._give(block)

    def give(self, block: Block) -> None:
        self.flush()
        self._give(block)

    def give_all(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self.give(block)

    def _give(self, block: Block) -> None:
        block.guesses += self.guesses
        self.guesses = []
        self.blocks.append(block)

    def after(self, block: Block) -> None:
        """Give a block that may be in the middle of a paragraph: it comes after that."""
        if self.words:
            self.waiting.append(block)
        else:
            self.give(block)

    def report(self, sentence: str) -> None:
        self.guesses.append(Guess(self.line, sentence))

    def leave_out(self, what: str, node: PageElement) -> None:
        """Report the words of what isn't taken."""
        text = node.get_text(" ") if isinstance(node, Tag) else str(node)
        if words := quoted(letters.cleaned(text)):
            self.report(
                _("We left out %(what)s: “%(words)s.”") % {"what": what, "words": words.rstrip(".")}
            )

    def done(self, outer: "Reader | None" = None) -> list[Block]:
        """All blocks. Guesses about nothing that was given go to the last block, or outward."""
        self.flush()
        if outer:
            outer.linked += self.linked
            outer.guesses += self.guesses
            self.guesses = []
        elif self.blocks:
            self.blocks[-1].guesses += self.guesses
            self.guesses = []
        return self.blocks

    # What's around the article

    def _is_frame(self, tag: Tag) -> bool:
        """Whether it's a part of the page around the article, not of the article."""
        role = pages.role_of(tag)
        if role == "nav":
            return True
        if self.page.main is not None or not role:
            return tag.name == "form" and not pages.has_heading(tag) and not tag.find("p")
        if role == "header":
            return not pages.has_heading(tag)
        return not tag.find(["h1", "h2"]) and not tag.find_parent("article")

    def _outside(self, node: PageElement) -> None:
        """Leave out what's around the article, but for its title."""
        if not isinstance(node, Tag):
            if type(node) is NavigableString:
                self.leave_out(_("text around the article"), node)
            return
        main = self.page.main
        title = node if node.name == "h1" else node.find("h1")
        if isinstance(title, Tag) and main is not None and not main.find("h1"):
            self._heading(title)
            title.extract()
        if node is not title and node.name not in pages.SILENT:
            self.leave_out(_left(node), node)

    # Blocks

    def _heading(self, tag: Tag) -> None:
        self.flush()
        words = self.plain(tag)
        waiting, self.waiting = self.waiting, []
        names = [said(inner, name) for inner in [tag, *tag.find_all(True)] for name in NAMES]
        parent = tag.parent
        if parent and parent.name in ("section", "div") and parent.find(True) is tag:
            names.append(said(parent, "id"))
        if words:
            names = [name for name in names if name]
            self.give(Block("heading", words, level=level_of(tag), names=names, line=self.line))
        self.give_all(waiting)

    def _note(self, tag: Tag, look: runs.Look) -> None:
        name = self.page.notes.texts[id(tag)]
        text, guesses, more = written(self.inside(tag, look))
        label = re.escape(self.page.notes.labels[name])
        text = re.sub(rf"^(\\?[\[(])?{label}(\\?\])?[\\.):]*\s+", "", text)
        self.give(Block("note", text, name=name, line=self.line, guesses=guesses))
        self.give_all(more)

    def holder(self, tag: Tag, look: runs.Look) -> None:
        """A tag that only holds others."""
        names = [name.lower() for name in classes(tag)] if tag.name == "p" else []
        kind = next((TITLES[name] for name in names if name in TITLES), "")
        if kind and not any(block.kind in ("heading", kind) for block in self.blocks):
            if words := self.plain(tag):
                self.give(Block(kind, words, line=self.line))
            return
        if tag.name in ("dt", "summary"):
            look = replace(look, is_bold=True)
        self.take(tag, self._look(tag, look))
        self.flush()

    def quote(self, tag: Tag, look: runs.Look) -> None:
        text, guesses, more = written(self.inside(tag, self._look(tag, look)))
        if text:
            self.give(Block("quote", text, line=self.line, guesses=guesses))
        self.give_all(more)

    def preformatted(self, tag: Tag, look: runs.Look) -> None:
        """Lines as they are, with their indents."""
        text = letters.cleaned(tag.get_text()).strip("\n")
        if not text.strip():
            return
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
        self.give(Block("code", f"{fence}\n{text}\n{fence}", line=self.line))

    def figure(self, tag: Tag, look: runs.Look) -> None:
        """A picture or film, with its caption as a title if it has no other."""
        captions = tag.find_all("figcaption", recursive=False)
        nodes = [node for node in tag.children if all(node is not it for it in captions)]
        blocks = self.inside_all(nodes, look)
        said_below = self.inside_all(captions, look)
        shown = [block for block in blocks if block.kind in ("media", "picture")]
        texts = [block.text for block in said_below]
        if len(shown) == 1 and not shown[0].text and len(texts) == 1 and "[" not in texts[0]:
            shown[0].text = " ".join(self.plain(caption) for caption in captions)
            said_below = []
        self.give_all([*blocks, *said_below])

    def end(self, tag: Tag, look: runs.Look) -> None:
        """A line between two texts."""

    # Words

    def _look(self, tag: Tag, look: runs.Look) -> runs.Look:
        style = self.page.style_of(tag)
        bold, italic = pages.is_bold(tag, style), pages.is_italic(tag, style)
        return replace(
            look,
            is_bold=look.is_bold if bold is None else bold,
            is_italic=look.is_italic if italic is None else italic,
        )

    def _words(self, tag: Tag, look: runs.Look) -> None:
        place = self.page.style_of(tag).get("vertical-align")
        if place in ("super", "sub"):
            self.moved(tag, look, place)
        else:
            self.take(tag, self._look(tag, look))
            if tag.name == "abbr":
                self._meaning(tag, _("an abbreviation’s meaning"))

    def _meaning(self, tag: Tag, what: str) -> None:
        title = said(tag, "title")
        if title and title != tag.get_text().strip():
            names = {"what": what, "title": title, "words": tag.get_text().strip()}
            self.report(_("We left out %(what)s: “%(words)s,” “%(title)s.”") % names)

    def link(self, tag: Tag, look: runs.Look) -> None:
        if id(tag) in self.page.notes.backs:
            return
        if id(tag) in self.page.notes.marks:
            self._cite(tag)
            return
        href, words = said(tag, "href"), " ".join(tag.get_text().split())
        look = self._look(tag, look)
        if self.is_plain and href.startswith("#") and PERMALINK.fullmatch(words):
            return
        before = self.linked
        to = href if href.startswith("#") and len(href) > 1 else links.target(href, self.page.base)
        self.take(tag, look if self.is_plain else replace(look, href=to))
        is_anchor = self.is_plain and href.startswith("#")
        if tag.get("href") is not None and self.linked == before and not is_anchor:
            self._lost(tag, words, to or href)
        if self.page.is_typed:
            self._meaning(tag, _("the note on a link"))

    def _lost(self, tag: Tag, words: str, href: str) -> None:
        if not words:
            shown = [said(picture, "alt") for picture in tag.find_all("img")]
            words = " ".join(filter(None, shown)) or _("no words")
        if not href:
            self.report(_("“%s” was a link that leads nowhere.") % words)
        else:
            names = {"words": words, "href": href}
            self.report(_("A link is lost: “%(words)s” led to %(href)s") % names)

    def _cite(self, tag: Tag) -> None:
        name = self.page.notes.marks[id(tag)]
        if self.is_plain:
            label = self.page.notes.labels[name]
            self.report(_("A heading can’t have a footnote. Cite note “%s” in its text.") % label)
        else:
            self.words.mark(f"[^{name}]")

    def raised(self, tag: Tag, look: runs.Look) -> None:
        self.moved(tag, look, "super" if tag.name == "sup" else "sub")

    def moved(self, tag: Tag, look: runs.Look, where: str) -> None:
        """Raised or lowered letters, if Unicode has them."""
        text = letters.cleaned(tag.get_text())
        if not text.strip() or tag.find(["a", "img", "math", "del", "s"]):
            self.take(tag, look)
            return
        moved = letters.raised(text) if where == "super" else letters.lowered(text)
        before = self.words.text[-20:]
        if where == "super" and letters.is_ordinal(before, text):
            self.say(text, look)
            number = f"{before.split(' ')[-1]}{text.strip()}"
            if "ordinals" not in self.page.told:
                self.page.told.add("ordinals")
                self.report(_("Letters after a number, such as “%s,” aren’t raised.") % number)
            return
        self.say(moved or text, self._look(tag, look))
        if not moved:
            sentence = (
                _("“%(text)s” was raised. Now it’s on the line: “%(whole)s.”")
                if where == "super"
                else _("“%(text)s” was lowered. Now it’s on the line: “%(whole)s.”")
            )
            whole = f"{before.split(' ')[-1]}{text.strip()}"
            self.report(sentence % {"text": text.strip(), "whole": whole})

    def line_end(self, tag: Tag, look: runs.Look) -> None:
        self.words.end_line()

    def quotation(self, tag: Tag, look: runs.Look) -> None:
        self.say("“", look)
        self.take(tag, self._look(tag, look))
        self.say("”", look)

    def reading(self, tag: Tag, look: runs.Look) -> None:
        """How a word is read, after the word."""
        self.say(" (", look)
        self.take(tag, look)
        self.say(")", look)

    def formula(self, tag: Tag, look: runs.Look) -> None:
        notes = tag.find_all(["annotation", "annotation-xml"])
        source = next((note.get_text().strip() for note in notes), "") or said(tag, "alttext")
        for note in notes:
            note.extract()
        for power in tag.find_all("msup"):
            parts = power.find_all(True, recursive=False)
            if len(parts) == 2 and (moved := letters.raised(parts[1].get_text())):
                parts[1].string = moved
        text = " ".join(letters.cleaned(tag.get_text()).split()) or source
        if not text:
            return
        self.say(text, look)
        sentence = _("A brief can’t show formulas, so we wrote only its signs: “%s.”") % text
        if source and source != text:
            sentence += " " + _("As TeX, it’s “%s.”") % source
        self.report(sentence)


def written(blocks: list[Block]) -> tuple[str, list[Guess], list[Block]]:
    """Blocks as the text of one: (Markdown, the guesses about them, blocks that can't be in it)."""
    inside = [block for block in blocks if not block.is_apart]
    guesses = [guess for block in inside for guess in block.guesses]
    text = joined([block.markdown for block in inside])
    return text, guesses, [block for block in blocks if block.is_apart]


def _is_around(page: Page, node: PageElement) -> bool:
    return isinstance(node, Tag) and page.is_around(node)


def _left(tag: Tag) -> str:
    """What a part of the page is called that isn't text of the article."""
    names = {
        "nav": _("a menu"),
        "header": _("the head of the page"),
        "footer": _("the foot of the page"),
        "aside": _("a box beside the article"),
        "form": _("a form"),
        "button": _("a button"),
        "svg": _("a drawing"),
    }
    return names.get(pages.role_of(tag) or tag.name) or _("a part around the article")


BLOCKS: dict[str, Callable[[Reader, Tag, runs.Look], None]] = {
    **dict.fromkeys([*pages.HOLDERS, "dt"], Reader.holder),
    **dict.fromkeys(["ul", "ol", "menu", "dir"], lists.take),
    **dict.fromkeys(["pre", "listing", "xmp"], Reader.preformatted),
    "table": tables.take,
    "blockquote": Reader.quote,
    "figure": Reader.figure,
    "hr": Reader.end,
}
INLINE: dict[str, Callable[[Reader, Tag, runs.Look], None]] = {
    **dict.fromkeys(pages.FILMS, pictures.take_film),
    "img": pictures.take,
    "a": Reader.link,
    "br": Reader.line_end,
    "sup": Reader.raised,
    "sub": Reader.raised,
    "q": Reader.quotation,
    "rt": Reader.reading,
    "math": Reader.formula,
}
