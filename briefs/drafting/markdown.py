"""Reads a Markdown file, by way of HTML, with footnotes, crossed-out words and front matter."""

import html
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin as subscript_plugin
from mdit_py_plugins.superscript import superscript_plugin

from ..page import emphasis
from . import tags
from .blocks import Block, Guess
from .encodings import decoded
from .front_matter import read_front_matter
from .html import read_html
from .letters import cleaned

HEADING_NAME = re.compile(r"\s*\{\s*#([\w.:-]+)[^{}]*\}\s*$")
YEAR = 1000  # a list that begins with so large a number is a sentence that does


def read_markdown(content: bytes, name: str, guesses: list[Guess]) -> list[Block]:
    """The blocks of a Markdown file. Arguments as for `read_html`."""
    text = cleaned(decoded(content, name, guesses))
    front, text = read_front_matter(text)
    env: dict[str, Any] = {}
    tokens = PARSER.parse(text, env)
    page = PARSER.renderer.render(tokens, PARSER.options, env)
    blocks = read_html(page, name, guesses, is_typed=True)
    guesses += _unused(env, tokens)
    return [*front, *blocks]


def _unused(env: dict[str, Any], tokens: list[Token]) -> Iterator[Guess]:
    """Guesses about addresses that the file gives but no link leads to."""
    used = {
        str(child.attrs.get("href") or child.attrs.get("src"))
        for token in tokens
        for child in _all(token.children or [])
        if child.type in ("link_open", "image")
    }
    unused = [ref for ref in env.get("references", {}).values() if ref["href"] not in used]
    for ref in [*unused, *env.get("duplicate_refs", [])]:
        words = " ".join(filter(None, [ref["href"], ref["title"]]))
        line = ref["map"][0] + 1 if ref.get("map") else None
        yield Guess(line, _("No link leads to the address that’s defined here: %s") % words)


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _keep_uncited(state: StateCore) -> None:
    """Leave footnotes that nothing cites where they are, as text. The plugin would drop them."""
    cited = {label for label, number in _refs(state).items() if number >= 0}
    last = {
        token.meta["label"]: index
        for index, token in enumerate(state.tokens)
        if token.type == "footnote_reference_open"
    }
    kept: list[Token] = []
    is_kept = False
    for index, token in enumerate(state.tokens):
        if token.type == "footnote_reference_open":
            label = token.meta["label"]
            is_kept = f":{label}" not in cited or last[label] != index
            if is_kept:
                sentence = _("Nothing cites the footnote “%s,” so it’s a paragraph.") % label
                kept.append(_guess(token, sentence))
                continue
        if token.type == "footnote_reference_close" and is_kept:
            kept.append(_html("</div>"))
            is_kept = False
            continue
        kept.append(token)
    state.tokens = kept


def _refs(state: StateCore) -> dict[str, int]:
    return state.env.get("footnotes", {}).get("refs", {})


def _guess(token: Token, sentence: str) -> Token:
    """A tag, to be closed, that reports a guess about a token."""
    line = token.map[0] + 1 if token.map else ""
    return _html(f'<div data-line="{line}" data-guess="{html.escape(sentence)}">')


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)


def _report_languages(state: StateCore) -> None:
    """Report what follows the marks above code, such as its language."""
    kept: list[Token] = []
    for token in state.tokens:
        if token.type == "fence" and token.info.strip():
            sentence = _("We left out what’s said above a block of code: “%s.”")
            sentence %= token.info.strip()
            kept += [_guess(token, sentence), _html("</div>")]
        kept.append(token)
    state.tokens = kept


def _report_cells(state: StateCore) -> None:
    """Report the cells that a row of a table has more than the first row. They aren't shown."""
    lines = state.src.split("\n")
    columns, kept = 0, list[Token]()
    for token in state.tokens:
        if token.type == "thead_open":
            columns = 0
        columns += token.type == "th_open"
        if token.type == "table_open" and token.map:
            told = len(kept)
        elif token.type == "tr_open" and token.map and columns:
            row = lines[token.map[0]].lstrip("> \t").strip()
            cells = escapedSplit(row.removeprefix("|").removesuffix("|"))
            if more := " ".join(cell.strip() for cell in cells[columns:]).strip():
                sentence = _("A row has more cells than the table has columns. We left out “%s.”")
                kept[told:told] = [_guess(token, sentence % more), _html("</div>")]
        kept.append(token)
    state.tokens = kept


def _mark_lines(state: StateCore) -> None:
    """Note the line of each block, and what its heading is called in links."""
    for token, after in zip(state.tokens, [*state.tokens[1:], Token("", "", 0)], strict=False):
        if token.map and token.tag and token.nesting >= 0:
            token.attrSet("data-line", str(token.map[0] + 1))
        if token.type == "heading_open" and after.children:
            last = after.children[-1]
            if last.type == "text" and (found := HEADING_NAME.search(last.content)):
                last.content = last.content[: found.start()]
                token.attrSet("id", found[1])


def _escape_unknown(state: StateCore) -> None:
    """Keep what only looks like HTML, such as <name>, as the words that it is, and note the line
    of HTML."""
    for token in _all(state.tokens):
        if token.type in ("html_inline", "html_block"):
            place = f'<div data-line="{token.map[0] + 1}"></div>' if token.map else ""
            token.content = place + tags.mended(token.content, is_typed=True)


def _keep_numbers(state: StateCore) -> None:
    """Write numbers as they were typed, if counting gives others: each in its list item, or, if
    it's a year, in a paragraph."""
    opened: list[tuple[Token, list[Token]]] = []
    for token in state.tokens:
        if token.type == "ordered_list_open" or token.type == "bullet_list_open":
            opened.append((token, []))
        elif token.type == "list_item_open" and opened:
            opened[-1][1].append(token)
        elif token.type in ("ordered_list_close", "bullet_list_close") and opened:
            start, items = opened.pop()
            if start.type == "ordered_list_open":
                _judge_numbers(start, token, items)


def _judge_numbers(start: Token, end: Token, items: list[Token]) -> None:
    numbers = [int(item.info) for item in items]
    if numbers[0] >= YEAR:
        start.type = end.type = "html_block"
        start.tag, end.tag, start.content, end.content = "", "", "<div>", "</div>"
        for item in items:
            item.meta["number"] = f"{item.info}{item.markup}"
    elif len(set(numbers)) > 1:
        for item, number in zip(items, numbers, strict=True):
            item.attrSet("value", str(number))


def _write_years(state: StateCore) -> None:
    """Write the numbers of items that aren't items before their words."""
    depth: list[bool] = []
    for index, token in enumerate(state.tokens):
        if token.type == "list_item_open":
            number = token.meta.get("number", "")
            depth.append(bool(number))
            if number:
                token.type, token.tag, token.content = "html_block", "", "<div>"
                _begin(state.tokens[index + 1 :], number)
        elif token.type == "list_item_close" and depth.pop():
            token.type, token.tag, token.content = "html_block", "", "</div>"


def _begin(tokens: list[Token], number: str) -> None:
    """Put a number before the first words of these tokens."""
    for token in tokens:
        if token.type == "inline":
            words = Token("text", "", 0, content=f"{number} ")
            token.children = [words, *(token.children or [])]
            return
        if token.type == "list_item_close":
            return


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")
    # Every link is taken here. The reader of HTML reports those that can't be kept.
    vars(parser)["validateLink"] = lambda href: True
    parser.use(footnote_plugin).use(deflist_plugin)
    parser.use(superscript_plugin).use(subscript_plugin)
    emphasis.use(parser)
    parser.core.ruler.before("footnote_tail", "keep_uncited", _keep_uncited)
    parser.core.ruler.push("keep_numbers", _keep_numbers)
    parser.core.ruler.push("write_years", _write_years)
    parser.core.ruler.push("escape_unknown", _escape_unknown)
    parser.core.ruler.push("report_cells", _report_cells)
    parser.core.ruler.push("report_languages", _report_languages)
    parser.core.ruler.push("mark_lines", _mark_lines)
    return parser


PARSER = _parser()
