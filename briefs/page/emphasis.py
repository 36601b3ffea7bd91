"""Bold and italics where CommonMark would show the asterisks.

CommonMark decides by spaces and punctuation whether an asterisk opens or closes. So in
“**Note:**the well” and in “は**「水」**です” it finds no end, though no reader doubts it. Text that
would show asterisks is read again by a simpler rule: they open before a letter or sign, and close
after one. If that shows fewer asterisks, it's kept. All other text is read as CommonMark has it.
"""

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

STAR = "*"
NOTE = re.compile(r"\[\^|\^\[")
EASY = "emphasis is easy"  # a key of the parser's environment


def use(parser: MarkdownIt) -> None:
    """Add the rule to a parser."""
    parser.inline.ruler.at("emphasis", _tokenize)
    parser.core.ruler.after("inline", "read_again", _read_again)


def _read_again(state: StateCore) -> None:
    for token in state.tokens:
        # Where notes are counted, what has one can't be read twice.
        if token.type != "inline" or STAR not in token.content or NOTE.search(token.content):
            continue
        shown = _count(token.children or [])
        if not shown:
            continue
        again: list[Token] = []
        state.md.inline.parse(token.content, state.md, {**state.env, EASY: True}, again)
        if _count(again) < shown:
            token.children = again


def _count(tokens: Iterable[Token]) -> int:
    """How many asterisks a reader would see, without those that are escaped."""
    return sum(token.content.count(STAR) for token in tokens if token.type == "text")


def _tokenize(state: StateInline, silent: bool) -> bool:
    """As the parser's own rule; or by the simpler one, the second time."""
    start = state.pos
    if silent or state.src[start] != STAR or not state.env.get(EASY):
        return tokenize(state, silent)
    rest = state.src[start : state.posMax]
    length = len(rest) - len(rest.lstrip(STAR))
    before, after = state.src[start - 1 : start], state.src[start + length : start + length + 1]
    for _star in range(length):
        state.push("text", "", 0).content = STAR
        delimiter = Delimiter(
            marker=ord(STAR),
            length=length,
            token=len(state.tokens) - 1,
            end=-1,
            open=bool(after.strip()),
            close=bool(before.strip()),
        )
        state.delimiters.append(delimiter)
    state.pos += length
    return True
