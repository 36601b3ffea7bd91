"""Markdown to safe HTML, in the dialect of briefs.

It is CommonMark with tables. A brief also has:

    [@slug]              cites a source of the brief; [@one][@two] are shown as one
    ![](figure:slug)     alone in its paragraph, places a figure of the section
    [words](#slug)       leads to another section of the same page
    [words](figure:slug) leads to a figure

The page is protected twice. The parser ignores HTML and keeps only links to http, https,
mailto, tel and this site. Then nh3 removes every tag and attribute that isn't on a short list.

Pictures are replaced by their alternative text, so nothing loads from another host. A heading
inside a text becomes a bold line: only sections have headings, so that their levels on a page
are always right. An indent doesn't make a code block, as in YAML and in notes it is nearly
always a mistake. `figures/` draws the figures; this module only gets their HTML.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from . import emphasis

WORDS_A_MINUTE = 220
# To look at a figure takes half a minute, as long as to read so many words.
WORDS_A_FIGURE = WORDS_A_MINUTE // 2

CITATIONS = re.compile(r"\[@[A-Za-z0-9_-]+\](?:\s*\[@[A-Za-z0-9_-]+\])*")
CITATION = re.compile(r"\[@([A-Za-z0-9_-]+)\]")
FIGURE = re.compile(r"figure:([A-Za-z0-9_-]+)")
ALLOWED_LINK = re.compile(r"https?://|mailto:|tel:|#|/(?![/\\])", re.IGNORECASE)
OUTSIDE_LINK = re.compile(r"https?://", re.IGNORECASE)

COLUMN_CLASSES = {"text-align:right": "prose__end", "text-align:center": "prose__center"}

wall = nh3.Cleaner(
    tags={
        *("p", "blockquote", "ul", "ol", "li", "pre", "hr", "div"),
        *("a", "br", "code", "em", "strong", "sup"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={
        "a": {"href", "id", "rel", "aria-label"},
        "div": {"role", "tabindex", "aria-label"},
        "ol": {"start"},
        "p": {"id"},
        "th": {"scope"},
    },
    allowed_classes={
        "div": {"table-wrap"},
        "p": {"prose__heading"},
        "sup": {"cite"},
        "td": set(COLUMN_CLASSES.values()),
        "th": set(COLUMN_CLASSES.values()),
    },
    clean_content_tags={"script", "style"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


@dataclass
class CitedSource:
    """A source with its number on the page, and the ids of the citations of it (`places`)."""

    source: Any
    number: int
    places: list[str] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"source-{self.source.slug}"


class Citations:
    """Numbers the sources of one page in the order of their first citation.

    Make one for each page and pass it to every `render`, in reading order. After that,
    `listed()` gives the list of sources for the end of the page. A source is any object
    with a `slug` and a `title`.
    """

    def __init__(self, sources: Iterable[Any]) -> None:
        self.sources = {source.slug: source for source in sources}
        self.cited: dict[str, CitedSource] = {}

    def cite(self, slug: str) -> CitedSource | None:
        """Count one more citation of this source. None if there is no such source."""
        if slug not in self.sources:
            return None
        if slug not in self.cited:
            self.cited[slug] = CitedSource(self.sources[slug], len(self.cited) + 1)
        cited = self.cited[slug]
        cited.places.append(f"cite-{slug}-{len(cited.places) + 1}")
        return cited

    def listed(self) -> list[CitedSource]:
        """All sources: first those cited in texts, by number; then those only figures use."""
        rest = [source for slug, source in self.sources.items() if slug not in self.cited]
        numbered = enumerate(rest, start=len(self.cited) + 1)
        return [*self.cited.values(), *(CitedSource(source, n) for n, source in numbered)]


def render(
    text: str,
    *,
    anchor: str = "",
    citations: Citations | None = None,
    figures: Mapping[str, str] | None = None,
) -> SafeString:
    """The HTML of one text of a brief.

    Citations of unknown sources and unknown figures are left out.

    Args:
        text: Markdown.
        anchor: the slug of the section. If given, its paragraphs get ids for links:
            `history-p1`, `history-p2`, … Paragraphs inside lists and quotes don't count.
        citations: the page's `Citations`.
        figures: the HTML of figures by slug.
    """
    env = {"citations": citations or Citations([])}
    html: list[str] = []
    count, drawn = 0, set[str]()
    figures = figures or {}
    for block, slugs in blocks(text, env):
        if slugs:
            new = dict.fromkeys(slug for slug in slugs if slug not in drawn)
            html += [figures[slug] for slug in new if slug in figures]
            drawn.update(new)
        else:
            if anchor and _is_paragraph(block):
                count += 1
                block[0].attrSet("id", f"{anchor}-p{count}")
            html.append(wall.clean(BRIEF.renderer.render(block, BRIEF.options, env)).strip())
    return mark_safe("\n".join(html))


@lru_cache(maxsize=512)
def render_paragraph(text: str, number: int | None) -> str:
    """The HTML of one paragraph of a text, numbered from 1 as in `render`; "" if there is none."""
    env = {"citations": Citations([])}
    paragraphs = (block for block, _slugs in blocks(text, env) if _is_paragraph(block))
    for count, block in enumerate(paragraphs, start=1):
        if count == number:
            return mark_safe(wall.clean(BRIEF.renderer.render(block, BRIEF.options, env)).strip())
    return ""


def outside_link(url: str) -> str:
    """The URL if it's a web page; otherwise "". `loaddata` accepts any, even `javascript:`."""
    return url if OUTSIDE_LINK.match(url) else ""


def blocks(text: str, env: dict[str, Any] | None = None) -> Iterator[tuple[list[Token], list[str]]]:
    """The blocks of a text, to render it in another medium: (tokens, slugs of the figures
    that the block places)."""
    for block in _blocks(BRIEF.parse(text, env)):
        slugs = _figures_of(block)
        if slugs or not _is_blank(block):
            yield block, slugs


def find_citations(text: str) -> list[str]:
    """The slugs of all sources that a text cites, in order, with repetitions."""
    return [slug for token in _inline(text, "citation") for slug in token.meta["slugs"]]


def find_figures(text: str) -> list[str]:
    """The slugs of the figures that a text places, in order. A marker that shares its paragraph
    with words, or is inside a list or quote, doesn't count."""
    blocks = _blocks(BRIEF.parse(text))
    return list(dict.fromkeys(slug for block in blocks for slug in _figures_of(block)))


def find_links(text: str) -> list[str]:
    """The URLs of all links in a text as written, even those that `render` drops."""
    env: dict[str, Any] = {}
    BRIEF.parse(text, env)
    return env["links"]


def paragraphs(text: str) -> list[str]:
    """The words of the paragraphs of a text that are numbered (see `render`)."""
    found = (block for block in _blocks(BRIEF.parse(text)) if _is_paragraph(block))
    return [" ".join(_words(block[1]).split()) for block in found]


def count_paragraphs(text: str) -> int:
    """How many paragraphs of a text are numbered."""
    return len(paragraphs(text))


@lru_cache(maxsize=4096)
def count_words(text: str) -> int:
    """How many words a reader reads, without markup and URLs.

    Cached, as lists count the words of the same few texts again and again.
    """
    return len(plain(text).split())


@lru_cache(maxsize=4096)
def count_work(text: str) -> int:
    """How long a text takes to read and its figures to look at, in words."""
    return count_words(text) + WORDS_A_FIGURE * len(find_figures(text))


def count_minutes(words: int) -> int:
    """Minutes to read this many words at 220 words a minute, rounded up.

    M. Brysbaert (2019, a review of 190 studies) found 238 words a minute for silent reading
    of English nonfiction. Reading to prepare a discussion is a little slower.
    """
    return -(-words // WORDS_A_MINUTE)


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """The words of a text on one line, without markup, for summaries and descriptions."""
    blocks = (_words(token) for token in BRIEF.parse(text))
    return " ".join(" ".join(blocks).split())


def squeezed(text: str) -> str:
    """The text without white space, which pages break otherwise than the one who wrote it."""
    return "".join(text.split())


def _blocks(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of a document in groups, one for each top-level block."""
    block, depth = [], 0
    for token in tokens:
        block.append(token)
        depth += token.nesting
        if depth == 0:
            yield block
            block = []


def _inline(text: str, kind: str) -> Iterator[Token]:
    for token in BRIEF.parse(text):
        yield from (child for child in token.children or [] if child.type == kind)


def _figures_of(block: list[Token]) -> list[str]:
    """The slugs in a paragraph that has only figure markers; otherwise none."""
    if block[0].type != "paragraph_open":
        return []
    marks = [token for token in block[1].children or [] if token.type != "softbreak"]
    found = [FIGURE.fullmatch(str(token.attrs.get("src", ""))) for token in marks]
    slugs = [match[1] for match in found if match]
    return slugs if len(slugs) == len(found) else []


def _is_blank(block: list[Token]) -> bool:
    """Whether nothing of a paragraph would be visible, as with a picture without words."""
    return block[0].type == "paragraph_open" and not (
        _words(block[1]).strip() or any(t.type == "citation" for t in block[1].children or [])
    )


def _is_paragraph(block: list[Token]) -> bool:
    is_text = block[0].type == "paragraph_open" and "class" not in block[0].attrs
    return is_text and not _is_blank(block) and not _figures_of(block)


def _words(token: Token) -> str:
    """The words in a token and its children. A figure marker has none."""
    if token.type == "image" and FIGURE.fullmatch(str(token.attrs["src"])):
        return ""
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.children is not None:
        return "".join(_words(child) for child in token.children)
    return token.content


def _read_citations(state: StateInline, silent: bool) -> bool:
    """Parse `[@slug]` and the citations right after it as one token."""
    match = CITATIONS.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        # No space before the number, so that it never begins a line.
        state.pending = state.pending.rstrip()
        if not state.pending and state.tokens and state.tokens[-1].type == "softbreak":
            state.tokens.pop()
        slugs = list(dict.fromkeys(CITATION.findall(match[0])))
        state.push("citation", "", 0).meta = {"slugs": slugs}
    state.pos = match.end()
    return True


def _tidy(state: StateCore) -> None:
    """Turn headings into bold lines, remove the style attributes of columns, check links."""
    links = state.env.setdefault("links", [])
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.type = token.type.replace("heading", "paragraph")
            token.tag, token.hidden = "p", False
            if token.nesting == 1:
                token.attrSet("class", "prose__heading")
        elif token.type in ("th_open", "td_open"):
            style = str(token.attrs.pop("style", ""))
            if style in COLUMN_CLASSES:
                token.attrSet("class", COLUMN_CLASSES[style])
            if token.type == "th_open":
                token.attrSet("scope", "col")
        elif token.type == "inline":
            token.children = list(_checked(token.children or [], links))


def _checked(tokens: list[Token], links: list[str]) -> Iterator[Token]:
    """The same tokens without forbidden links. The words of the links stay."""
    is_allowed = True
    for token in tokens:
        if token.type == "link_open":
            href = str(token.attrs["href"])
            links.append(href)
            if figure := FIGURE.fullmatch(href):
                href = f"#figure-{figure[1]}"
            is_allowed = bool(ALLOWED_LINK.match(href))
            token.attrs = {"href": href}
            if OUTSIDE_LINK.match(href):
                token.attrs["rel"] = "noopener noreferrer"
        if is_allowed or token.type not in ("link_open", "link_close"):
            yield token


def _draw_citation(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Superscript numbers, each a link to its source in the list at the end."""
    cited = [env["citations"].cite(slug) for slug in tokens[index].meta["slugs"]]
    numbers = [
        format_html(
            '<a href="#{}" id="{}" aria-label="{}">{}</a>',
            mark.anchor,
            mark.places[-1],
            _("Source %(number)s: %(title)s") % {"number": mark.number, "title": mark.source.title},
            mark.number,
        )
        for mark in cited
        if mark
    ]
    return f'<sup class="cite">{", ".join(numbers)}</sup>' if numbers else ""


def _draw_words(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """The alternative text of a picture, shown in place of it."""
    return escape(_words(tokens[index]))


def _open_table(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Begin a table in a box that scrolls by itself and that the keyboard can reach."""
    label = escape(_("Table"))
    return f'<div class="table-wrap" role="group" aria-label="{label}" tabindex="0"><table>\n'


def _close_table(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return "</table></div>\n"


def _parser() -> MarkdownIt:
    """A parser for CommonMark with tables and our own rules."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("code")
    # Accept every link here. `_checked` removes forbidden ones but keeps their words.
    vars(parser)["validateLink"] = lambda href: True
    parser.core.ruler.push("tidy", _tidy)
    emphasis.use(parser)
    parser.add_render_rule("image", _draw_words)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    return parser


BRIEF = _parser()
BRIEF.inline.ruler.before("link", "citation", _read_citations)
BRIEF.add_render_rule("citation", _draw_citation)
