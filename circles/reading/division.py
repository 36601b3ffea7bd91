"""A fair division of the reading among people: arithmetic, without a database."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol, TypeVar


class Text(Protocol):
    """Anything that takes minutes to read, such as a section of a brief."""

    @property
    def minutes(self) -> int: ...


AText = TypeVar("AText", bound=Text)
Person = TypeVar("Person")


def divide(minutes: list[int], shares: int) -> list[range]:
    """Cut a sequence of texts into shares of nearly equal length, in reading order.

    No two shares differ by more than the longest text. Such a division always exists
    (I. Bárány and V. Grinberg, Block partitions of sequences, 2013). The one with the smallest
    difference is found by trying every possible length of the shortest share.

    Args:
        minutes: of each text in reading order, whole numbers from 1.
        shares: how many; no more than there are texts.

    Returns:
        The texts of each share, as a range of indexes into `minutes`.
    """
    best: int | None = None
    found: list[int] = []
    upto = [0, *accumulate(minutes)]
    highest, rest = divmod(upto[-1], shares)
    # The longest share is at least the mean, so a shortest share far below it can't win.
    lowest_greatest = highest + bool(rest)
    for least in range(highest, -1, -1):
        if best is not None and lowest_greatest - least >= best:
            break
        greatest, cuts = _smallest_greatest(upto, shares, least)
        if greatest is not None and cuts and (best is None or greatest - least < best):
            best, found = greatest - least, cuts
    return [range(start, end) for start, end in zip(found, found[1:], strict=False)]


def _smallest_greatest(upto: list[int], shares: int, least: int) -> tuple[int | None, list[int]]:
    """The division with the shortest longest share in which no share is below `least`.

    Returns:
        (minutes of the longest share, indexes at which shares begin and end), or (None, []) if
        there is no such division.
    """
    texts = len(upto) - 1
    reached = {0: (0, [0])}
    for share in range(1, shares + 1):
        before, reached = reached, {}
        for end in range(share, texts - (shares - share) + 1):
            ways = (
                (max(greatest, upto[end] - upto[start]), cuts)
                for start, (greatest, cuts) in before.items()
                if start < end and upto[end] - upto[start] >= least
            )
            way = min(ways, default=None, key=lambda way: way[0])
            if way:
                reached[end] = (way[0], [*way[1], end])
    return reached.get(texts, (None, []))


def share_out(
    sections: Sequence[AText], people: Sequence[Person]
) -> list[tuple[Person, list[AText]]]:
    """Who reads what: [(person, sections), …] in the order of the people.

    With more sections than people, each person gets neighboring sections. With fewer, each
    person gets one and shares it with others. Someone reads every section.
    """
    if not sections or not people:
        return []
    if len(sections) < len(people):
        last = len(people)
        indexes = [number * len(sections) // last for number in range(last)]
        return [(person, [sections[i]]) for person, i in zip(people, indexes, strict=True)]
    cuts = divide([max(1, section.minutes) for section in sections], len(people))
    return [
        (person, [sections[index] for index in indexes])
        for person, indexes in zip(people, cuts, strict=True)
    ]
