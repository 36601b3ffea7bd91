"""Questions from a circle's parking lot that its facilitators sent to the editors of a brief."""

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from briefs.models import Brief, ReaderQuestion

from .events import CircleEvent
from .notes import Note

if TYPE_CHECKING:
    from accounts.models import User


class SentQuestionQuerySet(models.QuerySet["SentQuestion"]):
    def send(self, note: Note, text: str, *, by: "User") -> "SentQuestion":
        """Send a question to the editors. They get these words, the brief, its edition and the
        day, and nothing about the circle.

        Args:
            note: the entry of the parking lot, with its meeting.
            text: the words to send.
            by: the facilitator or leader who chose to.

        Raises:
            ValidationError: it was sent already, or the note was deleted or moved.
        """
        meeting = note.meeting
        with meeting.locked():
            saved = Note.objects.filter(pk=note.pk).with_sent().first()
            if saved is None or meeting.brief is None or not saved.is_in_parking_lot:
                raise ValidationError(
                    _("This note isn’t in the parking lot anymore. Nothing was sent."), code="moved"
                )
            if saved.sent_question:
                raise ValidationError(
                    _("Someone else just sent this note to the editors."), code="sent"
                )
            edition = meeting.edition or meeting.brief.edition
            question = ReaderQuestion.objects.create(
                brief=meeting.brief, edition=edition, text=text
            )
            CircleEvent.objects.record(meeting.circle, CircleEvent.Kind.QUESTION_SENT, by=by)
            return self.create(note=note, question=question)

    def with_all(self) -> Self:
        return self.select_related("question__brief", "note__meeting__circle")

    def unsettled(self) -> Self:
        """Those of which the circle's facilitators have more to hear, in the order of the index."""
        return self.filter(settled_at=None).order_by("answer_told_at")

    def to_tell_of_the_answer(self) -> Self:
        """Those that editors answered."""
        waiting = self.unsettled().filter(answer_told_at=None)
        return waiting.filter(question__answered_at__isnull=False)

    def to_tell_of_the_edition(self) -> Self:
        """Those that a newer edition answers, which members can open by now."""
        newer = Q(question__brief__edition__gt=F("question__answered_after"))
        there = self.unsettled().filter(newer, answer_told_at__isnull=False)
        return there.exclude(question__brief__audience=Brief.Audience.EDITORS)


class SentQuestion(models.Model):
    """Where a question of the editors' desk was asked, so that the answer finds its way back.

    Only this row knows: the question itself says nothing about the circle.
    """

    note = models.OneToOneField(Note, models.CASCADE, related_name="sent")
    question = models.OneToOneField(ReaderQuestion, models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    answer_told_at = models.DateTimeField(null=True, editable=False)
    # When there was nothing more to tell.
    settled_at = models.DateTimeField(null=True, editable=False)

    objects = SentQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question sent to the editors")
        verbose_name_plural = _("questions sent to the editors")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["answer_told_at"],
                condition=Q(settled_at=None),
                name="sent_question_to_tell_of",
            )
        ]

    def __str__(self) -> str:
        return str(self.question)

    @property
    def is_reworded(self) -> bool:
        """Whether the editors got other words than the note has now."""
        return self.question.text != self.note.text

    @property
    def has_answer(self) -> bool:
        """Whether there's something to read: words of the editors, or a newer edition."""
        return bool(self.question.answer or self.question.is_in_edition)

    def take_back(self, by: "User") -> None:
        """Undo the sending, so that the editors don't have the question anymore.

        Raises:
            ValidationError: they answered it already.
        """
        with self.note.meeting.locked():
            self.question.take_back()  # and with it this row
            circle = self.note.meeting.circle
            CircleEvent.objects.record(circle, CircleEvent.Kind.QUESTION_UNDONE, by=by)

    def note_told(self, *, of_edition: bool) -> None:
        """Note what the facilitators were told, and whether that was all."""
        now = timezone.now()
        self.answer_told_at = self.answer_told_at or now
        if of_edition or not self.question.answered_after:
            self.settled_at = now
        # An update, as the circle may have taken the question back.
        told = {"answer_told_at": self.answer_told_at, "settled_at": self.settled_at}
        type(self).objects.filter(pk=self.pk).update(**told)
