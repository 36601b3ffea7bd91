"""Meetings: when and where they are, and which brief they are about.

The columns are in `meeting_fields.py`, the states in `meeting_states.py`, the spots in `seats.py`.
"""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from briefs.models import Brief
from config.addresses import reverse
from config.locks import under_lock
from config.texts import HEADING, LINE, LINK, NOTE, PARAGRAPH, SENTENCE, limits
from config.when import month_day

from . import where
from .attendance import Attendance
from .circles import Circle
from .columns import Columns
from .mail import Mail
from .meeting_querysets import MeetingQuerySet
from .meeting_states import MeetingStates
from .memberships import Membership
from .seats import Seats
from .stale import Stale

if TYPE_CHECKING:
    from .readings import Reading


class Meeting(MeetingStates, Seats):
    """One meeting of a circle, mostly on one brief.

    `sequence` rises with each change that calendars show (RFC 5545, section 3.8.7.4), and
    `changed_at` is the time of that change. `revision` rises with each change that the live
    page shows; `agenda_revision` and the like are the revisions of the last such change.
    """

    # What people hear of by email; calendars hear of more: they show the title and the brief.
    ANNOUNCED = ["starts_at", "duration_minutes", *where.FIELDS, "welcome"]
    ROLES = ["host", "leader", "note_taker", "timekeeper", "presenter"]

    # What a card says of a meeting, and of its brief.
    ON_CARDS = [
        *("circle", "number", "title", "edition", "starts_at", "duration_minutes", "time_zone"),
        *(*where.FIELDS, "welcome", *ROLES, "capacity", "rsvp_deadline", "privacy"),
        *("scheduled_at", "started_at", "ended_at", "cancelled_at", "minutes_published_at"),
    ]
    OF_BRIEF = ["slug", "title", "summary", "edition"]

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["circle", "starts_at"], name="meeting_by_circle_and_start"),
            # An index on the brief alone would find the meetings of all circles. In this order the
            # last meeting of a circle on an earlier edition is found without the others.
            models.Index(
                fields=["brief", "circle", "edition", "starts_at"],
                name="meeting_by_brief_and_edition",
            ),
            # Upcoming meetings, without all that a circle has held.
            models.Index(
                fields=["circle", "starts_at"],
                condition=Q(cancelled_at=None, ended_at=None),
                name="meeting_not_over",
            ),
            # For reminders, which look at the meetings of all circles.
            models.Index(
                fields=["starts_at"],
                condition=Q(scheduled_at__isnull=False)
                & Q(cancelled_at=None, started_at=None, ended_at=None),
                name="meeting_to_remind_of",
            ),
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
            limits(
                "meeting",
                title=HEADING,
                place=LINE,
                online_link=LINK,
                welcome=PARAGRAPH,
                minutes_summary=NOTE,
                cancel_reason=SENTENCE,
            ),
        ]

    def __str__(self) -> str:
        """What a meeting is called everywhere: its title, its brief, or its date."""
        if self.title:
            return self.title
        return self.brief.title if self.brief else str(_("Meeting on %s") % month_day(self))

    def get_absolute_url(self) -> str:
        return reverse("circles:meeting_detail", args=[self.circle.slug, self.number])

    @property
    def is_revised_since(self) -> bool:
        """Whether the brief has a later edition than the one that this meeting read."""
        return bool(self.brief and self.edition and self.edition < self.brief.edition)

    def is_run_by(self, membership: Membership) -> bool:
        """Facilitators run a meeting, and people who have a role in it."""
        return membership.is_facilitator or membership.pk in self.role_ids

    def is_led_by(self, membership: Membership) -> bool:
        """Facilitators prepare, run and wrap up a meeting, and so does who leads it."""
        return membership.is_facilitator or membership.pk == self.leader_id

    @classmethod
    def role_label(cls, role: str) -> str:
        """The label of one of `ROLES`, to be used by itself."""
        field = cls._meta.get_field(role)
        return capfirst(str(field.verbose_name))  # type: ignore[union-attr]  # no relation

    @property
    def role_ids(self) -> list[int | None]:
        """The memberships' ids of `ROLES`, in their order."""
        return [getattr(self, f"{role}_id") for role in self.ROLES]

    @property
    def roles(self) -> list[tuple[str, Membership]]:
        """The roles that are taken: [(label, membership), …]."""
        pairs = [(self.role_label(name), getattr(self, name)) for name in self.ROLES]
        return [(label, person) for label, person in pairs if person]

    @classmethod
    def plan(cls, circle: Circle, **fields: Any) -> Self:
        """An unsaved meeting with the circle's defaults filled in."""
        habits = {
            "duration_minutes": circle.usual_minutes,
            "place": circle.usual_place,
            "time_zone": circle.time_zone,
        }
        return cls(circle=circle, **(habits | fields))

    def add(self) -> Self:
        """Save a new meeting under the circle's next number. Numbers are never reused.

        A form that is sent twice has one key (`use_key`), so the second gets the meeting of the
        first.
        """
        with self.circle.locked():
            made = type(self).objects.filter(circle=self.circle, calendar_uid=self.calendar_uid)
            if before := made.first():
                before.circle = self.circle
                return before  # type: ignore[return-value]  # of this class
            newest = self.circle.meetings.aggregate(newest=models.Max("number"))["newest"]
            self.number = (newest or 0) + 1
            self.edition = self.brief.edition if self.brief else None
            self.save()
        return self

    def use_key(self, key: str) -> None:
        """Tie a new meeting to the form that it is made with, by a random key of that form."""
        named = f"meeting {self.circle.pk} {key}"
        self.calendar_uid = hashlib.sha256(named.encode()).hexdigest()[:40]

    def others_at_its_time(self) -> "list[Meeting]":
        """Other meetings and drafts of the circle that overlap with it."""
        near = self.circle.meetings.filter(
            cancelled_at=None,
            starts_at__gt=self.starts_at - timedelta(hours=10),  # the longest meeting
            starts_at__lt=self.ends_at,
        )
        others = near.exclude(pk=self.pk).with_brief()
        return [other for other in others if other.ends_at > self.starts_at]

    @classmethod
    def add_all(cls, circle: Circle, meetings: "list[Meeting]") -> "list[Meeting]":
        """Save new meetings under the circle's next numbers, all or none.

        A day with a meeting or a draft gets no second one, so a form that is sent twice creates
        one set.

        Returns:
            The meetings that were created.
        """
        with circle.locked():
            return cls._add_each(circle, meetings)

    @staticmethod
    def _add_each(circle: Circle, meetings: "list[Meeting]") -> "list[Meeting]":
        newest = circle.meetings.aggregate(newest=models.Max("number", default=0))["newest"]
        existing = circle.meetings.filter(cancelled_at=None).only(
            "circle", "starts_at", "time_zone"
        )
        taken = {meeting.local_start.date() for meeting in existing}
        made = []
        for meeting in meetings:
            if meeting.local_start.date() not in taken:
                taken.add(meeting.local_start.date())
                made.append(meeting)
                meeting.number = newest + len(made)
                meeting.edition = meeting.brief.edition if meeting.brief else None
        Meeting.objects.bulk_create(made)
        return made

    def keep(  # type: ignore[override]  # callers know that it is a meeting
        self, changed: list[str], *, calendars_hear: bool, seen: str | None = None
    ) -> None:
        """Save these fields, and move people up from the waitlist if there are more spots now.

        Args:
            changed, seen: see `replacing`.
            calendars_hear: whether something changed that calendars show. The circle gets an
                email if it was one of `ANNOUNCED`.

        Raises:
            Stale: someone else changed the meeting since.
        """
        with self.replacing(changed, seen=seen), self.changing():
            if not self.started_at:
                self.edition = self.brief.edition if self.brief else None
            before = None
            if calendars_hear and self.scheduled_at:
                before = Meeting.objects.values(*self.ANNOUNCED).get(pk=self.pk)
                self.sequence += 1
                self.changed_at = timezone.now()
            self.save(update_fields=[*changed, "edition", "sequence", "changed_at"])
            if before:
                self._tell_of_change(before)
            self.tell_who_moved(self.fill_places())

    def _tell_of_change(self, before: dict[str, Any]) -> None:
        if any(getattr(self, name) != value for name, value in before.items()):
            Mail.objects.check_daily_sum(self.circle)
            before["starts_at"] = before["starts_at"].isoformat()
            self.tell(Mail.Kind.CHANGED, f"changed-{self.sequence}", details={"before": before})

    @under_lock
    def settle(self, roles: dict[str, int | None], *, seen: dict[str, int | None]) -> None:
        """Assign roles, unless someone else assigned one of them since.

        Args:
            roles: {role: membership's id or None}.
            seen: the same, as the writer saw it.

        Raises:
            Stale: a role has neither the value that was seen nor the new one.
        """
        for role, who in roles.items():
            if getattr(self, f"{role}_id") not in (seen[role], who):
                raise Stale(self)
        for role, who in roles.items():
            setattr(self, f"{role}_id", who)
        self.save(update_fields=list(roles))

    @property
    def has_work_on_its_brief(self) -> bool:
        """Whether notes or readings are on sections of the brief. Two queries at most."""
        return self.readings.exists() or self.notes.filter(section__brief=self.brief_id).exists()

    def assign(self, readings: "list[Reading]") -> None:
        """Make these the readings of the meeting, in this order. What was asked to be
        swapped before is off. What was assigned before isn't new. Other readings need new kits."""
        with self.changing():
            known = {(r.section_id, r.membership_id): r.assigned_at for r in self.readings.all()}
            for reading in readings:
                key = (reading.section_id, reading.membership_id)
                reading.assigned_at = known.get(key, reading.assigned_at)
            if known.keys() != {(r.section_id, r.membership_id) for r in readings}:
                self.mark_kits(given=False)
            self.swaps.all().delete()
            self.readings.all().delete()
            self.readings.bulk_create(readings)

    @property
    def has_kits(self) -> bool:
        """Whether it has a brief to print. One in preparation isn't for members yet, who couldn't
        read it on screen."""
        return bool(self.brief and self.brief.audience != Brief.Audience.EDITORS)

    def mark_kits(self, *, given: bool) -> None:
        """Note that the reading kits were handed out, or that they weren't. The same again changes
        nothing."""
        if given != bool(self.kits_given_at):
            self.kits_given_at = timezone.now() if given else None
            self.save(update_fields=["kits_given_at"])

    @under_lock
    def note_attendance(
        self, member_ids: set[int], visitors: list[tuple[str, bool]], *, seen: int | None = None
    ) -> None:
        """Replace the attendance.

        Args:
            member_ids: ids of memberships.
            visitors: [(name, whether it is a first visit), …].
            seen: `attendance_revision` as the writer saw it; None replaces whatever is saved.

        Raises:
            Stale: someone else saved another attendance since.
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


CARD = (Columns(Meeting, Meeting.ON_CARDS), Columns(Brief, Meeting.OF_BRIEF, "brief__"))
