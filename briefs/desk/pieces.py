"""A Markdown text in pieces, one for each paragraph, list, or other block."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..page import markdown


@dataclass(frozen=True)
class Piece:
    """One block of a text.

    Attributes:
        text: its Markdown.
        words: the same as readers see it, without markup.
        figures: the slugs of the figures that it places; then it has no words.
    """

    text: str
    words: str
    figures: list[str]


def pieces(text: str) -> list[Piece]:
    """The pieces of a text. Joined again, they give all of its lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    begun = [(block[0].map[0], figures) for block, figures in markdown.blocks(text) if block[0].map]
    found = []
    for index, (line, figures) in enumerate(begun):
        end = begun[index + 1][0] if index + 1 < len(begun) else len(lines)
        own = "\n".join(lines[line if index else 0 : end]).strip("\n")
        found.append(Piece(own, "" if figures else markdown.plain(own), figures))
    return found or ([Piece(text.strip("\n"), "", [])] if text.strip() else [])


def joined(texts: Iterable[str]) -> str:
    """Pieces as one text, which ends with a line end if there is any."""
    text = "\n\n".join(filter(None, (each.strip("\n") for each in texts)))
    return f"{text}\n" if text else ""
