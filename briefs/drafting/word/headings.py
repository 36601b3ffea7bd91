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
        has_styles: whether some heading has a style, besides the title.
        looks: how the paragraphs look that are headings by a guess.
        title: the paragraph that is the title by a guess: the first and the largest.
    """

    def __init__(self, text: Element, styles: Styles, numbering: Numbering) -> None:
        self.styles, self.numbering = styles, numbering
        paragraphs = [one for one in _outside_tables(text) if text_of(one)]
        titles = [one for one in paragraphs if styles.is_title(one)]
        self.has_styles = any(self._styled(one) for one in paragraphs if one not in titles[:1])
        self.looks = self._guessed(paragraphs)
        self.title = None if titles or self.has_styles else self._guessed_title(paragraphs)
        # Larger ones hold smaller ones.
        looks = sorted(dict.fromkeys(self.looks.values()), key=lambda look: -look.size)
        self.levels = {look: level for level, look in enumerate(looks, start=1)}

    def level(self, paragraph: Element) -> int | None:
        """The level of a heading; 0 if the file doesn't say; None if it's no heading."""
        look = self.looks.get(paragraph)
        if look is None:
            return self._styled(paragraph)
        return self.levels[look] if len(self.levels) > 1 and not self.has_styles else 0

    def is_styled(self, paragraph: Element) -> bool:
        return bool(self._styled(paragraph))

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
            one: looks[one]
            for before, one, after in self._with_neighbors(paragraphs)
            if usual
            and one in looks
            and looks[one].stands_out(usual)
            and _may_be(text_of(one))
            and not (self.numbering.place(one) and self._is_listed(before, after))
        }

    def _guessed_title(self, paragraphs: list[Element]) -> Element | None:
        first = paragraphs[0] if paragraphs else None
        look = self.looks.pop(first, None) if first is not None else None
        if first is None or look is None:
            return None
        if self.looks and all(other.size < look.size for other in self.looks.values()):
            return first
        self.looks = {first: look, **self.looks}
        return None

    def _with_neighbors(
        self, paragraphs: list[Element]
    ) -> Iterator[tuple[Element | None, Element, Element]]:
        """Each paragraph that has one after it, as a heading has, with both its neighbors."""
        return zip([None, *paragraphs], paragraphs, paragraphs[1:], strict=False)

    def _is_listed(self, *neighbors: Element | None) -> bool:
        """Whether one of these is an item of a list."""
        return any(one is not None and self.numbering.place(one) for one in neighbors)


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
