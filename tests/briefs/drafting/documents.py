"""Drawn documents in which every word is there once, each with a number of its own.

A word ends in its number and a z, so it can be found in a draft whatever is around it.
"""

import re

from hypothesis import strategies as st

NUMBER = re.compile(r"\d+z")
# Words begin like those of several scripts, and some with a sign.
BEGINS = ["w", "W", "é", "מ", "水", "ж", "ا", "“", "(", "$"]
LINKS = [
    "https://example.org/{}",
    "https://www.google.com/url?q=https://example.org/{}&sa=D",
    "mailto:a{}@example.org",
    "/local/{}",
    "#here{}",
    "javascript:go({})",
    "file:///C:/{}.docx",
    "",
]
# What begins like a tag.
NO_TAGS = ["<{}>", "<w“{}>", "<b and {}>", "a <b and {}", "</3 {}", "<?{}?>", "<![CDATA[{}]]>"]


class Maker:
    """Makes words with rising numbers, and draws what is around them."""

    def __init__(self, draw):
        self.draw = draw
        self.count = 0

    def one_of(self, *choices):
        return self.draw(st.sampled_from(choices))

    def some(self, make, least=1, most=3):
        return [make() for _time in range(self.draw(st.integers(least, most)))]

    def word(self):
        self.count += 1
        return f"{self.one_of(*BEGINS)}{self.count}z"

    def words(self):
        return " ".join(self.some(self.word))

    def glue(self, parts):
        """The parts, some with a space between and some without."""
        text = ""
        for part in parts:
            text += self.one_of("", " ", ", ") + part
        return text


class Html(Maker):
    """A page, of any tags inside each other."""

    def inline(self, depth=2):
        if depth == 0:
            return self.word()
        kind = self.one_of(
            *("word", "word", "b", "i", "span", "a", "br", "sup", "sub", "s", "code", "q", "img"),
            *("math", "hidden", "c1", "block", "odd"),
        )
        inner = self.glue(self.some(lambda: self.inline(depth - 1)))
        if kind == "word":
            return self.word()
        if kind == "br":
            return f"<br>{self.word()}"
        if kind == "a":
            href = self.one_of(*LINKS).format(self.count)
            return f'<a href="{href}">{inner}</a>'
        if kind == "img":
            return f'<img alt="{self.word()}" src="{self.one_of("", "https://example.org/p.png")}">'
        if kind == "math":
            return f"<math><mi>{self.word()}</mi><mo>=</mo><mn>{self.word()}</mn></math>"
        if kind == "odd":
            return self.one_of(*NO_TAGS).format(self.word())
        if kind == "hidden":
            return f"<span hidden>{self.word()}</span>"
        if kind == "c1":
            return f'<span class="c1">{inner}</span>'
        if kind == "block":
            return f"<b><div>{inner}</div></b>"
        return f"<{kind}>{inner}</{kind}>"

    def text(self):
        return self.glue(self.some(self.inline))

    def cell(self, depth):
        span = self.one_of("", "", ' colspan="2"', ' rowspan="2"')
        tag = self.one_of("td", "td", "th")
        return f"<{tag}{span}>{self.text() if depth else self.block(0)}</{tag}>"

    def item(self, depth):
        inner = self.block(depth - 1) if depth and self.one_of(True, False) else ""
        return f"<li>{self.text()}{inner}</li>"

    def block(self, depth=2):
        if depth == 0:
            return f"<p>{self.text()}</p>"
        kind = self.one_of(
            *("p", "p", "h2", "h3", "h5", "ul", "ol", "table", "blockquote", "div", "dl", "pre"),
            *("figure", "nav", "aside", "header", "loose", "strayed", "film", "script", "note"),
        )
        return getattr(self, f"as_{kind}", self.as_tag(kind))(depth - 1)

    def as_tag(self, kind):
        holds = kind in ("blockquote", "div", "aside", "header")
        return lambda depth: f"<{kind}>{self.text()}{self.block(depth) if holds else ''}</{kind}>"

    def as_ul(self, depth):
        return f"<ul>{''.join(self.some(lambda: self.item(depth)))}</ul>"

    def as_ol(self, depth):
        kind = self.one_of("", ' start="4"', ' type="a"', " reversed")
        return f"<ol{kind}>{''.join(self.some(lambda: self.item(depth)))}</ol>"

    def as_table(self, depth):
        caption = f"<caption>{self.text()}</caption>" if self.one_of(True, False) else ""
        rows = self.some(lambda: f"<tr>{''.join(self.some(lambda: self.cell(depth)))}</tr>")
        return f"<table>{caption}{''.join(rows)}</table>"

    def as_dl(self, depth):
        return f"<dl><dt>{self.text()}</dt><dd>{self.block(depth)}</dd></dl>"

    def as_pre(self, depth):
        return f"<pre>{self.word()}\n  {self.word()} ``` *\n</pre>"

    def as_figure(self, depth):
        alt = self.one_of("", self.word())
        picture = f'<img src="https://example.org/p.png" alt="{alt}">'
        return f"<figure>{picture}<figcaption>{self.text()}</figcaption></figure>"

    def as_loose(self, depth):
        return f"{self.text()}<ul>{self.word()}<ul><li>{self.word()}</li></ul></ul>{self.text()}"

    def as_strayed(self, depth):
        return f"<table><tr>{self.word()}<td>{self.word()}</td></tr>{self.word()}</table>"

    def as_film(self, depth):
        return f'<iframe src="https://example.org/film" title="{self.word()}"></iframe>'

    def as_script(self, depth):
        return "<script>var a = 1;</script><style>.c2 {color: red}</style>"

    def as_note(self, depth):
        number = self.count
        return (
            f'<p>{self.word()}<sup><a href="#fn{number}" id="r{number}">{number % 90}</a></sup></p>'
            f'<p id="fn{number}">{self.text()} <a href="#r{number}">↩</a></p>'
        )

    def document(self):
        head = "<style>.c1{font-weight:700}</style>"
        body = "".join(self.some(self.block, 1, 4))
        return f"<html><head>{head}</head><body><h1>{self.words()}</h1>{body}</body></html>"


class Markdown(Maker):
    """A file of Markdown, of any blocks inside each other."""

    def inline(self, depth=2):
        kind = self.one_of("", "", "", "**", "*", "~~", "`", "[", "<", "^[", "<sup>", "<br>")
        if depth == 0 or not kind:
            return self.word()
        if kind == "`":
            return f"`{self.word()}`"
        if kind == "<":
            return f"<w{self.word()}>"
        if kind == "<br>":
            return f"{self.word()}<br>{self.word()}"
        if kind == "<sup>":
            return f"{self.word()}<sup>{self.word()}</sup>"
        inner = self.glue(self.some(lambda: self.inline(depth - 1), most=2))
        if kind == "[":
            return f"[{inner}](<{self.one_of(*LINKS).format(self.count)}>)"
        return f"^[{inner}]" if kind == "^[" else f"{kind}{inner}{kind}"

    def text(self):
        return self.glue(self.some(self.inline))

    def block(self, depth=2):
        """The lines of a block."""
        kind = self.one_of(
            *("text", "text", "heading", "year", "breaks", "fence", "table", "note", "terms"),
            *("comment", "uncited", "html", "list", "list", "numbers", "quote"),
        )
        return getattr(self, f"as_{kind}")(max(depth - 1, 0))

    def as_text(self, depth):
        return [self.text()]

    def as_heading(self, depth):
        return [f"{self.one_of('#', '##', '####')} {self.text()}"]

    def as_year(self, depth):
        return [f"1986. {self.text()}"]

    def as_breaks(self, depth):
        return [f"{self.word()}\\", self.word()]

    def as_fence(self, depth):
        return ["```", f"  {self.word()}", "```"]

    def as_table(self, depth):
        rows = [f"| {self.text()} | {self.word()} |", "| --- | --- |", f"| {self.text()} |  |"]
        return rows

    def as_note(self, depth):
        number = self.count
        return [f"{self.word()}[^{number}]", "", f"[^{number}]: {self.text()}"]

    def as_uncited(self, depth):
        return [f"[^x{self.count}]: {self.text()}"]

    def as_terms(self, depth):
        return [self.text(), f": {self.text()}"]

    def as_comment(self, depth):
        return [f"<!-- {self.word()} -->"]

    def as_html(self, depth):
        odd = self.one_of("", self.one_of(*NO_TAGS).format(self.word()))
        return [f"<div>{odd}<b>{self.word()}</b>{self.word()}</div>"]

    def as_list(self, depth):
        return [line for item in self.some(lambda: self.item("- ", depth)) for line in item]

    def as_numbers(self, depth):
        first, step = self.one_of(1, 3), self.one_of(0, 1, 2)
        numbers = range(self.draw(st.integers(1, 3)))
        items = [self.item(f"{first + step * number}. ", depth) for number in numbers]
        return [line for item in items for line in item]

    def item(self, marker, depth):
        first, *rest = [self.text(), *(self.block(depth) if depth else [])]
        return [f"{marker}{first}", *(f"{' ' * len(marker)}{line}" for line in rest)]

    def as_quote(self, depth):
        return [f"> {line}" for line in self.block(depth)]

    def document(self):
        front = [
            *("---", f"title: {self.word()}", f"author: {self.word()}", "---", ""),
            *("", f"# {self.words()}", ""),
        ]
        blocks = self.some(self.block, 1, 4)
        return "\n".join([*front, *(line for block in blocks for line in [*block, ""])])


class Text(Maker):
    """Plain text: headings, paragraphs, and lists that begin in many ways."""

    def block(self):
        kind = self.one_of("words", "lines", "heading", "under", "bullets", "numbers", "year")
        return getattr(self, f"as_{kind}")()

    def as_words(self):
        return [f"{self.words()}."]

    def as_lines(self):
        return [*self.some(self.words, 2, 4), f"{self.words()}."]

    def as_heading(self):
        return [self.words()]

    def as_under(self):
        return [self.words(), "====="]

    def as_year(self):
        return [f"1984. {self.words()}"]

    def as_bullets(self):
        indent = self.one_of("", "  ", "\t")
        mark = self.one_of("•", "-", "*", "–", "◦")
        above = self.some(self.words, 0, 2)
        lines = self.some(lambda: f"{self.one_of('', indent)}{mark} {self.words()}", 1, 4)
        below = self.some(self.words, 0, 1)
        return [*above, *lines, *below]

    def as_numbers(self):
        first = self.one_of(1, 2, 12)
        gap = self.one_of([], [""])
        items = enumerate(self.some(self.words, 1, 3))
        return [line for index, text in items for line in [f"{first + index}. {text}", *gap]]

    def document(self):
        blocks = self.some(self.block, 1, 6)
        return "\n".join(line for block in blocks for line in [*block, self.one_of("", "\xa0")])


MAKERS = {".html": Html, ".md": Markdown, ".txt": Text}


@st.composite
def documents(draw, ending):
    """A document of this kind."""
    return MAKERS[ending](draw).document()
