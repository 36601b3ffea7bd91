"""What every reader gives: blocks in their order, their text in the Markdown of briefs."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

# A line of the file, where it has lines, and a sentence about what was guessed there.
Guess = tuple[int | None, str]

MARKS = re.compile(r"([\\`*_\[\]<])")
AT_THE_START = re.compile(r"^(\s*)([#>+=|~-]|\d+[.)])", re.MULTILINE)


class Unreadable(Exception):
    """The file cannot be drafted from; the sentence says why, and how to mend it."""


@dataclass
class Block:
    """A heading, a paragraph, a list, a quotation, a film or a picture, or a break.

    Attributes:
        kind: "heading", "paragraph", "list", "quote", "media", "picture" or "break".
        text: in Markdown; of a heading, plain words.
        level: of a heading, from 1; 0 where the file does not say.
        items: of a list.
        url: of what stands elsewhere.
        line: in the file, where it has lines.
    """

    kind: str
    text: str = ""
    level: int = 0
    items: list[str] = field(default_factory=list)
    url: str = ""
    line: int | None = None


def escaped(text: str) -> str:
    """Words as they are, in Markdown: none of them is a mark."""
    return MARKS.sub(r"\\\1", text)


def guarded(text: str) -> str:
    """A paragraph that does not begin like a list, a heading or a quotation."""
    return AT_THE_START.sub(
        lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}" if m[2][0].isdigit() else f"{m[1]}\\{m[2]}", text
    )


def decoded(content: bytes, name: str, guesses: list[Guess]) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, else Windows-1252, which is told."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in content:
        raise Unreadable(_("“%s” is not text. Save it as plain text, encoding UTF-8.") % name)
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
        raise Unreadable(_("“%s” is not text. Save it as plain text, encoding UTF-8.") % name)
    guesses.append((None, _("The file is not in UTF-8; it is read as Windows-1252.")))
    return text
