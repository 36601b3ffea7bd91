"""Anonymous feedback on a meeting."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.texts import SENTENCE, Typed, limits, visible


class Evaluation(Typed):
    """One person's three answers after a meeting.

    It stores no author and no time, and its id is random, so that even the order of answers
    is unknown.
    """

    class Measure(models.IntegerChoices):
        NO = 1, _("No")
        A_LITTLE = 2, _("A little")
        MOSTLY = 3, _("Mostly")
        YES = 4, _("Yes")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey("circles.Meeting", models.CASCADE, related_name="evaluations")
    could_speak = models.PositiveSmallIntegerField(
        _("I could say what I had to say"), choices=Measure
    )
    understood = models.PositiveSmallIntegerField(
        _("I understand better how others see it"), choices=Measure
    )
    change = models.CharField(
        _("One thing to keep, or to do differently"),
        max_length=SENTENCE,
        validators=[visible],
        blank=True,
    )

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(could_speak__range=(1, 4), understood__range=(1, 4)),
                name="evaluation_is_measured_from_one_to_four",
            ),
            limits("evaluation", change=SENTENCE),
        ]

    def __str__(self) -> str:
        return self.change or str(self.pk)
