"""Reads the lines at the top of a Markdown file that say its title, summary and date."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml
from django.utils.translation import gettext as _

from .blocks import Block, quoted

FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FRONT_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?\n)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
KEYS = {
    "title": "title",
    "summary": "summary",
    "description": "summary",
    "excerpt": "summary",
    "subtitle": "summary",
    "abstract": "summary",
    "date": "edition",
    "edition": "edition",
}
MOST_FRONT = 20_000  # characters
WORD = re.compile(r"[^\W_]+")
# A value without quotation marks or other signs of YAML.
PLAIN = re.compile(r"^([\w-]+):[ \t]+([^\s\"'\[{|>&*!%@`#].*?)[ \t]*$", re.MULTILINE)


def read_front_matter(text: str) -> tuple[list[Block], str]:
    """What the lines between --- at the top say of the file, and the text without them."""
    found = FRONT.match(text) or FRONT_TOML.match(text)
    if not found or len(found[1]) > MOST_FRONT:
        return [], text
    said = _pairs(found[1], is_yaml=text.startswith("-"))
    if said is None:
        return [], text
    blocks: list[Block] = []
    rest: list[str] = []
    for key, value in said.items():
        kind = KEYS.get(key.lower(), "")
        if kind and value and all(block.kind != kind for block in blocks):
            line = next(
                (n for n, row in enumerate(found[0].split("\n"), 1) if row.startswith(key)), 1
            )
            blocks.append(Block(kind, value, line=line))
        elif value:
            rest.append(f"{key}: {value}")
    words = " ".join([*said, *said.values()])
    missing = Counter(WORD.findall(found[1])) - Counter(WORD.findall(words))
    if missing:
        # Such as comments.
        rest.append(" ".join(missing))
    if rest:
        left = Block("title", line=1)
        left.guess(_("We left out what the top of the file says: “%s.”") % quoted("; ".join(rest)))
        blocks.append(left)
    # Lines keep their numbers.
    return blocks, "\n" * found[0].count("\n") + text[found.end() :]


def _pairs(text: str, *, is_yaml: bool) -> dict[str, str] | None:
    """Keys and values; None if there are none."""
    if not is_yaml:
        pairs = re.findall(r"^([\w-]+)\s*=\s*(.*?)\s*$", text, re.MULTILINE)
        return {key: value.strip("\"'") for key, value in pairs} or None
    try:
        # The base loader makes only texts, lists and mappings.
        said = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError):
        # A colon in a title is no YAML, but plain enough.
        said = dict(re.findall(r"^([\w-]+):\s*(.*?)\s*$", text, re.MULTILINE))
    if not isinstance(said, dict) or not said:
        return None
    # What YAML takes for a comment is part of a title such as “The #1 pipe”.
    whole = {key: value for key, value in PLAIN.findall(text) if " #" in value}
    return {str(key): " ".join(_flat(value)) for key, value in said.items()} | whole


def _flat(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, dict) and depth < 5:
        for key, inner in value.items():
            yield f"{key}:"
            yield from _flat(inner, depth + 1)
    elif isinstance(value, list) and depth < 5:
        for inner in value:
            yield from _flat(inner, depth + 1)
    else:
        yield " ".join(str(value).split())
