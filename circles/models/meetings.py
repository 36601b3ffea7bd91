"""A meeting: when and where, its states, and its places."""

import zoneinfo
from contextlib import contextmanager
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from briefs.models import Brief

from .attendance import Attendance, Rsvp
from .circles import Circle, Membership


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, membership):
        """What this person may see: drafts are for facilitators only."""
        return self if membership.is_facilitator else self.exclude(scheduled_at=None)

    def upcoming(self):
        """Scheduled and not over, soonest first: under way counts. A cancelled one does not."""
        return (
            self.exclude(scheduled_at=None)
            .filter(cancelled_at=None, ended_at=None)
            .filter(Q(starts_at__gte=timezone.now() - timedelta(hours=12)) | ~Q(started_at=None))
            .order_by("starts_at")
        )

    def drafts(self):
        return self.filter(scheduled_at=None, cancelled_at=None).order_by("starts_at")

    def past(self):
        """Held and over, newest first: ended, or long past their time without being ended."""
        over = ~Q(ended_at=None) | Q(
            started_at=None, starts_at__lt=timezone.now() - timedelta(hours=12)
        )
        return (
            self.exclude(scheduled_at=None).filter(over, cancelled_at=None).order_by("-starts_at")
        )

    def cancelled(self):
        return self.exclude(cancelled_at=None).order_by("-starts_at")

    def with_brief(self):
        return self.select_related("circle", "brief")

    def with_roles(self):
        return self.select_related(*(f"{role}__user" for role in Meeting.ROLES))


class Meeting(models.Model):
    """One evening of a circle, mostly on one brief.

    `sequence` rises with each change that calendars must hear of (RFC 5545), `revision`
    with each change that the live page must hear of.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        UNDER_WAY = "under_way", _("Under way")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Cancelled")

    ROLES = ["host", "facilitator", "recorder", "timekeeper", "presenter"]

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="meetings")
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(
        _("title"),
        max_length=120,
        blank=True,
        help_text=_("Only if the brief's title does not say it."),
    )
    brief = models.ForeignKey(
        Brief,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("brief"),
    )
    edition = models.DateField(null=True, blank=True, editable=False)
    starts_at = models.DateTimeField(_("starts"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    duration_minutes = models.PositiveSmallIntegerField(
        _("length in minutes"),
        default=90,
        validators=[MinValueValidator(15), MaxValueValidator(600)],
    )
    place = models.CharField(
        _("place"),
        max_length=200,
        blank=True,
        help_text=_("A room or an address. Only members see it."),
    )
    online_link = models.URLField(_("online link"), max_length=400, blank=True)
    welcome = models.TextField(
        _("a word beforehand"),
        blank=True,
        help_text=_("What people should know: parking, the door code, what to bring."),
    )
    host = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("host")
    )
    facilitator = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("facilitator"),
    )
    recorder = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorder"),
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
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty if there is room for all."),
    )
    rsvp_deadline = models.DateTimeField(_("answer by"), null=True, blank=True)
    minutes_summary = models.TextField(
        _("the evening in a few sentences"),
        blank=True,
        help_text=_("Stands above the notes in the minutes. Name no one."),
    )

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    scheduled_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    minutes_published_at = models.DateTimeField(null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["circle", "starts_at"], name="meeting_by_circle_and_start")]
        constraints = [
            models.UniqueConstraint(fields=["circle", "number"], name="meeting_number_in_circle"),
            models.CheckConstraint(condition=Q(number__gte=1), name="meeting_number_from_one"),
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(15, 600)), name="meeting_length_is_sane"
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gte=1), name="meeting_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(scheduled_at__isnull=False),
                name="meeting_starts_once_scheduled",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None)
                | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
                name="meeting_ends_after_it_started",
            ),
        ]

    def __str__(self):
        if self.title:
            return self.title
        return self.brief.title if self.brief_id else str(_("Meeting %d") % self.number)

    def get_absolute_url(self):
        return reverse("circles:meeting_detail", args=[self.circle.slug, self.number])

    @property
    def state(self):
        if self.cancelled_at:
            return self.State.CANCELLED
        if self.ended_at:
            return self.State.ENDED
        if self.started_at:
            return self.State.UNDER_WAY
        return self.State.SCHEDULED if self.scheduled_at else self.State.DRAFT

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT

    @property
    def is_cancelled(self):
        return self.cancelled_at is not None

    @property
    def is_over(self):
        """Ended, or its time has passed by half a day without anyone ending it."""
        return bool(self.ended_at) or (
            not self.started_at and self.starts_at < timezone.now() - timedelta(hours=12)
        )

    @property
    def is_to_come(self):
        """It is known to the circle, and neither over nor called off."""
        return bool(self.scheduled_at) and not (self.is_cancelled or self.is_over)

    @property
    def is_near(self):
        """It begins within three hours, or should have begun."""
        return self.starts_at - timezone.now() < timedelta(hours=3)

    @property
    def takes_answers(self):
        """People may still say whether they come."""
        deadline = self.rsvp_deadline or self.ends_at
        return self.state in (self.State.SCHEDULED, self.State.UNDER_WAY) and (
            timezone.now() <= deadline
        )

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def local_start(self):
        """The start on the wall clock of the circle."""
        return self.starts_at.astimezone(self.zone)

    @property
    def ends_at(self):
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def local_end(self):
        return self.ends_at.astimezone(self.zone)

    @property
    def roles(self):
        """The roles that are settled: [(what it is called, who has it), …]."""
        pairs = [
            (self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.ROLES
        ]
        return [(str(label).capitalize(), person) for label, person in pairs if person]

    @contextmanager
    def change(self):
        """One change that the live page must hear of; gives its revision.

        Everything written inside is one transaction. The meeting's row is its lock, so
        revisions come without gaps, in the order in which they can be read.
        """
        with transaction.atomic():
            Meeting.objects.filter(pk=self.pk).update(revision=F("revision") + 1)
            self.revision = Meeting.objects.values_list("revision", flat=True).get(pk=self.pk)
            yield self.revision

    @classmethod
    def plan(cls, circle, **fields):
        """A meeting not yet saved, with the circle's habits filled in."""
        habits = {
            "duration_minutes": circle.usual_minutes,
            "place": circle.usual_place,
            "time_zone": circle.time_zone,
        }
        return cls(circle=circle, **(habits | fields))

    @transaction.atomic
    def add(self):
        """Save a new meeting under the circle's next number. Numbers are never given twice."""
        Circle.objects.select_for_update().get(pk=self.circle_id)
        newest = self.circle.meetings.aggregate(newest=models.Max("number"))["newest"]
        self.number = (newest or 0) + 1
        self.edition = self.brief.edition if self.brief_id else None
        self.save()
        return self

    def keep(self, *, calendars_hear):
        """Save what was changed; who waits for a place gets one if there are more now.

        Args:
            calendars_hear: the time or place changed, so an invitation already in a
                calendar is out of date.
        """
        with self.change():
            if calendars_hear and self.scheduled_at:
                self.sequence += 1
            if not self.started_at:
                self.edition = self.brief.edition if self.brief_id else None
            self.save()
            self.fill_places()

    def schedule(self):
        """Tell the circle: from now on members see it and answer.

        Raises:
            ValidationError: nobody could know how to come, or it was called off.
        """
        self._check_not_cancelled()
        if not (self.place or self.online_link):
            raise ValidationError(_("Say where it is, or give a link, before you tell the circle."))
        if not self.scheduled_at and self.is_over:
            raise ValidationError(_("Its day is past. Choose one that is ahead."))
        self.scheduled_at = self.scheduled_at or timezone.now()
        self.edition = self.brief.edition if self.brief_id else None
        self.save(update_fields=["scheduled_at", "edition"])

    def start(self):
        """The evening begins. Beginning again keeps the first time.

        Raises:
            ValidationError: it is a draft, or was called off.
        """
        self._check_not_cancelled()
        if not self.scheduled_at:
            raise ValidationError(_("This is a draft. Tell the circle of it before it starts."))
        with self.change():
            self.started_at = self.started_at or timezone.now()
            self.edition = self.brief.edition if self.brief_id else None
            self.save(update_fields=["started_at", "edition"])

    def _check_not_cancelled(self):
        if self.cancelled_at:
            raise ValidationError(_("This meeting was called off. Plan another one."))

    def end(self):
        """The evening is over. Ending it again keeps the first time.

        Raises:
            ValidationError: it has not started.
        """
        if not self.started_at:
            raise ValidationError(_("This meeting has not started yet."))
        with self.change():
            self.ended_at = self.ended_at or timezone.now()
            self.save(update_fields=["ended_at"])

    def cancel(self):
        """Call it off. Calling it off again keeps the first time.

        Raises:
            ValidationError: it was held already.
        """
        if self.ended_at:
            raise ValidationError(_("This meeting was held. It cannot be called off any more."))
        if self.cancelled_at:
            return
        with self.change():
            self.cancelled_at = timezone.now()
            self.sequence += 1
            self.save(update_fields=["cancelled_at", "sequence"])

    def publish_minutes(self):
        """Let the members read the minutes. Publishing again keeps the first time."""
        with self.change():
            self.minutes_published_at = self.minutes_published_at or timezone.now()
            self.save(update_fields=["minutes_published_at"])

    @transaction.atomic
    def answer(self, membership, answer, *, online=False, guests=0, word=""):
        """Take a member's answer; gives the Rsvp.

        A yes beyond the places becomes *waiting*; a place that falls free goes to who has
        waited longest. Who has a place keeps it: guests that do not fit are not added. The
        meeting's row is the lock, so two answers never share a place.
        """
        locked = Meeting.objects.select_for_update().get(pk=self.pk)
        mine = self.rsvps.filter(membership=membership).first() or Rsvp(
            meeting=self, membership=membership
        )
        has_place, brought = mine.answer == Rsvp.Answer.YES, mine.guests
        mine.online, mine.guests, mine.word = online, guests, word
        if answer in (Rsvp.Answer.YES, Rsvp.Answer.WAITING):
            others = self.rsvps.exclude(pk=mine.pk).heads()
            fits = locked.capacity is None or others + mine.heads <= locked.capacity
            queued = self.rsvps.waiting().exclude(pk=mine.pk).exists()
            has_room = fits and not queued
            if has_place and not has_room:
                mine.guests = min(guests, brought)
            answer = Rsvp.Answer.YES if has_room or has_place else Rsvp.Answer.WAITING
        if mine.answer != answer:
            mine.answered_at = timezone.now()
        mine.answer = answer
        mine.save()
        locked.fill_places()
        mine.refresh_from_db()
        return mine

    @property
    def has_work_on_its_brief(self):
        """Notes or readings hang on sections of the brief. Two queries at most."""
        return self.readings.exists() or self.notes.filter(section__brief=self.brief_id).exists()

    def assign(self, readings):
        """Make these the readings of the meeting, in this order. What was asked to be
        swapped before is off."""
        with self.change():
            self.swaps.all().delete()
            self.readings.all().delete()
            self.readings.bulk_create(readings)

    def note_attendance(self, member_ids, visitors):
        """Make these the people who came.

        Args:
            member_ids: ids of memberships.
            visitors: (name, whether it is a first visit) of each.
        """
        with self.change() as revision:
            self.attendances.exclude(membership__in=member_ids).delete()
            there = set(self.attendances.values_list("membership", flat=True))
            new = [Attendance(membership_id=pk) for pk in sorted(member_ids - there)]
            new += [
                Attendance(visitor_name=name, is_first_visit=is_first)
                for name, is_first in visitors
            ]
            for attendance in new:
                attendance.meeting, attendance.revision = self, revision
            Attendance.objects.bulk_create(new)

    def fill_places(self):
        """Move people up from the waiting list while there is room, in order of answering."""
        for waiting in self.rsvps.waiting():
            if self.capacity is not None and self.rsvps.heads() + waiting.heads > self.capacity:
                break
            waiting.answer = Rsvp.Answer.YES
            waiting.save(update_fields=["answer"])
