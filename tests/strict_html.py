"""Reads a page as it is written, and says where it breaks the rules of HTML.

Browsers mend what is wrong: they close what was left open and drop what was closed twice.
This reader mends nothing. It is one pass of Python's own tokenizer, so that every page of a
walk can be held to it.
"""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = set("area base br col embed hr img input link meta source track wbr".split())
# Elements that another one's start, or their parent's end, closes.
CLOSES_ITSELF = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option", "optgroup"},
    "tr": {"tr"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "thead": {"tbody", "tfoot"},
    "tbody": {"tbody", "tfoot"},
}
# What ends an open paragraph, so that its own end tag stands alone afterwards.
ENDS_PARAGRAPH = set(
    "address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2"
    " h3 h4 h5 h6 header hr main menu nav ol p pre search section table ul".split()
)
# What ends a line of text as it is read.
ENDS_LINE = ENDS_PARAGRAPH | set("body br button caption dd dt label legend li option".split())
ENDS_LINE |= set("summary td th title tr".split())
UNREAD = {"script", "style"}
SAID = ("alt", "aria-label", "placeholder", "title")
ONLY_PHRASES_IN = set("h1 h2 h3 h4 h5 h6 p span em strong label button".split())


@dataclass
class Element:
    """A start tag."""

    tag: str
    attributes: dict

    def get(self, name, default=None):
        return self.attributes.get(name, default)


@dataclass
class Page:
    """What is in a page: its start tags in order, what it says line by line, the labels of its
    buttons as they are seen, and what is wrong with it."""

    elements: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    buttons: list = field(default_factory=list)
    faults: list = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.page, self.open = Page(), []
        self.line, self.label, self.hidden = [], None, 0

    def fault(self, sentence):
        line, _column = self.getpos()
        self.page.faults.append(f"line {line}: {sentence}")

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.page.elements.append(Element(tag, attributes))
        self._look_at(tag, attrs, attributes)
        while self.open and tag in CLOSES_ITSELF.get(self.open[-1], ()):
            self.open.pop()
        if self.open and self.open[-1] == "p" and tag in ENDS_PARAGRAPH:
            self.open.pop()
        if self.open and tag in ENDS_PARAGRAPH and self.open[-1] in ONLY_PHRASES_IN:
            self.fault(f"<{tag}> stands in <{self.open[-1]}>, which holds words only")
        if tag not in VOID:
            self.open.append(tag)
        self._say(tag, attributes)

    def _say(self, tag, attributes):
        """Begin a line or a button's label, and note what attributes say."""
        if tag in ENDS_LINE:
            self._end_line()
        self.page.lines += [attributes[name] for name in SAID if attributes.get(name)]
        classes = attributes.get("class", "").split()
        if tag == "button" or (tag == "a" and "button" in classes):
            self.label = []
        if "visually-hidden" in classes:
            self.hidden = len(self.open)
        if tag == "input" and attributes.get("type") == "submit":
            self.page.buttons.append(attributes.get("value", ""))

    def handle_data(self, data):
        if self.open and self.open[-1] in UNREAD:
            return
        self.line.append(data)
        if self.label is not None and not self.hidden:
            self.label.append(data)

    def _end_line(self):
        if line := " ".join("".join(self.line).split()):
            self.page.lines.append(line)
        self.line = []

    def _end_of(self, tag):
        if tag in ENDS_LINE:
            self._end_line()
        if self.label is not None and tag in {"button", "a"}:
            self.page.buttons.append(" ".join("".join(self.label).split()))
            self.label = None
        if len(self.open) < self.hidden:
            self.hidden = 0

    def _look_at(self, tag, attrs, attributes):
        if len(attributes) < len(attrs):
            self.fault(f"<{tag}> names an attribute twice")
        if tag == "input" and attributes.get("type") == "hidden":
            spoken = [name for name in attributes if name.startswith("aria-")]
            if spoken:
                self.fault(f"a hidden input has {', '.join(spoken)}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID and "svg" in self.open:
            self.open.pop()
        elif tag not in VOID:
            self.fault(f"<{tag}/> is not closed by its slash")

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in {*CLOSES_ITSELF, "p"}:
            self.open.pop()
        if tag in VOID or tag not in self.open:
            self.fault(f"</{tag}> closes nothing")
        elif self.open[-1] != tag:
            self.fault(f"</{tag}> comes while <{self.open[-1]}> is open")
            while self.open.pop() != tag:
                pass
        else:
            self.open.pop()
        self._end_of(tag)

    def handle_decl(self, decl):
        if decl.lower() != "doctype html":
            self.fault(f"<!{decl}> is not the doctype of HTML")

    def close(self):
        super().close()
        self._end_line()
        for tag in self.open:
            if tag not in {*CLOSES_ITSELF, "p", "html", "body", "head"}:
                self.fault(f"<{tag}> is never closed")


def read(text):
    """The page that this text holds."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    ids = Counter(element.get("id") for element in reader.page.elements)
    for name in [name for name, times in ids.items() if name and times > 1]:
        reader.page.faults.append(f"the id “{name}” is given twice")
    return reader.page
