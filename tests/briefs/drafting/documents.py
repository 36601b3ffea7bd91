"""Documents for tests of the drafter: Word files by hand, and one brief in every format."""

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from html import escape

from briefs import drafting

SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
NAMED = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
STYLES = {
    "Normal": "Normal",
    "Title": "Title",
    "Subtitle": "Subtitle",
    "Quote": "Quote",
    **{f"Heading{level}": f"heading {level}" for level in range(1, 7)},
}


def word_file(
    body: str,
    *,
    styles: str | None = None,
    parts: dict[str, str] | None = None,
    relations: dict[str, tuple[str, str]] | None = None,
    kind: str = MAIN,
) -> bytes:
    """A Word file with no more than it needs.

    Args:
        body: the XML of its text.
        styles: the XML of its styles; None for the usual ones.
        parts: the XML of other parts, by name, such as "footnotes".
        relations: (kind, target) by id. A target with "://" is outside.
        kind: the content type of the text.
    """
    usual = "".join(style(name, said) for name, said in STYLES.items())
    parts = {"styles": f"<w:styles {NAMED}>{usual if styles is None else styles}</w:styles>"} | {
        name: xml.replace(" NAMED", f" {NAMED}", 1) for name, xml in (parts or {}).items()
    }
    links = "".join(
        f'<Relationship Id="{name}" Type="{SPACES["r"]}/{kind_of}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if ":" in target else "/>")
        for name, (kind_of, target) in (relations or {}).items()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{SPACES["r"]}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml", f"<w:document {NAMED}><w:body>{body}</w:body></w:document>"
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        )
        for name, xml in parts.items():
            archive.writestr(f"word/{name}.xml", xml)
    return out.getvalue()


def style(name: str, said: str, inside: str = "", kind: str = "paragraph") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{said}"/>{inside}</w:style>'


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """A paragraph of Word. Text that begins with < is XML of runs already."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inside = text if text.startswith("<") else run(text)
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inside}</w:p>"


def run(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def item(text: str, number: int = 1, level: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=place)


def numbering(*lists: str) -> str:
    """The numbering of a file: list 1, 2, … each “bullet”, “decimal”, “lowerLetter” and so on."""
    levels = [
        "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{shown}"/>'
            f'<w:lvlText w:val="%{level + 1}."/></w:lvl>'
            for level in range(3)
        )
        for shown in lists
    ]
    defined = "".join(
        f'<w:abstractNum w:abstractNumId="{number}">{level}</w:abstractNum>'
        for number, level in enumerate(levels, start=1)
    )
    named = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number, _level in enumerate(levels, start=1)
    )
    return f"<w:numbering NAMED>{defined}{named}</w:numbering>"


def table(*rows: list[str]) -> str:
    """A table of Word. A cell that begins with < is XML already."""
    cells = [
        "".join(f"<w:tc>{c if c.startswith('<') else paragraph(c)}</w:tc>" for c in row)
        for row in rows
    ]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


# What is drafted.


@dataclass
class Drafted:
    """A draft, as tests look at it.

    Attributes:
        title, summary: of the brief.
        tree: each heading, with the heading that it's under.
        texts: the text of each section, by its heading.
        sources: the title and the address of each source.
        questions, steps, figures: the text or title of each.
        told: each guess, after the heading of its section if it has one.
    """

    title: str
    summary: str
    tree: list[tuple[str, str | None]]
    texts: dict[str, str]
    sources: list[tuple[str, str]]
    questions: list[str]
    steps: list[str]
    figures: list[str]
    told: list[str]

    @property
    def text(self) -> str:
        """All words that readers would see."""
        texts = [self.title, self.summary, *self.questions, *self.steps, *self.figures]
        texts += [f"{heading}\n{text}" for heading, text in self.texts.items()]
        return "\n".join([*texts, *(title for title, _address in self.sources)])

    @property
    def all_told(self) -> str:
        return "\n".join(self.told)


def drafted(content: bytes, name: str = "town-water.docx") -> Drafted:
    objects, guesses = drafting.draft(content, name, slugs={})
    rows = {}
    for one in objects:
        rows.setdefault(one["model"].removeprefix("briefs."), []).append(one["fields"])
    sections = rows.get("section", [])
    headings = {one["slug"]: one["heading"] for one in sections}
    parents = [one.get("parent") for one in sections]
    return Drafted(
        title=rows["brief"][0]["title"],
        summary=rows["brief"][0]["summary"],
        tree=[
            (one["heading"], parent and headings[parent[1]])
            for one, parent in zip(sections, parents, strict=True)
        ],
        texts={one["heading"]: one.get("body", "") for one in sections},
        sources=[(one["title"], one.get("url", "")) for one in rows.get("source", [])],
        questions=[one["text"] for one in rows.get("question", [])],
        steps=[one["text"] for one in rows.get("calltoaction", [])],
        figures=[one["title"] for one in rows.get("figure", [])],
        told=[
            f"{headings[one.section]}: {one.sentence}" if one.section else one.sentence
            for one in guesses
        ],
    )


# One brief of 31 headings on three levels, in all formats.


@dataclass
class Part:
    """A heading, and what is under it: paragraphs, lists (list), quotations (tuple), links
    (“words <address>”)."""

    level: int
    heading: str
    texts: list
    after_break: bool = False


def _texts(number: int, *, many: bool = True) -> list:
    """Texts with words of their own."""
    link = f"Read the report{number} <https://example.org/r{number}> of the town{number}."
    texts = [f"The well{number} gives water to street{number}, and to gardens{number}.", link]
    if many:
        texts.append(f"“We drink{number} it,” says Ida{number}. It was dug in {1900 + number}.")
    return texts


OUTLINE = [
    (1, "Introduction", 2, False),
    (2, "Case Study", 3, False),
    (2, "What is Town Water?", 3, False),
    (2, "Why it Matters", 2, False),
    (1, "Putting it in Context", 0, False),
    (2, "By the Numbers", 0, False),
    (3, "Who", 3, False),
    (3, "What?", 2, False),
    (3, "Where?", 2, False),
    (2, "History", 3, False),
    (1, "The Role of Government", 0, True),
    (2, "Federal", 3, False),
    (2, "State and Local", 3, False),
    (1, "Current Challenges and Areas for Reform", 0, True),
    (2, "Measuring the Water", 2, False),
    (2, "Working with Neighbors", 0, False),
    (3, "Ask the Neighbors", 3, False),
    (3, "Empower Neighbors", 3, False),
    (2, "Repair and Protection", 2, False),
    (3, "U.S. Coordination and Collaboration", 2, True),
    (3, "Protecting Wells", 3, False),
    (2, "The Role of Big Pipes: Section 12", 3, False),
    (2, "Private Sector Role", 3, False),
    (1, "Conclusion", 2, True),
    (1, "Ways to Get Involved/What You Can Do", 2, False),
    (1, "Thought Leaders and Additional Resources", 0, False),
    (2, "Old Wells", 0, False),
    (2, "New Wells", 0, False),
    (2, "Rain Barrels", 0, False),
    (1, "Suggestions for your Next Conversation", 0, False),
    (2, "Explore the Series", 2, False),
]


def brief() -> list[Part]:
    parts = []
    for number, (level, heading, size, after_break) in enumerate(OUTLINE):
        texts = _texts(number, many=size > 2) if size else []
        if heading == "History":
            texts.append((f"Water{number} is older than the town.",))
        if heading == "Federal":
            texts.append([f"Measure{number} it", f"Name{number} it", f"Tell{number} of it"])
        parts.append(Part(level, heading, texts, after_break))
    return parts


def tree(parts: list[Part]) -> list[tuple[str, str | None]]:
    """Each heading, with the heading that it's under."""
    found, above = [], {0: None}
    for part in parts:
        found.append((part.heading, above[part.level - 1]))
        above[part.level] = part.heading
    return found


LINK = re.compile(r"(\S+) <(https?://[^>]+)>")


def as_text(parts: list[Part]) -> bytes:
    lines = []
    for part in parts:
        lines += ["\xa0"] * part.after_break + [part.heading]
        for text in part.texts:
            if isinstance(text, list):
                lines.append("\n".join(f"  • {words}" for words in text))
            else:
                lines.append(LINK.sub(r"\1", "".join(text)))
    return "\n\n".join(lines).encode()


def as_markdown(parts: list[Part]) -> bytes:
    lines = ["# Town water"]
    for part in parts:
        lines.append(f"{'#' * (part.level + 1)} {part.heading}")
        for text in part.texts:
            if isinstance(text, list):
                lines.append("\n".join(f"* {words}" for words in text))
            else:
                mark = "> " if isinstance(text, tuple) else ""
                lines.append(mark + LINK.sub(r"[\1](\2)", "".join(text)))
    return "\n\n".join(lines).encode()


def as_cms_html(parts: list[Part]) -> bytes:
    """A page of a content management system: a menu, an article, a foot."""
    inside = "".join(
        f"<h{part.level + 1} class='wp-block-heading'>{escape(part.heading)}</h{part.level + 1}>\n"
        + "".join(_html(text) for text in part.texts)
        for part in parts
    )
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Town water – A site</title>"
        "</head><body><header><nav><ul><li><a href='/'>Home</a></li></ul></nav></header><main>"
        f"<article><h1>Town water</h1>\n<div class='entry-content'>{inside}</div></article></main>"
        "</body></html>"
    ).encode()


def as_google_html(parts: list[Part]) -> bytes:
    """A page as Google Docs exports it: spans with classes, and links by way of google.com."""
    inside = ""
    for part in parts:
        level = part.level
        inside += f'<h{level} class="c7"><span class="c1">{escape(part.heading)}</span></h{level}>'
        for text in part.texts:
            html = _html(text).replace("<p>", '<p class="c2"><span class="c3">')
            html = html.replace("</p>", "</span></p>").replace("<blockquote>", "")
            html = html.replace("</blockquote>", "").replace("<li>", '<li class="c4"><span>')
            html = html.replace("</li>", "</span></li>").replace("<ul>", '<ul class="lst-kix_1-0">')
            inside += re.sub(
                r'href="(.*?)"',
                r'href="https://www.google.com/url?q=\1&amp;sa=D&amp;source=editors"',
                html,
            )
    return (
        '<html><head><meta content="text/html; charset=UTF-8" http-equiv="content-type"><style '
        'type="text/css">.c1{color:#000;font-weight:400}.c3{font-weight:400}</style></head>'
        f'<body class="c9 doc-content"><p class="title c8"><span>Town water</span></p>{inside}'
        "</body></html>"
    ).encode()


def _html(text) -> str:
    if isinstance(text, list):
        return "<ul>" + "".join(f"<li>{escape(words)}</li>" for words in text) + "</ul>"
    inside = LINK.sub(r'<a href="\2">\1</a>', "".join(text))
    return (
        f"<blockquote><p>{inside}</p></blockquote>"
        if isinstance(text, tuple)
        else (f"<p>{inside}</p>")
    )


def as_word(parts: list[Part], *, with_styles: bool = True) -> bytes:
    """A Word file; or one whose headings are only bold, and whose breaks are empty lines."""
    relations = {}
    body = paragraph("Town water", "Title") if with_styles else ""
    for part in parts:
        if with_styles:
            body += paragraph(part.heading, f"Heading{part.level}")
        else:
            body += paragraph("\xa0") * part.after_break
            body += paragraph(run(part.heading, "<w:b/>"))
        for text in part.texts:
            if isinstance(text, list):
                body += "".join(map(item, text))
            else:
                body += paragraph(_runs("".join(text), relations))
    return word_file(body, parts={"numbering": numbering("bullet")}, relations=relations)


def _runs(text: str, relations: dict) -> str:
    runs, end = "", 0
    for found in LINK.finditer(text):
        name = f"l{len(relations)}"
        relations[name] = ("hyperlink", found[2])
        runs += run(text[end : found.start()])
        runs += f'<w:hyperlink r:id="{name}">{run(found[1])}</w:hyperlink>'
        end = found.end()
    return runs + run(text[end:])


def words(text: str) -> Counter[str]:
    """The words of a text, and how often each comes."""
    return Counter(re.findall(r"\w+", text))


def words_of(parts: list[Part]) -> Counter[str]:
    texts = [part.heading for part in parts]
    for part in parts:
        for text in part.texts:
            texts += [text] if isinstance(text, str) else list(text)
    return words(re.sub(r"<https?://[^>]+>", "", " ".join(texts)))
