"""When the outside links of a brief were tested, and what was found."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .briefs import Brief

# How long a worker has for one round of a check.
LEASE = timedelta(minutes=2)


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def waiting(self) -> Self:
        """Checks that aren't finished."""
        return self.filter(finished_at=None)

    def ask(self, brief: Brief) -> bool:
        """Ask the worker to test this brief's links. Returns whether it wasn't asked already."""
        check, is_new = self.get_or_create(brief=brief)
        if is_new or check.is_waiting:
            return is_new
        check.begin()
        return True

    def claim(self) -> "LinkCheck | None":
        """The next check for a worker to go on with, so that no other does at the same time."""
        now = timezone.now()
        free = self.waiting().filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
        for check in free.select_related("brief").order_by("asked_at", "pk"):
            if free.filter(pk=check.pk).update(claimed_until=now + LEASE):
                return check
        return None


class LinkCheck(models.Model):
    """One test of a brief's links: asked for by an editor, done by the worker in rounds.

    `results` is {address: [state, why, status, new address]} (`briefs/links/visit.py`). It says
    nothing about readers, and not where in the brief an address is: that's looked up when the
    findings are shown, so a link that was fixed is no longer among them.
    """

    brief = models.OneToOneField(
        Brief, models.CASCADE, related_name="link_check", verbose_name=_("brief")
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    rounds = models.PositiveSmallIntegerField(default=0, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    results = models.JSONField(default=dict, editable=False)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of links")
        verbose_name_plural = _("checks of links")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.brief)

    @property
    def is_waiting(self) -> bool:
        return self.finished_at is None

    def begin(self) -> None:
        """Forget what was found, and wait for the worker."""
        self.asked_at, self.claimed_until = timezone.now(), None
        self.rounds, self.finished_at, self.results = 0, None, {}
        self.save()

    def keep(self, found: dict[str, list[Any]], *, is_finished: bool) -> None:
        """Save what a round found, unless the check was asked for again since."""
        self.results, self.rounds = self.results | found, self.rounds + 1
        self.finished_at = timezone.now() if is_finished else None
        type(self).objects.filter(pk=self.pk, asked_at=self.asked_at).update(
            results=self.results,
            rounds=self.rounds,
            finished_at=self.finished_at,
            claimed_until=None,
        )
