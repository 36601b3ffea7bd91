"""Agenda items. `circles/live/agenda.py` gives them their clock times."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from briefs.models import Section
from config.texts import ITEM, Typed, limits, visible

from .meetings import Meeting


class AgendaItem(Typed):
    """A part of a meeting: a section of the brief, a usual part such as the opening, or a title."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("Welcome")
        AGREEMENTS = "agreements", _("Our agreements")
        CARRIED = "carried", _("From last time")
        OPENING = "opening", _("Opening round")
        SECTION = "section", _("Section of the brief")
        BREAK = "break", _("Break")
        OTHER = "other", _("Something else")
        PROMISES = "promises", _("Action items")
        CLOSING = "closing", _("Closing round")
        NEXT_DATE = "next_date", _("Next meeting date")

    # The end of the meeting, with its lasting results: this time is not for talk.
    RESERVED = [Kind.PROMISES, Kind.CLOSING, Kind.NEXT_DATE]

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda_items")
    kind = models.CharField(_("type"), max_length=12, choices=Kind, default=Kind.SECTION)
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    title = models.CharField(_("title"), max_length=ITEM, validators=[visible], blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=10, validators=[MaxValueValidator(600)]
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    extra_minutes = models.PositiveSmallIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    deferred_at = models.DateTimeField(null=True, editable=False)
    # Time spent on it before it was last opened.
    used_seconds = models.PositiveIntegerField(default=0, editable=False)
    # Turns in the current round, as [who, "spoke" or "wishes"]; cleared when the item closes.
    turns = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=False)
                | ~Q(title="")
                | ~Q(kind__in=["section", "other"]),
                name="agenda_item_has_a_subject",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(opened_at__isnull=False, closed_at__gte=F("opened_at")),
                name="agenda_item_closes_after_it_opened",
            ),
            limits("agenda_item", title=ITEM),
        ]

    def __str__(self) -> str:
        # An agenda names each item, and Django's `get_kind_display` takes ten times as long.
        return self.title or str(self.section or self.Kind(self.kind).label)

    @property
    def is_reserved(self) -> bool:
        return self.kind in self.RESERVED

    @property
    def lists_agreements(self) -> bool:
        """On paper the circle's agreements are under it."""
        return self.kind == self.Kind.AGREEMENTS

    @property
    def lists_loose_ends(self) -> bool:
        """On paper what is open from last time is under it."""
        return self.kind == self.Kind.CARRIED

    @property
    def is_open(self) -> bool:
        return bool(self.opened_at and not self.closed_at)

    @property
    def is_upcoming(self) -> bool:
        """Whether it was neither opened nor deferred yet."""
        return not (self.opened_at or self.deferred_at)

    @property
    def given_minutes(self) -> int:
        """Planned minutes plus extra minutes."""
        return self.minutes + self.extra_minutes

    @property
    def is_talk(self) -> bool:
        """Whether it is for talk: everyone present shares its minutes."""
        return self.kind in (self.Kind.SECTION, self.Kind.OTHER)
