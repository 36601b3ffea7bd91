"""Anonymous feedback on a meeting."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from config.batches import update_some
from config.texts import SENTENCE, Typed, limits, visible

if TYPE_CHECKING:
    from .meetings import Meeting

# How long after a meeting feedback is open.
OPEN_FOR = timedelta(days=14)


def giver_hashes(meeting_id: int, user_id: int) -> list[str]:
    """What an answer keeps in place of its giver, by the site's key and then by earlier ones.

    The hash differs from meeting to meeting, and no one can make it without the key. With the
    key and the database one could try each member, so it's erased once feedback is closed.
    """
    return [
        salted_hmac(
            "circles.feedback", f"{meeting_id} {user_id}", secret=key, algorithm="sha256"
        ).hexdigest()
        for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ]


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def give(self, meeting: "Meeting", user_id: int, **answers: Any) -> None:
        """Save a person's answers. They replace those that the person gave before."""
        hashes = giver_hashes(meeting.pk, user_id)
        with transaction.atomic():
            earlier = self.filter(meeting=meeting, giver__in=hashes)
            if not earlier.update(giver=hashes[0], **answers):
                self.update_or_create(meeting=meeting, giver=hashes[0], defaults=answers)

    def forget_givers(self, before: datetime, most: int) -> int:
        """Erase who gave what on meetings that ended before this moment. The answers stay."""
        known = self.filter(giver__gt="").annotate(
            over_at=Coalesce("meeting__ended_at", "meeting__starts_at")
        )
        return update_some(known.filter(over_at__lt=before), most, giver="")


class Evaluation(Typed):
    """One person's three answers after a meeting.

    It names no author and no time, and its id is random, so that even the order of answers
    is unknown. While feedback is open, a hash under the site's key tells that a person's next
    answer replaces this one.
    """

    class Measure(models.IntegerChoices):
        NO = 1, _("No")
        A_LITTLE = 2, _("A little")
        MOSTLY = 3, _("Mostly")
        YES = 4, _("Yes")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey("circles.Meeting", models.CASCADE, related_name="evaluations")
    could_speak = models.PositiveSmallIntegerField(
        _("I got to say what I wanted to say"), choices=Measure
    )
    understood = models.PositiveSmallIntegerField(
        _("I understand other people’s views better"), choices=Measure
    )
    change = models.CharField(
        _("One thing to keep or change"),
        max_length=SENTENCE,
        validators=[visible],
        blank=True,
    )

    giver = models.CharField(max_length=64, blank=True, editable=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["pk"]
        # To find givers to forget.
        indexes = [models.Index(fields=["giver"], name="evaluation_by_giver")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "giver"],
                condition=~Q(giver=""),
                name="one_evaluation_per_giver",
            ),
            models.CheckConstraint(
                condition=Q(could_speak__range=(1, 4), understood__range=(1, 4)),
                name="evaluation_is_measured_from_one_to_four",
            ),
            limits("evaluation", change=SENTENCE),
        ]

    def __str__(self) -> str:
        return self.change or str(self.pk)
