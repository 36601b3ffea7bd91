"""What is on the agenda of an evening."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from briefs.models import Section

from .meetings import Meeting


class AgendaItem(models.Model):
    """A stretch of the evening: a section of the brief, or a free title."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda_items")
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    title = models.CharField(_("title"), max_length=160, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    position = models.PositiveIntegerField(_("position"), default=0)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=False) | ~Q(title=""), name="agenda_item_has_a_subject"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(opened_at__isnull=False, closed_at__gte=F("opened_at")),
                name="agenda_item_closes_after_it_opened",
            ),
        ]

    def __str__(self):
        return self.title or str(self.section)
