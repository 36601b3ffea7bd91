"""The blocks that every reader produces, with their text in the Markdown of briefs."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MARKS = re.compile(r"([\\`*_\[\]<]|&(?=#?\w+;))")
AT_THE_START = re.compile(r"^(\s*)([#>+=|~-]|\d+[.)])", re.MULTILINE)
MOST_QUOTED = 1200  # characters of what was left out, in a guess


class Unreadable(Exception):
    """The file can't be drafted from. The message says why, and how to fix it."""


@dataclass(frozen=True)
class Guess:
    """What was guessed, or couldn't be brought along, for an editor to check.

    Attributes:
        line: its line in the file; None if the file has no lines, or for the whole file.
        sentence: what was guessed.
        section: the slug of the section where it is, if it's in one.
    """

    line: int | None
    sentence: str
    section: str = ""


@dataclass
class Block:
    """A part of a file that stands by itself.

    Attributes:
        kind: "heading", "paragraph", "list", "quote", "table", "code", "media", "picture" or
            "break"; "note" for the text of a footnote; "title", "summary" or "edition" for what
            the file says of itself.
        text: its text in Markdown; plain text for a heading, a picture, and what the file says
            of itself. `[^name]` cites the note of that name.
        level: the level of a heading, from 1; 0 if the file doesn't say.
        items: the items of a list, each in Markdown. They may hold lists of their own.
        start: the number of the first item; None for bullets.
        url: the URL of media or a picture on another site.
        name: the name of a note.
        names: what links of the file call a heading.
        line: its line; None if the file has no lines.
        is_guess: whether the level of a heading was guessed.
        guesses: what was guessed about it, or couldn't be brought along next to it.
    """

    kind: str
    text: str = ""
    level: int = 0
    items: list[str] = field(default_factory=list)
    url: str = ""
    line: int | None = None
    start: int | None = None
    name: str = ""
    names: list[str] = field(default_factory=list)
    is_guess: bool = False
    guesses: list[Guess] = field(default_factory=list)

    def guess(self, sentence: str) -> None:
        self.guesses.append(Guess(self.line, sentence))

    @property
    def is_apart(self) -> bool:
        """Whether it can't be a part of a text."""
        return self.kind in ("media", "note", "title", "summary", "edition") or bool(self.url)

    @property
    def markdown(self) -> str:
        """Its text as it's written in a section."""
        if self.kind == "list":
            return "\n".join(
                _item("- " if self.start is None else f"{self.start + index}. ", item)
                for index, item in enumerate(self.items)
            )
        if self.kind == "quote":
            return "\n".join(f"> {line}".rstrip() for line in self.text.split("\n"))
        if self.kind == "heading":
            return f"**{escaped(self.text)}**"
        if self.kind == "picture":
            return f"*{escaped(self.text)}*"
        return guarded(self.text) if self.kind == "paragraph" else self.text


def _item(marker: str, text: str) -> str:
    """An item of a list, with its other lines under its first word."""
    first, *rest = text.split("\n")
    indent = " " * len(marker)
    lines = [f"{marker}{first}", *(f"{indent}{line}" if line else "" for line in rest)]
    return "\n".join(line.rstrip() for line in lines)


def escaped(text: str) -> str:
    """The Markdown of plain text, with all characters escaped that would be markup."""
    return MARKS.sub(r"\\\1", text)


def guarded(text: str) -> str:
    """The paragraph, escaped if one of its lines begins like a list, a heading or a quotation."""
    return AT_THE_START.sub(
        lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}" if m[2][0].isdigit() else f"{m[1]}\\{m[2]}", text
    )


def joined(texts: list[str]) -> str:
    """Blocks of Markdown below each other."""
    return "\n\n".join(filter(None, texts))


def quoted(text: str) -> str:
    """Words of the file, to tell of in a guess. What is very long is cut."""
    words = " ".join(text.split())
    if len(words) <= MOST_QUOTED:
        return words
    begin = words[:MOST_QUOTED].rsplit(" ", 1)[0]
    rest = len(words.split()) - len(begin.split())
    return _("%(begin)s … (and %(rest)d more words)") % {"begin": begin, "rest": rest}
