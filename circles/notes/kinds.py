"""Every kind of note in one table: its symbol in front of a line, and its part of the minutes.

A new kind needs a member of `Note.Kind`, a migration and a row here. `Note.Kind` gives its
label and the order of choices in forms.
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
    """How notes of one kind are typed, and where they appear in the minutes.

    Args:
        kind: which kind.
        heading: the heading of these notes in the minutes.
        symbol: what a line of this kind begins with; one kind has none.
        is_gathered: whether the minutes list all of them together, above the sections.
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
    NoteKind(Kind.QUOTATION, _("Quotes"), '"'),
]
GATHERED = [row for row in KINDS if row.is_gathered]
BY_SECTION = [row for row in KINDS if not row.is_gathered]
BY_SYMBOL = {row.symbol: row.kind for row in KINDS if row.symbol}
