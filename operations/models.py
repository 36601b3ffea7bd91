"""How the tasks went that no one waits for. The health checks and the admin tell of it."""

import re
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from config.logs import mask

# Characters.
LONGEST_FAULT = 400


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def of(self, task: str) -> "Outcome":
        """How a task went; an empty row if it was never tried."""
        return self.filter(task=task).first() or self.model(task=task)

    def went_well(self, task: str, at: datetime | None = None) -> bool:
        """Note that a task went well, which ends its fault. Returns whether there was one.

        Args:
            at: when; now if it's left out.
        """
        had_fault = bool(self.of(task).fault)
        self.update_or_create(
            task=task, defaults={"good_at": at or timezone.now(), "failed_at": None, "fault": ""}
        )
        return had_fault

    def failed(self, task: str, fault: str) -> bool:
        """Note that a task failed, and why, without any address. Returns whether that's news."""
        before = self.of(task).fault
        fault = Truncator(mask(" ".join(fault.split()))).chars(LONGEST_FAULT)
        self.update_or_create(task=task, defaults={"failed_at": timezone.now(), "fault": fault})
        return _gist(fault) != _gist(before)


class Outcome(models.Model):
    """How a task went when it was last tried. One row for each task.

    Attributes:
        good_at: when it last went well; of backups, the moment that the newest one holds.
        failed_at: when it failed, if it has since then.
        fault: why, in sentences for the operator.
    """

    class Task(models.TextChoices):
        MAIL = "mail"
        BACKUP = "backup"
        # What the health check saves, to see that the database takes it.
        CHECK = "check"

    task = models.CharField(max_length=16, primary_key=True)
    good_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=LONGEST_FAULT, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return self.task


def _gist(fault: str) -> str:
    """A fault without its numbers, such as how much room is left, which differ each time."""
    return re.sub(r"\d+", "", fault)
