"""A meeting: when, where and what about.

Its states: `meeting_states.py`; its places: `seats.py`.
"""

import zoneinfo
from contextlib import contextmanager
from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from briefs.models import Brief
from config.locks import under_lock

from . import where
from .attendance import Attendance
from .circles import Circle
from .mail import Mail
from .meeting_querysets import MeetingQuerySet
from .meeting_states import MeetingStates
from .memberships import Membership
from .seats import Seats
from .stale import Stale


class Meeting(MeetingStates, Seats):
    """One evening of a circle, mostly on one brief.

    `sequence` rises with each change that calendars must hear of (RFC 5545), `changed_at` is
    its moment; `revision` rises with each change that the live page must hear of;
    `agenda_revision` and its like are the revisions at which those changed last.
    """

    # What people hear of by mail; calendars hear of more: they show the title and the brief.
    ANNOUNCED = ["starts_at", "duration_minutes", *where.FIELDS]
    ROLES = ["host", "leader", "note_taker", "timekeeper", "presenter"]

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
        # Found by brief and circle: see the indexes.
        db_index=False,
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
    leader = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("facilitator"),
    )
    note_taker = models.ForeignKey(
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

    # What every page of the evening shows of what is open; see `circles/live/page.py`.
    showing = models.CharField(max_length=120, blank=True, editable=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    scheduled_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    minutes_published_at = models.DateTimeField(null=True, editable=False)
    # When the summary was last changed after that.
    minutes_edited_at = models.DateTimeField(null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    agenda_revision = models.PositiveIntegerField(default=0, editable=False)
    attendance_revision = models.PositiveIntegerField(default=0, editable=False)
    actions_revision = models.PositiveIntegerField(default=0, editable=False)

    _is_changing = False

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["circle", "starts_at"], name="meeting_by_circle_and_start"),
            # It stands for an index of the brief alone, which would lead to all circles' meetings.
            models.Index(fields=["brief", "circle"], name="meeting_by_brief_and_circle"),
        ]
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
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(cancelled_at=None),
                name="meeting_started_or_cancelled",
            ),
        ]

    def __str__(self):
        if self.title:
            return self.title
        return self.brief.title if self.brief_id else str(_("Meeting %d") % self.number)

    def get_absolute_url(self):
        return reverse("circles:meeting_detail", args=[self.circle.slug, self.number])

    @property
    def is_revised_since(self):
        """The brief has a later edition than the one this meeting read."""
        return bool(self.brief_id and self.edition and self.edition < self.brief.edition)

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
    def where(self) -> where.Where:
        return where.Where.read({name: getattr(self, name) for name in where.FIELDS})

    def is_run_by(self, membership):
        """Facilitators run an evening, and whoever has a role in it."""
        return membership.is_facilitator or membership.pk in [
            getattr(self, f"{role}_id") for role in self.ROLES
        ]

    @classmethod
    def role_label(cls, role):
        """What one of `ROLES` is called, to stand by itself."""
        return capfirst(str(cls._meta.get_field(role).verbose_name))

    @property
    def roles(self):
        """The roles that are settled: [(what it is called, who has it), …]."""
        pairs = [(self.role_label(name), getattr(self, name)) for name in self.ROLES]
        return [(label, person) for label, person in pairs if person]

    @contextmanager
    def changing(self, what=None):
        """One change that the live page must hear of; gives its revision.

        It holds the meeting's lock, so revisions come without gaps, in the order in which
        they can be read. A change within a change has the same revision.

        Args:
            what: "agenda", "attendance" or "actions", if that is what changes; notes have
                revisions of their own.
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

    @classmethod
    def plan(cls, circle, **fields):
        """A meeting not yet saved, with the circle's habits filled in."""
        habits = {
            "duration_minutes": circle.usual_minutes,
            "place": circle.usual_place,
            "time_zone": circle.time_zone,
        }
        return cls(circle=circle, **(habits | fields))

    def add(self):
        """Save a new meeting under the circle's next number. Numbers are never given twice."""
        with self.circle.locked():
            newest = self.circle.meetings.aggregate(newest=models.Max("number"))["newest"]
            self.number = (newest or 0) + 1
            self.edition = self.brief.edition if self.brief_id else None
            self.save()
        return self

    @classmethod
    def add_all(cls, circle, meetings):
        """Save new meetings under the circle's next numbers, all or none; gives those made.

        A day that has a meeting already, drafts included, gets no second one: so a form that
        is sent twice makes one set.
        """
        with circle.locked():
            return cls._add_each(circle, meetings)

    @staticmethod
    def _add_each(circle, meetings):
        newest = circle.meetings.aggregate(newest=models.Max("number", default=0))["newest"]
        standing = circle.meetings.filter(cancelled_at=None).only(
            "circle", "starts_at", "time_zone"
        )
        taken = {meeting.local_start.date() for meeting in standing}
        made = []
        for meeting in meetings:
            if meeting.local_start.date() not in taken:
                taken.add(meeting.local_start.date())
                made.append(meeting)
                meeting.number = newest + len(made)
                meeting.edition = meeting.brief.edition if meeting.brief_id else None
        Meeting.objects.bulk_create(made)
        return made

    def keep(self, changed, *, calendars_hear, seen=None):
        """Save these fields; who waits for a place gets one if there are more now.

        Args:
            changed, seen: see `replacing`.
            calendars_hear: something changed that a calendar shows, so what it holds is
                out of date. The circle gets a mail if it was the time or the place.

        Raises:
            Stale: somebody else changed it meanwhile.
        """
        with self.replacing(changed, seen=seen), self.changing():
            if not self.started_at:
                self.edition = self.brief.edition if self.brief_id else None
            before = None
            if calendars_hear and self.scheduled_at:
                before = Meeting.objects.values(*self.ANNOUNCED).get(pk=self.pk)
                self.sequence += 1
                self.changed_at = timezone.now()
            self.save(update_fields=[*changed, "edition", "sequence", "changed_at"])
            if before:
                self._tell_of_change(before)
            self.tell_who_moved(self.fill_places())

    def _tell_of_change(self, before):
        if any(getattr(self, name) != value for name, value in before.items()):
            before["starts_at"] = before["starts_at"].isoformat()
            self.tell(Mail.Kind.CHANGED, f"changed-{self.sequence}", details={"before": before})

    def tell(self, kind, word, *, people=None, **more):
        """Queue a mail to everyone in the circle. Two statements, however many they are.

        Args:
            people: everyone in the circle, where they are at hand.
        """
        people = self.circle.memberships.current() if people is None else people
        Mail.objects.queue(kind, f"meeting-{self.pk}-{word}", to=people, meeting=self, **more)

    @under_lock
    def settle(self, roles, *, seen):
        """Give roles to people, unless somebody else settled one of them meanwhile.

        Args:
            roles: {role: membership's id or None}.
            seen: the same, as the writer saw it.

        Raises:
            Stale: one of the roles is neither as it was seen nor as it is to be.
        """
        for role, who in roles.items():
            if getattr(self, f"{role}_id") not in (seen[role], who):
                raise Stale(self)
        for role, who in roles.items():
            setattr(self, f"{role}_id", who)
        self.save(update_fields=list(roles))

    @property
    def has_work_on_its_brief(self):
        """Notes or readings hang on sections of the brief. Two queries at most."""
        return self.readings.exists() or self.notes.filter(section__brief=self.brief_id).exists()

    def assign(self, readings):
        """Make these the readings of the meeting, in this order. What was asked to be
        swapped before is off."""
        with self.changing():
            self.swaps.all().delete()
            self.readings.all().delete()
            self.readings.bulk_create(readings)

    @under_lock
    def note_attendance(self, member_ids, visitors, *, seen=None):
        """Make these the people who came.

        Args:
            member_ids: ids of memberships.
            visitors: (name, whether it is a first visit) of each.
            seen: `attendance_revision` as the writer saw it; None replaces whatever is saved.

        Raises:
            Stale: somebody else noted other people meanwhile.
        """
        rows = self.attendances.values_list("membership", "visitor_name", "is_first_visit")
        saved = sorted((pk or 0, name, is_first) for pk, name, is_first in rows)
        wanted = [(pk, "", False) for pk in member_ids]
        wanted += [(0, name, is_first) for name, is_first in visitors]
        if saved == sorted(wanted):
            return
        if seen is not None and seen != self.attendance_revision:
            raise Stale(self)
        with self.changing("attendance") as revision:
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
