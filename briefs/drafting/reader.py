"""Goes through a page, tag by tag, and makes blocks of it. What can't be kept is reported."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bs4 import Comment, NavigableString, PageElement, Tag
from django.utils.translation import gettext as _

from . import inline, letters, lists, pictures, runs, tables, tags
from . import page as pages
from .blocks import Block, Guess, joined, quoted
from .page import Page, classes, level_of, said

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
            else:
                self.node(child, look)

    def say(self, text: str, look: runs.Look = runs.PLAIN) -> None:
        if not self.words:
            self.begun = self.line
        self.words.add(text, look)
        self.linked += bool(look.href and text.strip())

    def inside(self, tag: Tag, look: runs.Look = runs.PLAIN) -> list[Block]:
        """The blocks inside a tag, for a block that is made of them."""
        reader = Reader(self.page, line=self.line)
        reader.take(tag, look)
        return reader.done(self)

    def inside_all(self, nodes: Iterable[PageElement], look: runs.Look) -> list[Block]:
        """The blocks of these nodes, for a block that is made of them."""
        reader = Reader(self.page, line=self.line)
        for node in nodes:
            reader.node(node, look)
        return reader.done(self)

    def node(self, node: PageElement, look: runs.Look) -> None:
        if isinstance(node, Tag):
            self.tag(node, look)
        elif isinstance(node, Comment):
            if (self.page.is_typed or tags.is_code(node)) and node.strip():
                self.leave_out(_("code") if tags.is_code(node) else _("a comment"), node)
        elif type(node) is NavigableString:
            self.say(str(node), look)

    def plain(self, tag: Tag) -> str:
        """The words inside a tag on one line, without their look."""
        reader = Reader(self.page, is_plain=True, line=self.line)
        reader.take(tag)
        blocks = reader.done(self)
        self.waiting += [block for block in blocks if block.url]
        kept = [block for block in blocks if not block.url]
        self.guesses += [guess for block in kept for guess in block.guesses]
        return " ".join(filter(None, (block.text or " ".join(block.items) for block in kept)))

    def tag(self, tag: Tag, look: runs.Look) -> None:
        self.line = self.page.line_of(tag) or self.line
        if inline.is_drawn_formula(tag):
            return
        self._tell_words_of(tag)
        if tag.name in pages.SILENT:
            self._tell_silent(tag)
            return
        if sentence := said(tag, "data-guess"):
            self.report(sentence)
        if pages.is_hidden(tag):
            self.leave_out(_("hidden text"), tag)
        elif pages.is_struck(tag, self.page.style_of(tag)):
            if words := tags.words_of(tag):
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
            sentence = _("We left out words that were crossed out: “%s.”")
            self.report(sentence % struck.rstrip("."))
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

    def _tell_words_of(self, tag: Tag) -> None:
        """Report what is written in the tag itself, rather than between it and its end."""
        words = tags.unread(tag, is_typed=self.page.is_typed)
        if words and words not in self.page.told:
            self.page.told.add(words)
            self.report(_("We left out a tag with words in it: “%s.”") % quoted(words))
        if self.page.is_typed and (note := tags.note_on(tag)):
            names = {"what": _("the note on a picture or a word"), "words": quoted(note)}
            self.report(_("We left out %(what)s: “%(words)s.”") % names)

    def tell_inside(self, tag: Tag) -> None:
        """Report what is lost inside a tag whose text is taken as a whole."""
        for node in list(tag.descendants):
            if isinstance(node, Comment):
                self.node(node, runs.PLAIN)
            elif isinstance(node, Tag):
                self._tell_words_of(node)
                for name in tags.SAID_BY.get(node.name, []) if node.name != "img" else []:
                    if words := quoted(said(node, name)):
                        names = {"what": _left(node), "words": words}
                        self.report(_("We left out %(what)s: “%(words)s.”") % names)

    def _tell_silent(self, tag: Tag) -> None:
        """Report what is in a tag that a browser doesn't show."""
        inside = quoted(" ".join(map(str, tag.contents)))
        is_told = self.page.is_typed or tag.name in ("datalist", "rp", "template", "title")
        if is_told and re.search(r"\w", inside):
            self.report(_("We left out code of a web page: “%s.”") % inside)

    def leave_out(self, what: str, node: PageElement) -> None:
        """Report the words of what isn't taken."""
        if words := quoted(letters.cleaned(tags.words_of(node))):
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
        text = re.sub(rf"^(\\?[\[(])?{label}(\\?\])?[\\.):]*\s+", "", text.lstrip("^↑↩ "))
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
        before = len(self.blocks)
        self.take(tag, self.look_of(tag, look))
        self.flush()
        if tag.name in ("dt", "summary"):
            for block in self.blocks[before:]:
                block.kind = "term" if block.kind == "paragraph" else block.kind

    def quote(self, tag: Tag, look: runs.Look) -> None:
        blocks = self.inside(tag, self.look_of(tag, look))
        text, guesses, more = written(blocks)
        if text:
            depth = 1 + max([block.depth for block in blocks if not block.is_apart], default=0)
            quote = Block("quote", text, line=self.line, depth=depth, guesses=guesses)
            quote.guess_depth(blocks)
            self.give(quote)
        self.give_all(more)

    def preformatted(self, tag: Tag, look: runs.Look) -> None:
        """Lines as they are, with their indents."""
        self.tell_inside(tag)
        for link in tag.find_all("a", href=True):
            inline.report_lost(self, link)
        for end in tag.find_all("br"):
            end.replace_with("\n")
        for picture in tag.find_all("img"):
            picture.replace_with(said(picture, "alt"))
        text = letters.cleaned(tag.get_text()).strip("\n")
        if not text.strip() or self.is_plain:
            self.say(text, look)
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
            guesses = [guess for block in said_below for guess in block.guesses]
            shown[0].text = " ".join(self.plain(caption) for caption in captions)
            self.guesses += [guess for guess in guesses if guess not in self.guesses]
            said_below = []
        self.give_all([*blocks, *said_below])

    def end(self, tag: Tag, look: runs.Look) -> None:
        """A line between two texts."""

    # Words

    def look_of(self, tag: Tag, look: runs.Look) -> runs.Look:
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
            inline.move(self, tag, look, place)
        else:
            self.take(tag, self.look_of(tag, look))
            if tag.name == "abbr":
                inline.report_meaning(self, tag, _("an abbreviation’s meaning"))


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
    "a": inline.take_link,
    "br": inline.end_line,
    "sup": inline.take_moved,
    "sub": inline.take_moved,
    "q": inline.quote,
    "rt": inline.take_reading,
    "math": inline.take_formula,
}
