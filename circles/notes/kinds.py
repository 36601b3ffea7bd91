"""Every kind of note in one table: its symbol before a line, and where the minutes have it.

A new kind takes a member of `Note.Kind`, a migration and a row here. Its label and its place
among the choices of forms are those of `Note.Kind`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..models import Note

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


Kind = Note.Kind


@dataclass(frozen=True)
class NoteKind:
    """How notes of one kind are written and where they stand in the minutes.

    Args:
        kind: which kind.
        heading: what stands above notes of this kind in the minutes.
        symbol: what a line begins with to be of this kind; one kind needs none.
        is_gathered: the minutes have all of them together, above the sections.
    """

    kind: Kind
    heading: "StrPromise"
    symbol: str = ""
    is_gathered: bool = False

    @property
    def label(self) -> "StrPromise":
        return self.kind.label


# In the order of the minutes.
KINDS = [
    NoteKind(Kind.TAKEAWAY, _("Takeaways"), "*", is_gathered=True),
    NoteKind(Kind.COMMON_GROUND, _("Common ground"), "+", is_gathered=True),
    NoteKind(Kind.DIFFERENCE, _("Where we differ"), "/", is_gathered=True),
    NoteKind(Kind.POINT, _("Points")),
    NoteKind(Kind.CONCERN, _("Concerns"), "!"),
    NoteKind(Kind.QUESTION, _("Questions"), "?"),
    NoteKind(Kind.QUOTATION, _("Quotations"), '"'),
]
GATHERED = [row for row in KINDS if row.is_gathered]
BY_SECTION = [row for row in KINDS if not row.is_gathered]
BY_SYMBOL = {row.symbol: row.kind for row in KINDS if row.symbol}
