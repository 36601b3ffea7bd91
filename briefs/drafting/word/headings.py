"""Which paragraphs of a Word file are headings, and of which level.

A style says so. Or a short paragraph is all bold, larger or underlined: that's a guess.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from .numbering import Numbering
from .styles import Styles
from .xml import text_of, whole

LONGEST, MOST_WORDS = 100, 14
LARGER = 2  # by how many half points a heading is larger than the text around it
USUAL_SIZE = 22  # half points; what Word takes if a file doesn't say


class Look(NamedTuple):
    """How all words of a paragraph look."""

    size: int
    is_bold: bool
    is_underlined: bool
    is_italic: bool

    def stands_out(self, usual: "Look") -> bool:
        return (
            self.size >= usual.size + LARGER
            or (self.is_bold and not usual.is_bold)
            or (self.is_underlined and not usual.is_underlined)
        )


class Headings:
    """The headings of a text.

    Attributes:
        has_styles: whether some heading has a style.
        looks: how the paragraphs look that are headings by a guess.
    """

    def __init__(self, text: Element, styles: Styles, numbering: Numbering) -> None:
        self.styles, self.numbering = styles, numbering
        paragraphs = [one for one in _outside_tables(text) if text_of(one)]
        self.has_styles = any(self._styled(one) for one in paragraphs)
        self.looks = self._guessed(paragraphs)
        # Larger ones hold smaller ones.
        looks = sorted(dict.fromkeys(self.looks.values()), key=lambda look: -look.size)
        self.levels = {look: level for level, look in enumerate(looks, start=1)}

    def level(self, paragraph: Element) -> int | None:
        """The level of a heading; 0 if the file doesn't say; None if it's no heading."""
        look = self.looks.get(paragraph)
        if look is None:
            return self._styled(paragraph)
        return self.levels[look] if len(self.levels) > 1 and not self.has_styles else 0

    def _styled(self, paragraph: Element) -> int | None:
        if self.styles.is_subtitle(paragraph):
            return None
        # The first title is that of the brief. Any other is a heading.
        return 1 if self.styles.is_title(paragraph) else self.styles.level(paragraph)

    def _guessed(self, paragraphs: list[Element]) -> dict[Element, Look]:
        styles = self.styles
        plain = [
            one
            for one in paragraphs
            if not (self._styled(one) or styles.is_subtitle(one) or styles.is_quote(one))
            and not styles.is_of_contents(one)
        ]
        looks = {one: look for one in plain if (look := look_of(one, styles))}
        # What most of the sentences look like is no heading.
        lengths: Counter[Look] = Counter()
        for one in [one for one in looks if not _may_be(text_of(one))] or looks:
            lengths[looks[one]] += len(text_of(one))
        usual = lengths.most_common(1)[0][0] if lengths else None
        return {
            one: look
            for one, look in looks.items()
            if usual and look.stands_out(usual) and self._may_be(one, paragraphs)
        }

    def _may_be(self, paragraph: Element, paragraphs: list[Element]) -> bool:
        """Whether its words and its place are those of a heading."""
        at = paragraphs.index(paragraph)
        before, after = paragraphs[max(at - 1, 0) : at], paragraphs[at + 1 : at + 2]
        is_listed = self.numbering.place(paragraph) and any(
            self.numbering.place(one) for one in (*before, *after)
        )
        return bool(after) and not is_listed and _may_be(text_of(paragraph))


def look_of(paragraph: Element, styles: Styles) -> Look | None:
    """The look that all words of a paragraph share; None if they differ."""
    looks = {
        Look(
            whole(styles.said("w:sz", run, paragraph), USUAL_SIZE),
            styles.has("w:b", run, paragraph),
            styles.said("w:u", run, paragraph) not in (None, "none"),
            styles.has("w:i", run, paragraph),
        )
        for run in paragraph.iter("w:r")
        if text_of(run)
    }
    return looks.pop() if len(looks) == 1 else None


def _outside_tables(text: Element) -> Iterator[Element]:
    for child in text:
        if child.tag == "w:p":
            yield child
        elif child.tag != "w:tbl":
            yield from _outside_tables(child)


def _may_be(text: str) -> bool:
    return (
        len(text) <= LONGEST
        and len(text.split()) <= MOST_WORDS
        and any(letter.isalpha() for letter in text)
        and text[-1] not in ".,;:!”"
    )
