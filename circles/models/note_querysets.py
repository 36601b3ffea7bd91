"""Lists of notes: deleted or not, the parking lot, what a person may edit or read."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, When
from django.db.models.expressions import RawSQL

from briefs.models import Brief
from config.batches import update_some

from .meetings import Meeting, Membership

if TYPE_CHECKING:
    from accounts.models import User

    from .notes import Note  # noqa: F401  (named below, in quotes)

# What a line shows of a note.
LINE = ["meeting", "section", "question", "item", "kind", "text", "author", "privacy", "version"]
LINE += ["created_at", "deleted_at"]

# How long a deletion can be undone.
RESTORABLE = timedelta(days=1)


class NoteQuerySet(models.QuerySet["Note"]):
    READ = [
        *("meeting", "section", "question", "item", "author", "kind", "text", "answer"),
        *(
            "privacy",
            "created_at",
            "edited_at",
            "question__text",
            "author__display_name",
            "author__email",
        ),
        *("meeting__circle__name", "meeting__circle__slug", "meeting__number"),
        *("meeting__starts_at", "meeting__time_zone", "meeting__minutes_published_at"),
    ]

    def not_deleted(self) -> Self:
        """Notes that aren't deleted, in the order of writing."""
        return self.filter(deleted_at=None).order_by("created_at", "pk")

    def deleted(self) -> Self:
        """Deleted notes that can be restored, newest first."""
        return self.exclude(deleted_at=None).exclude(text="").order_by("-deleted_at", "pk")

    def erase_deleted(self, before: datetime, most: int) -> int:
        """Erase the texts of notes that were deleted before this moment."""
        long_deleted = self.filter(deleted_at__lte=before)
        # Written as in the index of these, not as a parameter: SQLite can't tell what a parameter
        # will be, and would read all notes that were ever deleted.
        with_text = long_deleted.filter(text__gt=RawSQL("''", ()))
        return update_some(with_text, most, text="", answer="", longest_before=0)

    def parking_lot(self) -> Self:
        """Entries on nothing in the brief, for later. They need an answer before next time."""
        on_nothing = self.not_deleted().filter(**dict.fromkeys(self.model.SUBJECTS))
        return on_nothing.exclude(kind__in=self.model.NEVER_PARKED)

    def unanswered(self) -> Self:
        return self.parking_lot().filter(answer="")

    def left_before(self, meeting: Meeting) -> Self:
        """Unanswered parking lot entries of the circle's earlier meetings."""
        return self.unanswered().filter(
            meeting__circle=meeting.circle_id, meeting__starts_at__lt=meeting.starts_at
        )

    def editable_by(self, membership: Membership) -> Self:
        """Notes that this person may edit or delete: their own, or all for a facilitator."""
        if membership.is_facilitator:
            return self.filter(meeting__circle=membership.circle_id)
        return self.filter(meeting__circle=membership.circle_id, author=membership.user_id)

    def shown_to(self, membership: Membership) -> Self:
        """With everything that a row shows, and whether this person may edit it (`may_edit`).

        Show writers only by `named_author`: `author` is loaded even if the note names no one.
        """
        return self.select_related("section__brief", "question", "author").annotate(
            is_mine=Case(When(author=membership.user_id, then=True), default=False),
            may_edit=Case(
                When(author=membership.user_id, then=True), default=membership.is_facilitator
            ),
        )

    def with_sent(self) -> Self:
        """With what was sent of each to the editors, for `sent_question`."""
        texts = (f"sent__question__brief__{name}" for name in Brief.LONG)
        return self.select_related("sent__question__brief").defer(*texts)

    def read_by(self, user: "User") -> Self:
        """Notes, not deleted, of this person's current circles, meeting by meeting, with no more
        than a reader is shown of each.

        Filter the result by `section` itself, not by fields of the section. Then the database
        uses the index on section and meeting and never reads notes of other circles.
        """
        mine = Membership.objects.current().filter(user=user).values("circle")
        return (
            self.not_deleted()
            .filter(meeting__in=Meeting.objects.filter(circle__in=mine).order_by())
            .select_related("meeting__circle", "question", "author")
            .only(*self.READ)
            .order_by("-meeting__starts_at", "created_at", "pk")
        )
