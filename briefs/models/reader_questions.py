"""Questions that readers send to the editors of a brief, and what editors answer."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteEvent
from config.locks import Lockable, under_lock
from config.texts import MESSAGE, PARAGRAPH, Typed, limits, visible

from .briefs import Brief

if TYPE_CHECKING:
    from accounts.models import User


class ReaderQuestionQuerySet(models.QuerySet["ReaderQuestion"]):
    def open(self) -> Self:
        """Questions that no editor has answered."""
        return self.filter(answered_at=None)


class ReaderQuestion(Lockable, Typed):
    """A question on a brief from people who read it together. An editor answers it once.

    It says nothing about who asks: no person, no group, and only the day it was sent, as a
    moment would tell who was meeting then. The sender keeps a row that points here.
    """

    brief = models.ForeignKey(
        Brief, models.CASCADE, related_name="reader_questions", verbose_name=_("brief")
    )
    edition = models.DateField(_("edition"), editable=False)
    text = models.TextField(_("question"), max_length=PARAGRAPH, validators=[visible])
    sent_on = models.DateField(_("sent"), default=timezone.localdate, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    answer = models.TextField(_("answer"), max_length=MESSAGE, validators=[visible], blank=True)
    # The edition that has no answer yet, if an editor answers it in the next one.
    answered_after = models.DateField(null=True, editable=False)

    objects = ReaderQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question from readers")
        verbose_name_plural = _("questions from readers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_after=None, answer="")
                | Q(answered_at__isnull=False) & (Q(answered_after__isnull=False) | ~Q(answer="")),
                name="reader_question_is_answered_in_words_or_in_an_edition",
            ),
            limits("reader_question", text=PARAGRAPH, answer=MESSAGE),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_in_edition(self) -> bool:
        """Whether there's a newer edition, which was to answer it, and readers see it."""
        brief = self.brief
        is_newer = self.answered_after is not None and brief.edition > self.answered_after
        return is_newer and brief.audience != Brief.Audience.EDITORS

    @property
    def is_for_next_edition(self) -> bool:
        """Whether an editor answers it in an edition that readers don't see yet."""
        return self.answered_after is not None and not self.is_in_edition

    @under_lock
    def close(self, by: "User", answer: str = "", *, in_edition: bool) -> None:
        """Answer the question, once.

        Args:
            by: the editor.
            answer: what they say to those who asked.
            in_edition: whether the next edition answers it.

        Raises:
            ValidationError: it was answered already, or there is no answer.
        """
        if self.is_answered:
            raise ValidationError(
                _("Someone else just answered this question. See below."), code="answered"
            )
        if not (answer or in_edition):
            raise ValidationError(_("Write an answer."), code="required")
        self.answered_at, self.answered_by, self.answer = timezone.now(), by, answer
        self.answered_after = self.brief.edition if in_edition else None
        self.save(update_fields=["answered_at", "answered_by", "answer", "answered_after"])
        kind = SiteEvent.Kind.QUESTION_ANSWERED
        SiteEvent.objects.record(kind, by=by, subject=self.brief.title)

    @under_lock
    def take_back(self) -> None:
        """Delete it, as those who sent it don't want it answered anymore.

        Raises:
            ValidationError: it was answered already.
        """
        if self.is_answered:
            raise ValidationError(
                _("The editors just answered it, so it can’t be undone."), code="answered"
            )
        self.delete()
