"""What of a note was sent to the editors of its meeting's brief, and what they answered."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    from .meetings import Meeting
    from .sent_questions import SentQuestion


class Sendable(models.Model):
    """A note as something to send. Pages read what was sent by `NoteQuerySet.with_sent`."""

    # Columns and values of `Note`.
    if TYPE_CHECKING:
        SUBJECTS: list[str]
        NEVER_PARKED: list[str]
        answer: str
        deleted_at: datetime | None
        kind: str
        meeting: Meeting

    class Meta:
        abstract = True

    @property
    def is_parked(self) -> bool:
        """Whether it is in the parking lot (see `NoteQuerySet.parking_lot`), deleted or not."""
        is_on = any(getattr(self, f"{name}_id") for name in self.SUBJECTS)
        return not is_on and self.kind not in self.NEVER_PARKED

    @property
    def sent_question(self) -> "SentQuestion | None":
        """What was sent of it, if `with_sent` read that along."""
        is_known = self._meta.get_field("sent").is_cached(self)  # type: ignore[union-attr]  # a relation
        return getattr(self, "sent", None) if is_known else None

    @property
    def is_in_parking_lot(self) -> bool:
        """Whether it's parked and not deleted."""
        return self.is_parked and not self.deleted_at

    @property
    def may_be_sent(self) -> bool:
        """Whether it can be sent. Needs `with_sent`."""
        is_about_a_brief = self.is_in_parking_lot and self.meeting.brief_id
        return bool(is_about_a_brief and not self.sent_question)

    @property
    def has_answer(self) -> bool:
        """Whether the circle or the editors answered it. Needs `with_sent`."""
        return bool(self.answer or (self.sent_question and self.sent_question.has_answer))

    def take_back_sent(self) -> None:
        """Undo the sending, unless the editors answered already."""
        sent: SentQuestion | None = getattr(self, "sent", None)
        if sent:
            with suppress(ValidationError):
                sent.question.take_back()
