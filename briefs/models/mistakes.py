"""Mistakes that readers report in a section, and what editors answer."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteEvent
from config.batches import update_some
from config.locks import Lockable, one_at_a_time, under_lock
from config.texts import EMAIL, MESSAGE, PARAGRAPH, Typed, limits, visible

from .briefs import Brief

if TYPE_CHECKING:
    from accounts.models import User


class MistakeReportQuerySet(models.QuerySet["MistakeReport"]):
    def open(self) -> Self:
        """Reports that no editor has answered."""
        return self.filter(answered_at=None)

    def send(self, report: "MistakeReport") -> "MistakeReport":
        """Save a new report.

        Returns:
            The report; the earlier one if the same was sent before and is still open.
        """
        words = ("section", "quote", "text", "email", "reader")
        with one_at_a_time("reports of mistakes"):
            same = {name: getattr(report, name) for name in words}
            if earlier := self.open().filter(**same).first():
                return earlier
            report.save()
        return report

    def with_reader(self) -> Self:
        """Reports whose sender asked to hear of them."""
        return self.exclude(reader=None, email="").select_related("reader", "section__brief")

    def to_tell_of_the_answer(self) -> Self:
        """Reports whose sender waits for an answer that is there."""
        return self.with_reader().filter(answered_at__isnull=False, answer_told_at=None)

    def to_tell_of_the_fix(self) -> Self:
        """Reports that a newer edition fixes, which the reader can open by now."""
        newer = Q(section__brief__edition__gt=F("fixed_after"))
        fixed = self.with_reader().filter(newer, answer_told_at__isnull=False, fix_told_at=None)
        return fixed.exclude(section__brief__audience=Brief.Audience.EDITORS)

    def forget_readers(self, before: datetime, most: int) -> int:
        """Erase who sent the reports of before this moment."""
        old = self.filter(created_at__lt=before).exclude(reader=None, email="")
        return update_some(old, most, reader=None, email="")


class MistakeReport(Lockable, Typed):
    """A reader says that something in a section is wrong. An editor answers it once.

    It holds who sent it only if they asked for an answer, and until they were told all there is
    to tell. It never says which circle they read with.
    """

    section = models.ForeignKey(
        "briefs.Section", models.CASCADE, related_name="mistakes", verbose_name=_("section")
    )
    edition = models.DateField(_("edition"), editable=False)
    quote = models.TextField(_("sentence"), max_length=PARAGRAPH, validators=[visible], blank=True)
    text = models.TextField(_("what’s wrong"), max_length=PARAGRAPH, validators=[visible])
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    email = models.EmailField(_("email address"), blank=True)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    answer = models.TextField(_("answer"), max_length=MESSAGE, validators=[visible], blank=True)
    # The edition that still has the mistake, if an editor fixes it in the next one.
    fixed_after = models.DateField(null=True, editable=False)
    answer_told_at = models.DateTimeField(null=True, editable=False)
    fix_told_at = models.DateTimeField(null=True, editable=False)

    objects = MistakeReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a mistake")
        verbose_name_plural = _("reports of mistakes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reader=None) | Q(email=""), name="mistake_report_has_one_address"
            ),
            models.CheckConstraint(
                condition=Q(fixed_after=None) | Q(answered_at__isnull=False),
                name="mistake_report_is_answered_before_it_is_fixed",
            ),
            limits("mistake_report", quote=PARAGRAPH, text=PARAGRAPH, email=EMAIL, answer=MESSAGE),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_to_fix(self) -> bool:
        """Whether an editor fixes it in an edition that isn't there yet."""
        return self.fixed_after is not None and self.section.brief.edition <= self.fixed_after

    @property
    def has_reader(self) -> bool:
        """Whether someone waits to hear of it."""
        return bool(self.reader_id or self.email)

    @property
    def recipient(self) -> "User | str":
        """Who gets the email: a person, or the address that someone without an account gave."""
        return self.reader or self.email

    @under_lock
    def close(self, by: "User", answer: str = "", *, fixes: bool) -> None:
        """Answer the report. The worker emails its sender (`circles/mail/mistakes.py`).

        Args:
            by: the editor.
            answer: what they say to the reader.
            fixes: whether the next edition fixes it. Its readers are told once it's there.

        Raises:
            ValidationError: it was answered already.
        """
        if self.is_answered:
            raise ValidationError(
                _("Someone else just answered this report. See below."), code="answered"
            )
        self.answered_at, self.answered_by, self.answer = timezone.now(), by, answer
        self.fixed_after = self.section.brief.edition if fixes else None
        self.save(update_fields=["answered_at", "answered_by", "answer", "fixed_after"])
        SiteEvent.objects.record(
            SiteEvent.Kind.MISTAKE_ANSWERED, by=by, subject=self.section.brief.title
        )

    def note_told(self, moment: str) -> None:
        """Note that the reader was told, and forget them if there's nothing more to tell. Call it
        under the lock.

        Args:
            moment: `answer_told_at` or `fix_told_at`.
        """
        setattr(self, moment, timezone.now())
        if moment == "fix_told_at" or not self.fixed_after:
            self.reader, self.email = None, ""
        self.save(update_fields=[moment, "reader", "email"])
