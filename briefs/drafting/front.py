"""What a file says of itself: its title, its summary, and its date."""

import re
from dataclasses import dataclass, field
from datetime import date

from dateutil import parser as dates
from django.utils import timezone
from django.utils.translation import gettext as _

from .blocks import Block, Guess

LONGEST_TITLE, LONGEST_SUMMARY = 120, 300
NO_TEXT = ("title", "summary", "edition", "break", "note")


@dataclass
class Front:
    """The title, summary and edition of a brief, and the blocks of its text.

    Args:
        blocks: from a reader.
        title: chosen by an editor; "" for the one of the file.
        fallback: the title if neither says one.
        edition: chosen by an editor; None for the date of the file, or today.
    """

    blocks: list[Block]
    title: str = ""
    fallback: str = ""
    edition: date | None = None
    summary: str = ""
    guesses: list[Guess] = field(default_factory=list)

    def __post_init__(self) -> None:
        said = [block for block in self.blocks if block.kind in ("title", "summary", "edition")]
        heading = _title_among(self.blocks)
        self.blocks = [block for block in self.blocks if all(block is not it for it in said)]
        titles = [block for block in said if block.kind == "title" and block.text]
        if heading and (not titles or alike(heading.text) == alike(titles[0].text)):
            self.blocks = [block for block in self.blocks if block is not heading]
            titles = titles or [heading]
            self.guesses += heading.guesses
        self._take_title(titles)
        for block in said:
            self.guesses += block.guesses
            if block.kind == "summary":
                self._take_summary(block)
            elif block.kind == "edition":
                self._take_edition(block)
        self.edition = self.edition or timezone.localdate()
        self.summary = self.summary or _("TO DO: say in one sentence what this brief is about.")

    def _take_title(self, titles: list[Block]) -> None:
        for block in titles:
            if not self.title:
                self.title = block.text
            elif alike(self.title) != alike(block.text):
                names = {"title": self.title, "other": block.text}
                sentence = _("The file’s title is “%(other)s.” The brief is called “%(title)s.”")
                self._guess(block, sentence % names)
        if not self.title and self.fallback:
            sentence = _("The file has no title, so we took the file’s name: “%s.” Check it.")
            self.guesses.append(Guess(None, sentence % self.fallback))
        self.title = self.title or self.fallback or _("Untitled")
        self.title, rest = cut(self.title, LONGEST_TITLE)
        if rest:
            sentence = _("The title was too long. We left out “%s.”")
            self.guesses.append(Guess(None, sentence % rest))

    def _take_summary(self, block: Block) -> None:
        if self.summary:
            self._guess(block, _("We left out another summary: “%s.”") % block.text)
            return
        self.summary, rest = cut(block.text, LONGEST_SUMMARY)
        self._guess(block, _("We took the summary from the file: “%s”") % self.summary)
        if rest:
            self._guess(block, _("The summary was too long. We left out “%s.”") % rest)

    def _take_edition(self, block: Block) -> None:
        found = _day(block.text)
        if found is None:
            self._guess(block, _("We can’t read the file’s date: “%s.”") % block.text)
        elif self.edition is None:
            self.edition = found
            self._guess(block, _("We took the edition from the file’s date: %s.") % block.text)
        elif found != self.edition:
            self._guess(block, _("The file has another date: %s.") % block.text)

    def _guess(self, block: Block, sentence: str) -> None:
        self.guesses.append(Guess(block.line, sentence))


def alike(heading: str) -> str:
    """A heading without case and punctuation, to compare."""
    return " ".join(re.findall(r"\w+", heading.lower())) or heading.strip()


def cut(text: str, longest: int) -> tuple[str, str]:
    """The beginning of a text, up to the last word that fits, and the rest."""
    text = text.strip()
    if len(text) <= longest:
        return text, ""
    begin = text[: longest + 1].rpartition(" ")[0].rstrip() or text[:longest]
    return begin, text[len(begin) :].strip()


def _title_among(blocks: list[Block]) -> Block | None:
    """The heading that is the title: the first one, if no other is of level 1, or if it stands at
    the top and repeats what the file says."""
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings:
        return None
    first = headings[0]
    titles = [block for block in blocks if block.kind == "title" and block.text]
    opening = next(block for block in blocks if block.kind not in NO_TEXT)
    is_repeated = any(alike(first.text) == alike(title.text) for title in titles)
    is_lone = first.level == 1 and all(block.level != 1 for block in headings[1:])
    has_more = len(headings) > 1 or bool(titles)
    is_title = is_lone and not first.is_guess and has_more
    return first if is_title or (is_repeated and opening is first) else None


def _day(text: str) -> date | None:
    """A day that can be read only one way; None if it's none."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        pass
    if not re.search(r"[A-Za-z]{3}", text) or not re.search(r"\d{4}", text):
        return None
    try:
        return dates.parse(text).date()
    except (ValueError, OverflowError):
        return None
