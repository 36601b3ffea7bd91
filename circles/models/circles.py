"""Circles, with their settings and agreements."""

import zoneinfo
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from config.addresses import reverse
from config.slugs import free_slug, slug_of
from config.texts import LINE, NAME, PAGE, PARAGRAPH, Typed, limits, visible

from . import privacy
from .events import CircleEvent
from .mail import Mail
from .memberships import Membership
from .privacy import PrivacyChange
from .retention import Retention
from .stale import Editable

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User

    from .invitations import Invitation
    from .meeting_querysets import MeetingQuerySet


def usual_reminder_days() -> list[int]:
    """Three weeks, one week and one day before a meeting."""
    return [21, 7, 1]


def usual_action_limits() -> str:
    """The default limits on action items: the rules of the briefs' publisher."""
    return gettext(
        "A circle is for learning together. Please leave out anything that endorses a candidate, "
        "raises money, or lobbies for or against a bill."
    )


class CircleQuerySet(models.QuerySet["Circle"]):
    def joined_by(self, user: "User") -> Self:
        """Circles that this person is a current member of, by name."""
        mine = Membership.objects.current().filter(user=user)
        return self.filter(pk__in=mine.values("circle")).order_by("name")

    def without_a_date(self) -> Self:
        """Circles with no upcoming meeting, with `last_met_at`; the longest without come first."""
        meetings = self._meetings().filter(circle=OuterRef("pk"))
        last = meetings.past().values("starts_at")[:1]
        return (
            self.filter(~Exists(meetings.upcoming()))
            .annotate(last_met_at=Subquery(last))
            .order_by(Coalesce("last_met_at", "created_at"), "pk")
        )

    def with_next_meeting(self) -> Self:
        """With `next_meeting_at`, the start of the next scheduled meeting; None without one."""
        upcoming = self._meetings().upcoming().filter(circle=OuterRef("pk")).values("starts_at")[:1]
        return self.annotate(next_meeting_at=Subquery(upcoming))

    def _meetings(self) -> "MeetingQuerySet":
        """All meetings. Their module imports this one, so it can't be imported here."""
        meeting: Any = self.model.meetings.rel.related_model
        return meeting.objects.all()


class Circle(Retention, Editable, Typed):
    """A small group of people who meet, mostly monthly, with its settings and agreements."""

    Privacy = privacy.Privacy
    PRIVACY_LINES = privacy.LINES

    # Paths under /circles/ that other pages use, or may come to use.
    RESERVED_SLUGS = {"new", "plan", "join", "mine", "all", "search", "settings", "admin", "api"}

    slug = models.SlugField(_("web address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=NAME, validators=[visible])
    purpose = models.TextField(
        _("purpose"),
        max_length=PARAGRAPH,
        validators=[visible],
        blank=True,
        help_text=_("Why you meet, in a sentence or two."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="America/New_York", validators=[validate_time_zone]
    )
    agreements = models.TextField(
        _("agreements"),
        max_length=PAGE,
        validators=[visible],
        blank=True,
        help_text=_(
            "Your ground rules, one per line. You’ll read them aloud at the start of each meeting."
        ),
    )
    privacy = models.CharField(
        _("privacy setting"),
        max_length=16,
        choices=Privacy,
        default=Privacy.OFF_THE_RECORD,
    )
    usual_minutes = models.PositiveSmallIntegerField(
        _("usual length (minutes)"),
        default=90,
        validators=[MinValueValidator(15), MaxValueValidator(600)],
    )
    cadence = models.CharField(
        _("when you usually meet"),
        max_length=LINE,
        validators=[visible],
        blank=True,
        help_text=_("In your own words, such as “third Thursday of the month, 7 pm”."),
    )
    usual_place = models.CharField(
        _("where you usually meet"), max_length=LINE, validators=[visible], blank=True
    )
    country = models.CharField(
        _("holidays to show"),
        max_length=4,
        blank=True,
        help_text=_("Shown when you plan meetings."),
    )
    region = models.CharField(_("state or region"), max_length=40, blank=True)
    reminder_days = models.JSONField(
        _("meeting reminders"), default=usual_reminder_days, blank=True
    )
    action_limits = models.TextField(
        _("limits on action items"),
        max_length=PARAGRAPH,
        validators=[visible],
        default=usual_action_limits,
        blank=True,
        help_text=_("Shown wherever action items are added."),
    )
    agenda_template = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    last_met_at: datetime | None  # by `without_a_date()`
    next_meeting_at: datetime | None  # by `with_next_meeting()`

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        ordering = ["name"]
        indexes = Retention.Meta.indexes
        constraints = [
            *Retention.Meta.constraints,
            models.CheckConstraint(
                condition=Q(privacy__in=["off_the_record", "chatham_house", "recorded"]),
                name="circle_confidentiality_is_known",
            ),
            models.CheckConstraint(
                condition=Q(usual_minutes__range=(15, 600)), name="circle_usual_length_is_sane"
            ),
            limits(
                "circle",
                name=NAME,
                purpose=PARAGRAPH,
                agreements=PAGE,
                cadence=LINE,
                usual_place=LINE,
                action_limits=PARAGRAPH,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:circle_detail", args=[self.slug])

    def keep_settings(
        self, names: list[str], *, by: Membership, seen: str | None = None
    ) -> list[Mail.Kind]:
        """Save these settings, and announce to all members a change of the privacy setting or of
        when notes are deleted.

        Args:
            names, seen: see `replacing`.
            by: who changes them.

        Returns:
            The kinds of emails that announce it.

        Raises:
            Stale: someone else saved other settings since.
        """
        with self.replacing(names, seen=seen):
            before = self._save_settings(names, by=by.user)
            announced = []
            if before.privacy != self.privacy:
                PrivacyChange.objects.announce(self, by=by, before=before.privacy)
                announced.append(Mail.Kind.PRIVACY)
            if before.retention_months != self.retention_months:
                self._announce_retention(by)
                announced.append(Mail.Kind.RETENTION)
        return announced

    def _announce_retention(self, by: Membership) -> None:
        """Email every member when notes will be deleted, the one who changed it too."""
        Mail.objects.queue(
            Mail.Kind.RETENTION,
            f"retention-{self.pk}-{timezone.now():%Y%m%d%H%M%S%f}",
            to=self.memberships.current(),
            circle=self,
            details={"by": by.pk, "months": self.retention_months},
        )

    def keep_agenda_template(self, template: list[dict[str, Any]]) -> None:
        """Save the template for new agendas: [{"kind", "title", "minutes"}, …]."""
        self.agenda_template = template
        self.save(update_fields=["agenda_template"])

    def keep(
        self, changed: list[str], *, seen: str | None = None, by: "User | None" = None
    ) -> None:
        """Save these fields, and record for the members what `by` changed. See `replacing`."""
        with self.replacing(changed, seen=seen):
            self._save_settings(changed, by=by)

    def _save_settings(self, changed: list[str], *, by: "User | None") -> "Circle":
        """Save these fields, and record what changed. Returns the settings of before."""
        before = Circle.objects.get(pk=self.pk)
        self.settle_retention(before)
        self.save(update_fields=[*changed, "retention_starts_at"])
        CircleEvent.objects.record_settings(self, before, changed, by=by)
        return before

    @property
    def zone(self) -> ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def agreement_lines(self) -> list[str]:
        return [line.strip() for line in self.agreements.splitlines() if line.strip()]

    @property
    def privacy_line(self) -> "StrPromise":
        """What the privacy setting means, in a sentence for every notes page."""
        return self.PRIVACY_LINES[self.privacy]

    @property
    def notes_line(self) -> str:
        """What the privacy setting means, and when notes are deleted, if they are."""
        return f"{self.privacy_line} {self.retention_line}".rstrip()

    @property
    def shows_names(self) -> bool:
        """Whether new notes name their writer. For existing notes, see `Note.privacy`."""
        return self.privacy == self.Privacy.RECORDED

    @property
    def is_unused(self) -> bool:
        """Whether at most one person is in it or asks to join, and no meeting was ever planned."""
        people = self.memberships.filter(left_at=None).count()
        return people <= 1 and not self.meetings.exists()

    def start(self, user: "User") -> "Circle":
        """Save this new circle under a slug of its own, with the person as its facilitator.

        The lock on the person's row makes sure that a button pressed twice starts one circle.

        Returns:
            The saved circle; an existing one if the person has just started the same.
        """
        a_moment_ago = timezone.now() - timedelta(minutes=1)
        with user.locked():
            twins = Circle.objects.joined_by(user).filter(
                name=self.name, created_at__gt=a_moment_ago
            )
            if twin := twins.first():
                return twin
            self._save_under_free_slug()
            CircleEvent.objects.record(self, CircleEvent.Kind.STARTED, by=user)
            self._admit(user, role=Membership.Role.FACILITATOR)
        return self

    def _save_under_free_slug(self) -> None:
        """Save, and try the next slug if another request takes this one at the same moment."""
        for tries_left in (2, 1, 0):
            self.slug = self._free_slug()
            try:
                with transaction.atomic():
                    return self.save()
            except IntegrityError:
                if not tries_left:
                    raise

    def discard(self) -> None:
        """Delete a circle that was never used.

        Raises:
            ValidationError: someone has joined or planned a meeting since.
        """
        with self.locked(to_delete=True):
            if not self.is_unused:
                raise ValidationError(
                    _("“%(circle)s” is being used now, so it wasn’t deleted."),
                    code="used",
                    params={"circle": self},
                )
            self.memberships.all().delete()
            self.delete()

    def _free_slug(self) -> str:
        """The name in Latin letters as a slug, with a number after it if that slug is taken.

        A name that no letters spell, such as one of emoji, may give “circle”.
        """
        stem = slug_of(self.name, fallback="circle", longest=50)
        taken = set(Circle.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        return free_slug(stem, taken | self.RESERVED_SLUGS, longest=60)

    def admit(
        self,
        user: "User",
        *,
        role: Membership.Role | None = None,
        needs_approval: bool = False,
        invitation: "Invitation | None" = None,
    ) -> Membership:
        """Add a person to the circle, or add them again after they left.

        A current member keeps their role. A waiting one is approved unless `needs_approval`.

        Args:
            user: the person.
            role: their role if they are new.
            invitation: the invitation they used, if any.
            needs_approval: the person waits until a facilitator approves, and sees nothing of
                the circle until then.

        Returns:
            The membership.
        """
        with transaction.atomic():
            membership, has_come = self._admit(
                user, role=role, needs_approval=needs_approval, invitation=invitation
            )
            if has_come and membership.is_current:
                CircleEvent.objects.record(self, CircleEvent.Kind.JOINED, by=user)
        return membership

    def _admit(
        self,
        user: "User",
        *,
        role: Membership.Role | None = None,
        needs_approval: bool = False,
        invitation: "Invitation | None" = None,
    ) -> tuple[Membership, bool]:
        """See `admit`. Returns the membership, and whether the person wasn't in it before."""
        membership, has_come = self.memberships.get_or_create(
            user=user,
            defaults={
                "role": role or Membership.Role.MEMBER,
                "approved_at": None if needs_approval else timezone.now(),
                "invitation": invitation,
            },
        )
        if membership.left_at:
            has_come = True
            membership.left_at = None
            membership.role = role or Membership.Role.MEMBER
            membership.approved_at = None if needs_approval else timezone.now()
            membership.invitation = invitation
            membership.save(update_fields=["left_at", "role", "approved_at", "invitation"])
        elif not membership.approved_at and not needs_approval:
            membership.approve()
        if membership.is_current:
            self.invitations.take_back_from(user)
        return membership, has_come


class CircleWithoutDate(Circle):
    """A circle as the site's admins see it: its name, and how long it has had no next meeting."""

    class Meta:
        proxy = True
        verbose_name = _("circle with no meeting scheduled")
        verbose_name_plural = _("circles with no meeting scheduled")
