"""That the worker runs, and up to when it has looked for reminders."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.locks import Lockable

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Heartbeat(Lockable):
    """When the worker last ran, and up to when it has looked for reminders. One row."""

    # The worker reports at least this often, even with nothing to do.
    LATE = timedelta(minutes=5)

    name = models.CharField(max_length=16, primary_key=True)
    beat_at = models.DateTimeField()
    reminded_until = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls) -> None:
        cls.objects.update_or_create(name="worker", defaults={"beat_at": timezone.now()})

    @classmethod
    def fault(cls) -> "StrPromise | str":
        """A sentence if the worker isn't running; empty if it is."""
        beat = cls.objects.filter(name="worker").first()
        if beat is None:
            return _(
                "The worker has never run, so no emails are going out. To start it, run "
                "“manage.py worker”."
            )
        since = timezone.now() - beat.beat_at
        if since > cls.LATE:
            minutes = int(since.total_seconds() // 60)
            return (
                _("The worker hasn’t run for %d minutes, so no emails are going out. Restart it.")
                % minutes
            )
        return ""
