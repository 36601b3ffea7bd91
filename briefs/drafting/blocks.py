"""The blocks that every reader produces, with their text in the Markdown of briefs."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

# A line of the file (None if it has no lines), and a sentence about what was guessed there.
Guess = tuple[int | None, str]

MARKS = re.compile(r"([\\`*_\[\]<])")
AT_THE_START = re.compile(r"^(\s*)([#>+=|~-]|\d+[.)])", re.MULTILINE)


class Unreadable(Exception):
    """The file can't be drafted from. The message says why, and how to fix it."""


@dataclass
class Block:
    """A heading, a paragraph, a list, a quotation, a video, a picture, or a break.

    Attributes:
        kind: "heading", "paragraph", "list", "quote", "media", "picture" or "break".
        text: its text in Markdown; plain text for a heading.
        level: the level of a heading, from 1; 0 if the file doesn't say.
        items: the items of a list.
        url: the URL of media or a picture on another site.
        line: its line; None if the file has no lines.
    """

    kind: str
    text: str = ""
    level: int = 0
    items: list[str] = field(default_factory=list)
    url: str = ""
    line: int | None = None


def escaped(text: str) -> str:
    """The Markdown of plain text, with all characters escaped that would be markup."""
    return MARKS.sub(r"\\\1", text)


def guarded(text: str) -> str:
    """The paragraph, escaped if it begins like a list, a heading or a quotation."""
    return AT_THE_START.sub(
        lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}" if m[2][0].isdigit() else f"{m[1]}\\{m[2]}", text
    )


def decoded(content: bytes, name: str, guesses: list[Guess]) -> str:
    """The text of a file: UTF-16 if it has a byte order mark, or UTF-8, or else Windows-1252,
    which adds to the guesses."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in content:
        raise Unreadable(_("“%s” isn’t plain text. Save it again as plain text (UTF-8).") % name)
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("windows-1252")
    except UnicodeDecodeError:
        text = ""
    if not text or sum(not c.isprintable() and c not in "\r\n\t" for c in text) > len(text) // 100:
        raise Unreadable(_("“%s” isn’t plain text. Save it again as plain text (UTF-8).") % name)
    guesses.append((None, _("The file isn’t UTF-8, so we read it as Windows-1252.")))
    return text
