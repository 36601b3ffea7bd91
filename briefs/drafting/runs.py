"""Words as they come in a page, run by run, and the Markdown of them.

A page may cut a word into any number of tags. So its text is taken as runs, each with its look,
and runs of one look are joined. Only then are they written as Markdown, and read again: if the
page of the brief would show other words than these, or their asterisks, the look is given up.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from markdown_it.token import Token

from ..page.markdown import BRIEF
from .blocks import escaped
from .letters import cleaned

SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Look:
    """How a run of words looks, and where it leads."""

    is_bold: bool = False
    is_italic: bool = False
    href: str = ""


@dataclass(frozen=True)
class Run:
    """Words of one look. A mark, such as that of a footnote, is Markdown already."""

    text: str
    look: Look = Look()
    is_mark: bool = False


PLAIN = Look()


class Words:
    """The words between two blocks of a page."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    def __bool__(self) -> bool:
        return any(run.text.strip() for run in self.runs)

    @property
    def text(self) -> str:
        """All words so far, without their look."""
        return "".join(run.text for run in self.runs if not run.is_mark)

    def add(self, text: str, look: Look = PLAIN) -> None:
        if text := SPACE.sub(" ", cleaned(text)):
            self.runs.append(Run(text, look))

    def mark(self, text: str) -> None:
        """Add Markdown, right after the word before it."""
        self.runs.append(Run(text, is_mark=True))

    def end_line(self) -> None:
        self.runs.append(Run("\n"))

    @property
    def paragraphs(self) -> list[list[list[Run]]]:
        """The runs of each line of each paragraph. An empty line ends a paragraph."""
        lines = [_tidied(line) for line in _lines(self.runs)]
        return [list(group) for has_words, group in groupby(lines, key=bool) if has_words]

    @property
    def plain(self) -> str:
        """The words on one line."""
        return " ".join("".join(run.text for run in self.runs if not run.is_mark).split())


def _lines(runs: list[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *rest = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        lines += [[replace(run, text=text)] for text in rest]
    return lines


def _tidied(runs: Iterable[Run]) -> list[Run]:
    """The runs of a line with single spaces, joined where they look the same."""
    tidied: list[Run] = []
    ends_with_space = True
    for run in runs:
        text = run.text.lstrip(" ") if ends_with_space else run.text
        if not text:
            continue
        ends_with_space = text.endswith(" ") and not run.is_mark
        if tidied and not run.is_mark and not tidied[-1].is_mark and run.look == tidied[-1].look:
            tidied[-1] = replace(tidied[-1], text=tidied[-1].text + text)
        else:
            tidied.append(replace(run, text=text))
    while tidied and not tidied[-1].text.strip():
        tidied.pop()
    if tidied:
        tidied[-1] = replace(tidied[-1], text=tidied[-1].text.rstrip(" "))
    return tidied


def paragraph(lines: list[list[Run]]) -> str:
    """The Markdown of a paragraph. A line that ends before its paragraph ends with \\."""
    return "\\\n".join(map(line_of, lines))


def line_of(runs: list[Run]) -> str:
    """The Markdown of a line, with as much of its look as shows right on a page."""
    if not any(run.look.is_bold or run.look.is_italic for run in runs):
        return _written(runs, "*")
    trimmed = _trimmed(runs)
    wanted = _looks(trimmed)
    for star in "*_":
        text = _written(trimmed, star)
        if _looks(_read(text)) == wanted:
            return text
    upright = [replace(run, look=replace(run.look, is_italic=False)) for run in trimmed]
    text = _written(_tidied(upright), "*")
    if _looks(_read(text)) == _looks(upright):
        return text
    return _written(_tidied(replace(run, look=Look(href=run.look.href)) for run in runs), "*")


def _trimmed(runs: list[Run]) -> list[Run]:
    """The runs, with no look for the spaces at the ends of a run, nor for signs between it and a
    letter: Markdown doesn't know “**Note:**the” as bold."""
    trimmed: list[Run] = []
    for index, run in enumerate(runs):
        if run.is_mark or not (run.look.is_bold or run.look.is_italic):
            trimmed.append(run)
            continue
        before = runs[index - 1].text[-1:] if index else ""
        after = runs[index + 1].text[:1] if index + 1 < len(runs) else ""
        begin, middle, end = _parts(run.text, before, after)
        bare = Look(href=run.look.href)
        trimmed += [
            replace(run, text=text, look=look)
            for text, look in ((begin, bare), (middle, run.look), (end, bare))
            if text
        ]
    return _tidied(trimmed)


def _parts(text: str, before: str, after: str) -> tuple[str, str, str]:
    """What of a run comes before and after its bold or italic words."""
    middle = text.lstrip("".join(filter(_is_sign, set(text))))
    signs = text[: len(text) - len(middle)]
    middle = middle.rstrip("".join(filter(_is_sign, set(middle))))
    more = text[len(signs) + len(middle) :]
    if not middle:
        return text, "", ""
    if _is_sign(before):
        kept = signs.lstrip()
        signs, middle = signs[: len(signs) - len(kept)], kept + middle
    if _is_sign(after):
        kept = more.rstrip()
        middle, more = middle + kept, more[len(kept) :]
    return signs, middle, more


def _is_sign(letter: str) -> bool:
    """Whether it's punctuation, a symbol, a space, or nothing, as CommonMark has it."""
    return not letter or unicodedata.category(letter)[0] in "PSZC"


def _written(runs: list[Run], star: str) -> str:
    """The Markdown of a line, with * or _ around words in italics."""
    parts: list[str] = []
    for href, group in groupby(runs, key=lambda run: run.look.href):
        linked = list(group)
        text = _styled(linked, star)
        if not href or not text.strip():
            parts.append(text)
            continue
        if parts and parts[-1].endswith("!"):
            # “![” would begin a picture.
            parts[-1] = f"{parts[-1][:-1]}\\!"
        words = text.strip()
        begin, end = text.split(words, 1)
        parts.append(f"{begin}[{words}](<{href}>){end}")
    return "".join(parts)


def _styled(runs: list[Run], star: str) -> str:
    """The runs, each mark closed where its look ends."""
    marks = {"is_bold": "**", "is_italic": star}
    opened: list[str] = []
    text = ""
    for run, after in zip(runs, [*runs[1:], Run("")], strict=True):
        wanted = [name for name in marks if getattr(run.look, name)]
        # What goes on longer is opened first.
        wanted.sort(key=lambda name: not getattr(after.look, name))
        text += "".join(marks[name] for name in wanted if name not in opened)
        opened += [name for name in wanted if name not in opened]
        text += run.text if run.is_mark else escaped(run.text)
        while opened and not all(getattr(after.look, name) for name in opened):
            text += marks[opened.pop()]
    return text


def _looks(runs: Iterable[Run]) -> list[tuple[str, bool, bool]]:
    """Each letter, and whether it's bold or in italics."""
    return [
        (letter, run.look.is_bold, run.look.is_italic)
        for run in runs
        for letter in run.text
        if not letter.isspace()
    ]


def _read(text: str) -> list[Run]:
    """The runs that a page of a brief shows for Markdown of one line."""
    tokens = BRIEF.parseInline(text)
    runs: list[Run] = []
    depth = {"strong": 0, "em": 0}
    for token in tokens[0].children or []:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in depth:
            depth[name] += token.nesting
        else:
            runs.append(Run(_shown(token), Look(depth["strong"] > 0, depth["em"] > 0)))
    return runs


def _shown(token: Token) -> str:
    return "".join(f"[@{slug}]" for slug in token.meta.get("slugs", [])) or token.content
