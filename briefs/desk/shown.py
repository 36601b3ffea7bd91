"""How the text of a section in a draft is shown beside what's to do with it."""

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ..page import markdown
from . import content as contents
from .content import FIGURE, SECTION, Content
from .pieces import Piece, pieces
from .places import name_of


def text_as_read(content: Content, slug: str | None) -> SafeString | str:
    """The text of a section as its readers see it, without figures; "" if there is none."""
    part = contents.item(content, SECTION, slug) if slug else None
    return markdown.render(part["fields"].get("body", "")) if part else ""


def beginnings(content: Content, slug: str) -> list[tuple[int, str]]:
    """Where a section can be split: [(index of the piece, its first words), …]."""
    part = contents.item(content, SECTION, slug)
    found = pieces(part["fields"].get("body", "")) if part else []
    names = {own["fields"]["slug"]: name_of(own) for own in contents.items(content, FIGURE)}
    return [
        (index, Truncator(piece.words or _figures(piece, names)).chars(90))
        for index, piece in enumerate(found)
        if index
    ]


def _figures(piece: Piece, names: dict[str, str]) -> str:
    """The figures that a piece places, by their titles."""
    said = [_("The figure “%s”") % names[slug] for slug in piece.figures if slug in names]
    return ", ".join(said) or piece.text
