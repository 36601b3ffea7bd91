"""What the tags of a web page mean: which are blocks, which aren't text, and how words look."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from . import footnotes

# No text of the page, or none that anyone sees.
SILENT = set("script style head meta link base template title param source track col wbr".split())
SILENT |= set("colgroup area rp datalist".split())
# Shown by a browser, but not text of the article.
CONTROLS = set("button select option textarea input dialog noscript svg canvas map".split())
FILMS = {"iframe", "video", "embed", "object", "oembed", "audio"}
HEADING = re.compile(r"h[1-6]")
HOLDERS = set("div section article main body details summary center address fieldset".split())
HOLDERS |= set("header footer aside form hgroup p figcaption dl dd li caption".split())
HOLDERS |= set("tbody thead tfoot tr td th html legend search".split())
INLINE = set("a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label".split())
INLINE |= set("mark meter nobr output progress q rb rt ruby rtc s samp small span strike".split())
INLINE |= set("strong sub sup time tt u var math br img picture".split())
BOLD = {"b", "strong"}
ITALIC = {"em", "i", "cite", "dfn", "var"}
STRUCK = {"del", "s", "strike"}
KNOWN = SILENT | CONTROLS | FILMS | HOLDERS | INLINE | {f"h{level}" for level in range(1, 7)}
KNOWN |= set("ul ol menu dir table blockquote pre figure hr dt nav listing xmp frame".split())

CLASS = re.compile(r"\w*\.(-?[A-Za-z_][\w-]*)")
BRACE = re.compile(r"([{}])")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]+)", re.IGNORECASE)
MOST_STYLE = 500_000  # characters of style sheets that are looked through


@dataclass
class Page:
    """What all parts of a page need to know.

    Attributes:
        has_lines: whether its tags know their lines in the file.
        is_typed: whether people typed it as Markdown, so that comments and titles of links are
            words of theirs.
        base: the address that its links begin at; "" if it doesn't say.
        looks: what its style sheets say of each class.
        notes: its footnotes.
        main: the part with the article; None if the page doesn't say.
        told: what was reported already that needs no second guess.
    """

    has_lines: bool = False
    is_typed: bool = False
    base: str = ""
    looks: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: footnotes.Notes = field(default_factory=footnotes.Notes)
    main: Tag | None = None
    told: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, soup: BeautifulSoup, *, has_lines: bool, is_typed: bool) -> "Page":
        base = soup.find("base", href=True)
        href = said(base, "href") if base else ""
        return cls(
            has_lines=has_lines,
            is_typed=is_typed,
            base=href if urlsplit(href).scheme.lower() in ("http", "https") else "",
            looks=_looks(soup),
            notes=footnotes.find(soup),
            main=_main_of(soup),
        )

    def line_of(self, tag: Tag) -> int | None:
        """The line of a tag in the file, which Markdown's tags name in an attribute."""
        if self.has_lines:
            return tag.sourceline
        line = said(tag, "data-line")
        return int(line) if line.isdecimal() else None

    def style_of(self, tag: Tag) -> dict[str, str]:
        """What classes and the tag itself say about its look."""
        style: dict[str, str] = {}
        for name in classes(tag):
            style |= self.looks.get(name, {})
        return style | _declared(said(tag, "style"))

    def is_around(self, tag: Tag) -> bool:
        """Whether the tag holds the article and what's around it."""
        return self.main is not None and any(parent is tag for parent in self.main.parents)


def said(tag: Tag, name: str) -> str:
    """The value of an attribute; "" if it's missing."""
    return str(tag.get(name) or "").strip()


def classes(tag: Tag) -> list[str]:
    return " ".join(filter(None, tag.get_attribute_list("class"))).split()


def is_bold(tag: Tag, style: dict[str, str]) -> bool | None:
    """Whether the tag makes its words bold; None if it doesn't say."""
    weight = style.get("font-weight", "")
    if weight:
        return weight in ("bold", "bolder") or (weight.isdecimal() and int(weight) >= 600)
    return True if tag.name in BOLD else None


def is_italic(tag: Tag, style: dict[str, str]) -> bool | None:
    slant = style.get("font-style", "")
    if slant:
        return slant.startswith(("italic", "oblique"))
    return True if tag.name in ITALIC else None


def is_struck(tag: Tag, style: dict[str, str]) -> bool:
    lines = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    return tag.name in STRUCK or "line-through" in lines


def is_hidden(tag: Tag) -> bool:
    """Whether the tag itself says so. Style sheets hide what a click shows, such as tabs."""
    style = _declared(said(tag, "style"))
    is_away = style.get("display") == "none" or style.get("visibility") == "hidden"
    return is_away or tag.get("hidden") is not None or style.get("mso-hide") == "all"


def role_of(tag: Tag) -> str:
    """Which part of a page it is: “nav”, “header”, “footer” or “aside”; "" for any other."""
    roles = {
        "navigation": "nav",
        "banner": "header",
        "contentinfo": "footer",
        "complementary": "aside",
        "search": "nav",
    }
    if tag.name in ("nav", "header", "footer", "aside"):
        return tag.name
    return roles.get(said(tag, "role").lower(), "")


def level_of(tag: Tag) -> int:
    """The level of a heading; 0 if the tag is none."""
    if HEADING.fullmatch(tag.name):
        return int(tag.name[1])
    if said(tag, "role").lower() == "heading":
        level = said(tag, "aria-level")
        return int(level) if level.isdecimal() and 0 < int(level) < 10 else 2
    return 0


def has_heading(tag: Tag) -> bool:
    return tag.find(lambda inner: bool(level_of(inner))) is not None


def _main_of(soup: BeautifulSoup) -> Tag | None:
    """The part with the article, if the page says which."""
    mains = soup.find_all(lambda tag: tag.name == "main" or said(tag, "role") == "main")
    if len(mains) == 1:
        return mains[0]
    articles = soup.find_all("article")
    outer = [tag for tag in articles if not tag.find_parent("article")]
    return outer[0] if len(outer) == 1 and not mains else None


def _declared(style: str) -> dict[str, str]:
    return {
        name.lower(): value.strip().lower().removesuffix("!important").strip()
        for name, value in DECLARATION.findall(style)
    }


def _looks(soup: BeautifulSoup) -> dict[str, dict[str, str]]:
    """What the page's own style sheets say of each class, such as Google Docs' “.c1”."""
    looks: dict[str, dict[str, str]] = {}
    sheet = "".join(map(str, (text for tag in soup.find_all("style") for text in tag.contents)))
    depth, selectors, before = 0, "", ""
    for part in BRACE.split(COMMENT.sub("", sheet[:MOST_STYLE])):
        if part == "{":
            # Not what ends before the rule, such as @import.
            selectors = before.rpartition(";")[2] if depth == 0 else "@"
            depth += 1
        elif part == "}":
            # Rules inside of others, such as those for paper, don't count.
            if depth == 1 and not selectors.lstrip().startswith("@"):
                for name in filter(None, map(_class_of, selectors.split(","))):
                    looks[name] = looks.get(name, {}) | _declared(before)
            depth = max(depth - 1, 0)
        else:
            before = part
    return looks


def _class_of(selector: str) -> str:
    """The class, if that's all that a selector names, besides a tag."""
    found = CLASS.fullmatch(selector.strip())
    return found[1] if found else ""
