"""One brief of 31 headings on three levels, in every format that editors have it in."""

import re
from collections import Counter
from dataclasses import dataclass
from html import escape

from .drafted import words
from .word_files import item, numbering, paragraph, run, word_file


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


def words_of(parts: list[Part]) -> Counter[str]:
    texts = [part.heading for part in parts]
    for part in parts:
        for text in part.texts:
            texts += [text] if isinstance(text, str) else list(text)
    return words(re.sub(r"<https?://[^>]+>", "", " ".join(texts)))
