"""Agenda items. `circles/live/agenda.py` gives them their clock times."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from briefs.models import Question, Section
from config.texts import ITEM, Typed, limits, visible

from .meetings import Meeting

if TYPE_CHECKING:
    from .notes import Note


@dataclass
class Talk:
    """The agenda items for talk, by what became of them, each list in the agenda's order.

    `talked` were talked about. `left` are for next time. `ahead` may still come, as the meeting
    isn't over.
    """

    talked: "list[AgendaItem]" = field(default_factory=list)
    left: "list[AgendaItem]" = field(default_factory=list)
    ahead: "list[AgendaItem]" = field(default_factory=list)


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def talk(self, meeting: Meeting, notes: "Iterable[Note] | None" = None) -> Talk:
        """What a meeting talked about and what it left for next time.

        What was left on purpose is left. Else an item was talked about if it was opened, or if a
        note is on it. All others were left if the agenda was followed; else no one knows.

        Args:
            meeting: which meeting.
            notes: its notes that aren't deleted, if they have been read already. Not used if all
                were erased by the circle's setting: those tell what was talked about, too.
        """
        items = list(self.filter(meeting=meeting).select_related("section"))
        if notes is None or meeting.notes_erased_at:
            there = Q(deleted_at=None) | Q(deleted_at=meeting.notes_erased_at)
            notes = meeting.notes.filter(there).select_related("question")
            notes = notes.only("meeting", "section", "item", "question__section")
        noted: set[tuple[str, int | None]] = set()
        for note in notes:
            on = note.section_id or (note.question.section_id if note.question else None)
            noted |= {("item", note.item_id), ("section", on)}
        was_followed = any(item.opened_at for item in items)
        talk = Talk()
        for item in items:
            is_noted = ("item", item.pk) in noted or (
                item.section_id and ("section", item.section_id) in noted
            )
            if not item.is_talk:
                continue
            if item.deferred_at:
                talk.left.append(item)
            elif item.opened_at or is_noted:
                talk.talked.append(item)
            elif meeting.is_under_way:
                talk.ahead.append(item)
            elif was_followed:
                talk.left.append(item)
        return talk


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

    # See Note.
    WHOSE = "meeting__circle"
    # The end of the meeting, with its lasting results: this time is not for talk.
    RESERVED = [Kind.PROMISES, Kind.CLOSING, Kind.NEXT_DATE]

    # The questions on the whole brief that belong to a round.
    ROUNDS: dict[str, Question.Kind] = {
        Kind.OPENING: Question.Kind.OPENING,
        Kind.CLOSING: Question.Kind.CLOSING,
    }

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

    objects = AgendaItemQuerySet.as_manager()

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
