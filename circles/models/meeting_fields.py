"""The base of `Meeting`: its columns, its clock, and how others hear of a change."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from briefs.models import Brief
from config.locks import RowGone
from config.texts import HEADING, LINE, LINK, NOTE, PARAGRAPH, SENTENCE, Typed, visible

from . import where
from .circles import Circle
from .mail import Mail
from .mail_querysets import MailQuerySet
from .memberships import Membership, MembershipQuerySet
from .privacy import LINES as PRIVACY_LINES
from .privacy import Privacy
from .retention import NO_MORE_NOTES
from .stale import Editable
from .where import Where

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def make_calendar_uid() -> str:
    return secrets.token_hex(20)


class MeetingFields(Editable, Typed):
    """The columns of a meeting."""

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="meetings")
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(
        _("title"),
        max_length=HEADING,
        validators=[visible],
        blank=True,
        help_text=_("Leave blank to use the brief’s title."),
    )
    brief = models.ForeignKey(
        Brief,
        models.PROTECT,
        null=True,
        blank=True,
        # No index of its own: Meta.indexes has one by brief and circle.
        db_index=False,
        related_name="meetings",
        verbose_name=_("brief"),
    )
    edition = models.DateField(null=True, blank=True, editable=False)
    starts_at = models.DateTimeField(_("starts"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    duration_minutes = models.PositiveSmallIntegerField(
        _("length (minutes)"),
        default=90,
        validators=[MinValueValidator(15), MaxValueValidator(600)],
    )
    place = models.CharField(
        _("place"),
        max_length=LINE,
        validators=[visible],
        blank=True,
        help_text=_("A room or an address. Only members can see it."),
    )
    online_link = models.URLField(_("video link"), max_length=LINK, blank=True)
    welcome = models.TextField(
        _("good to know"),
        max_length=PARAGRAPH,
        validators=[visible],
        blank=True,
        help_text=_("Parking, door code, what to bring."),
    )
    host = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("host")
    )
    leader = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("leader"),
    )
    note_taker = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("note taker"),
    )
    timekeeper = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("timekeeper"),
    )
    presenter = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("presenter"),
    )
    capacity = models.PositiveSmallIntegerField(
        _("attendee limit"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave blank for no limit. Guests count toward it."),
    )
    rsvp_deadline = models.DateTimeField(_("RSVP by"), null=True, blank=True)
    # How many people the agenda is for, if a facilitator knows better than the RSVPs.
    planned_people = models.PositiveSmallIntegerField(null=True, editable=False)
    minutes_summary = models.TextField(
        _("summary of the meeting"),
        max_length=NOTE,
        validators=[visible],
        blank=True,
        help_text=_("Appears at the top of the minutes. Please don’t name anyone."),
    )

    cancel_reason = models.TextField(
        _("reason"), max_length=SENTENCE, validators=[visible], blank=True
    )

    # The circle's setting when the meeting began, or when someone first wrote about it. Minutes
    # carry it, whatever the circle decides later.
    privacy = models.CharField(max_length=16, choices=Privacy, blank=True, editable=False)

    # What every live page shows of the open item; see `circles/live/page.py`.
    showing = models.CharField(max_length=120, blank=True, editable=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    scheduled_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    minutes_published_at = models.DateTimeField(null=True, editable=False)
    # When the summary was last changed after the minutes were published.
    minutes_edited_at = models.DateTimeField(null=True, editable=False)
    # When its notes were erased, as the circle chose (`circles/notes/retention.py`).
    notes_erased_at = models.DateTimeField(null=True, editable=False)
    # When the reading kits were handed out to those who read on paper; see `assign`.
    kits_given_at = models.DateTimeField(null=True, editable=False)
    # Its id in calendars (RFC 5545): for good, so it depends on no key and no domain.
    calendar_uid = models.CharField(max_length=40, default=make_calendar_uid, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    agenda_revision = models.PositiveIntegerField(default=0, editable=False)
    attendance_revision = models.PositiveIntegerField(default=0, editable=False)
    actions_revision = models.PositiveIntegerField(default=0, editable=False)

    _is_changing = False

    mails: MailQuerySet  # by `Mail.meeting`

    class Meta:
        abstract = True

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> datetime:
        """The start in the meeting's time zone."""
        return self.starts_at.astimezone(self.zone)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(self.zone)

    @property
    def where(self) -> Where:
        return Where.read({name: getattr(self, name) for name in where.FIELDS})

    @property
    def privacy_line(self) -> "StrPromise":
        """What happens to what is said here; before it begins, by the circle's setting."""
        return PRIVACY_LINES[self.privacy or self.circle.privacy]

    @property
    def notes_are_over(self) -> bool:
        """Whether its circle keeps no notes of it anymore."""
        is_due = self.circle.notes_are_due(self.starts_at, timezone.now())
        return bool(self.notes_erased_at) or is_due

    @property
    def why_no_words(self) -> "StrPromise | str":
        """Why no one can write notes or a summary anymore, as a sentence; empty if they can."""
        return NO_MORE_NOTES if self.notes_are_over else ""

    def settle_privacy(self) -> str:
        """The circle's setting right now. The first one stays with the meeting.

        The caller holds the meeting's lock. This asks the database, because `circle` may have
        been loaded before a facilitator changed the setting.
        """
        now = Circle.objects.values_list("privacy", flat=True).get(pk=self.circle_id)
        if not self.privacy:
            self.privacy = now
            self.save(update_fields=["privacy"])
        return now

    def privacy_of_new_words(self) -> str:
        """Settle the privacy (`settle_privacy`) for a note or summary that is about to be saved.

        Raises:
            RowGone: all notes of the meeting were erased, so nothing new is kept.
        """
        if self.notes_erased_at:
            raise RowGone
        return self.settle_privacy()

    @contextmanager
    def changing(self, what: str | None = None) -> Iterator[int]:
        """One change that the live page must hear of. Yields its revision.

        It holds the meeting's lock, so revisions have no gaps and become visible in order. A
        change within a change has the same revision.

        Args:
            what: "agenda", "attendance" or "actions", if that changes. Each note stores its
                own revision.
        """
        with self.locked():
            is_first = not self._is_changing
            names = ["revision"] if is_first else []
            names += [f"{what}_revision"] if what else []
            self.revision += is_first
            for name in names:
                setattr(self, name, self.revision)
            if names:
                self.save(update_fields=names)
            self._is_changing = True
            try:
                yield self.revision
            finally:
                self._is_changing = not is_first

    def audience(self, kind: str) -> MembershipQuerySet:
        """The members whom an email of this kind goes to. See `Mail.COVERED_BY`."""
        people = self.circle.memberships.current()
        if kind in Mail.COVERED_BY:
            people = people.exclude(pk__in=self.mails.covering(kind).values("membership"))
        return people

    def tell(
        self,
        kind: Mail.Kind,
        word: str,
        *,
        people: Iterable[Membership] | None = None,
        **more: Any,
    ) -> None:
        """Queue an email to every member. Two statements, however many members.

        Args:
            kind: one of `Mail.Kind`.
            word: names the cause within this meeting, such as "cancelled".
            people: the current members, if the caller has them; otherwise they are queried.
            more: other fields of Mail, such as `details`.
        """
        if people is None:
            if kind in Mail.COVERED_BY:  # no worker takes these while we look
                list(self.mails.unclaimed().select_for_update().values_list("pk"))
            people = self.audience(kind)
        Mail.objects.queue(kind, f"meeting-{self.pk}-{word}", to=people, meeting=self, **more)
