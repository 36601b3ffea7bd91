"""Date polls: several dates are proposed, members reply, and one is picked."""

import zoneinfo
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import validate_time_zone
from briefs.models import Brief
from config.addresses import reverse
from config.batches import delete_some
from config.locks import under_lock
from config.texts import HEADING, LINE, LINK, Typed, limits, visible

from . import where
from .circles import Circle
from .mail import Mail
from .meetings import Meeting
from .memberships import Membership, MembershipQuerySet
from .poll_dates import DateAnswer, DateOption, DateReply
from .stale import Editable


class DatePollQuerySet(models.QuerySet["DatePoll"]):
    def open(self, now: datetime | None = None) -> Self:
        """Polls that take replies: not picked, closed or canceled, with an upcoming date."""
        now = now or timezone.now()
        upcoming = DateOption.objects.filter(poll=OuterRef("pk"), starts_at__gt=now)
        in_time = Q(answer_by=None) | Q(answer_by__gte=now)
        return self.filter(
            in_time, Exists(upcoming), picked_at=None, closed_at=None, cancelled_at=None
        ).order_by("created_at", "pk")

    def undecided(self) -> Self:
        """Polls without a picked date that aren't canceled."""
        return self.filter(picked_at=None, cancelled_at=None).order_by("created_at", "pk")

    def forget_old(self, before: datetime, most: int) -> int:
        """Delete polls that were asked before this moment, with who could come when. One with a
        date to come stays."""
        upcoming = DateOption.objects.filter(poll=OuterRef("pk"), starts_at__gt=timezone.now())
        return delete_some(self.filter(~Exists(upcoming), created_at__lt=before), most)

    def waiting_for(
        self, memberships: Collection[int], circles: Collection[int], now: datetime
    ) -> Self:
        """Open polls in these circles that these memberships have not answered, with what a line
        about them says. The caller knows the circles."""
        answered = DateReply.objects.filter(poll=OuterRef("pk"), membership__in=memberships)
        waiting = self.open(now).filter(~Exists(answered), circle__in=circles)
        return waiting.select_related("brief").only("circle", "title", "brief__title")

    def with_dates(self) -> Self:
        return self.select_related("circle", "brief", "asked_by__user", "meeting").prefetch_related(
            "options"
        )


class DatePoll(Editable, Typed):
    """A question to the circle: which of these dates work for you?"""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("date poll", "Open")
        CLOSED = "closed", pgettext_lazy("date poll", "Closed")
        EXPIRED = "expired", pgettext_lazy("date poll", "Past")
        PICKED = "picked", _("Date picked")
        CANCELLED = "cancelled", pgettext_lazy("date poll", "Canceled")

    circle = models.ForeignKey(Circle, models.PROTECT, related_name="polls")
    title = models.CharField(
        _("title"),
        max_length=HEADING,
        validators=[visible],
        blank=True,
        help_text=_("Only if you want something other than the brief’s title."),
    )
    brief = models.ForeignKey(
        Brief, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("brief")
    )
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
        help_text=_("If you know it already. Only members can see it."),
    )
    online_link = models.URLField(_("video link"), max_length=LINK, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("attendee limit"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave blank for no limit. Guests count toward it."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    answer_by = models.DateTimeField(_("reply by"), null=True, blank=True)
    asked_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    meeting = models.OneToOneField(
        Meeting, models.SET_NULL, null=True, editable=False, related_name="poll"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    picked_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    objects = DatePollQuerySet.as_manager()

    class Meta:
        verbose_name = _("date poll")
        verbose_name_plural = _("date polls")
        ordering = ["-created_at", "-pk"]
        # To find what is old.
        indexes = [models.Index(fields=["created_at"], name="poll_by_moment")]
        constraints = [
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(15, 600)), name="poll_length_is_sane"
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gte=1), name="poll_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(picked_at=None) | Q(cancelled_at=None),
                name="poll_is_picked_or_called_off",
            ),
            limits("poll", title=HEADING, place=LINE, online_link=LINK),
        ]

    def __str__(self) -> str:
        if self.title:
            return self.title
        return self.brief.title if self.brief else str(_("Our next meeting"))

    def get_absolute_url(self) -> str:
        return reverse("circles:poll_detail", args=[self.circle.slug, self.pk])

    @property
    def zone(self) -> ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def state(self) -> "DatePoll.State":
        """The state of the poll. It reads the dates, so load them first (`with_dates`)."""
        now = timezone.now()
        if self.cancelled_at:
            return self.State.CANCELLED
        if self.picked_at:
            return self.State.PICKED
        if all(option.starts_at <= now for option in self.options.all()):
            return self.State.EXPIRED
        if self.closed_at or (self.answer_by and self.answer_by < now):
            return self.State.CLOSED
        return self.State.OPEN

    @property
    def is_open(self) -> bool:
        """It takes replies."""
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        """It takes no more replies, and no date is picked yet."""
        return self.state == self.State.CLOSED

    @property
    def is_undecided(self) -> bool:
        return not (self.picked_at or self.cancelled_at)

    def ask(self, starts: list[datetime]) -> "DatePoll":
        """Save a new poll with these moments as its dates, and email the circle.

        The lock on the circle's row makes sure that a button pressed twice creates one poll.

        Returns:
            The saved poll; an existing one if the same was asked just before.
        """
        with self.circle.locked():
            return self._twin(starts) or self._add(starts)

    def _twin(self, starts: list[datetime]) -> "DatePoll | None":
        """The same poll, asked just before, or None."""
        a_moment_ago = timezone.now() - timedelta(minutes=1)
        asked = self.circle.polls.undecided().filter(
            title=self.title, brief=self.brief, created_at__gt=a_moment_ago
        )
        for twin in asked.prefetch_related("options"):
            if {option.starts_at for option in twin.options.all()} == set(starts):
                return twin
        return None

    def _add(self, starts: list[datetime]) -> Self:
        Mail.objects.check_daily_sum(self.circle)
        self.save()
        self.propose(starts)
        self.tell(Mail.Kind.POLL, "asked")
        return self

    def revise(
        self,
        names: list[str],
        *,
        starts: list[datetime],
        without: list[int],
        seen: str | None = None,
    ) -> None:
        """Save changed fields, added dates and removed dates.

        Args:
            names, seen: see `replacing`.
            starts: moments of added dates.
            without: ids of removed dates.

        Raises:
            ValidationError: a date was picked since, or the poll was canceled.
            Stale: someone else changed the poll since.
        """
        with self.replacing(names, seen=seen):
            if not self.is_undecided:
                raise ValidationError(_("This poll is over. To ask again, start a new one."))
            self.save(update_fields=names)
            self.options.filter(pk__in=without).delete()
            self.propose(starts)

    def propose(self, starts: list[datetime]) -> None:
        """Add dates that the poll doesn't have yet."""
        rows = [DateOption(poll=self, starts_at=moment) for moment in starts]
        DateOption.objects.bulk_create(rows, ignore_conflicts=True)

    @under_lock
    def answer(
        self, membership: Membership, said: dict[int, dict[str, Any]], *, comment: str = ""
    ) -> DateReply:
        """Save a member's reply and return it. It may be changed until the poll is closed.

        Args:
            membership: whose reply it is.
            said: {option's id: {name: value} of `DateAnswer.SAID`}; a date without a value for
                `suits` has no answer.
            comment: for everyone in the circle.

        Raises:
            ValidationError: the poll takes no more replies.
        """
        if self.state != self.State.OPEN:
            raise ValidationError(
                _(
                    "This poll is closed, so your reply wasn’t saved. Tell a facilitator which "
                    "dates work for you."
                )
            )
        reply, _made = self.replies.get_or_create(membership=membership)
        reply.comment, reply.replied_at = comment, timezone.now()
        reply.save(update_fields=["comment", "replied_at"])
        kept = {answer.option_id: answer for answer in reply.answers.all()}
        turn = DateAnswer.objects.filter(option__poll=self).aggregate(last=Max("turn", default=0))[
            "last"
        ]
        answers = [
            DateAnswer(reply=reply, option=option, turn=turn + 1, **said[option.pk])
            for option in self.options.all()
            if said.get(option.pk, {}).get("suits")
        ]
        new = [one for one in answers if not one.says_the_same_as(kept.get(one.option_id))]
        taken_back = set(kept) - {answer.option_id for answer in answers}
        reply.answers.filter(
            option__in=[*taken_back, *(answer.option_id for answer in new)]
        ).delete()
        DateAnswer.objects.bulk_create(new)
        return reply

    @under_lock
    def pick(self, option: DateOption, *, tell: bool) -> Meeting | None:
        """Create the meeting at one of the dates.

        Replies to that date become RSVPs in the order of answering, so the attendee limit and
        the waitlist apply. Picking again returns the existing meeting.

        Args:
            option: one of the poll's dates.
            tell: whether to announce the meeting; otherwise it is a draft.

        Returns:
            The meeting.

        Raises:
            ValidationError: the poll was canceled, the date is past, or the meeting can't be
                announced yet. Nothing is changed.
        """
        if self.picked_at:
            return self.meeting
        if self.cancelled_at:
            raise ValidationError(_("This poll was canceled. To ask again, start a new one."))
        if not self.options.filter(pk=option.pk).exists():
            raise ValidationError(_("That date was just removed. Pick another one."))
        if option.starts_at <= timezone.now():
            raise ValidationError(_("That date has passed. Pick a later one."))
        names = ["title", "brief", "duration_minutes", *where.FIELDS, "capacity"]
        habits = {name: getattr(self, name) for name in [*names, "time_zone"]}
        meeting = Meeting.plan(self.circle, starts_at=option.starts_at, **habits).add()
        meeting.take_answers(option.answers_for_rsvps())
        if tell:
            meeting.schedule()
        self.meeting, self.picked_at = meeting, timezone.now()
        self.save(update_fields=["meeting", "picked_at"])
        return meeting

    def close(self) -> None:
        """Take no more replies. Closing again keeps the first time."""
        DatePoll.objects.filter(pk=self.pk, closed_at=None).update(closed_at=timezone.now())

    @under_lock
    def reopen(self) -> None:
        """Take replies again, even after the reply-by day.

        Raises:
            ValidationError: a date was picked since, or the poll was canceled.
        """
        if not self.is_undecided:
            raise ValidationError(_("This poll is over. To ask again, start a new one."))
        self.closed_at = self.answer_by = None
        self.save(update_fields=["closed_at", "answer_by"])

    @under_lock
    def cancel(self) -> None:
        """Cancel the poll. Canceling it again keeps the first time.

        Raises:
            ValidationError: a date was picked already.
        """
        if self.picked_at:
            raise ValidationError(_("A date has already been picked. Cancel the meeting instead."))
        if not self.cancelled_at:
            self.cancelled_at = timezone.now()
            self.save(update_fields=["cancelled_at"])
            # No worker takes these while we look.
            list(self.mails.unclaimed().select_for_update().values_list("pk"))
            self.tell(Mail.Kind.POLL_CANCELLED, "cancelled")
            # Those who haven't heard of the poll yet hear nothing of it.
            rest = self.mails.unclaimed().exclude(kind=Mail.Kind.POLL_CANCELLED)
            rest.drop(Mail.POLL_CANCELED_FIRST)

    def tell(
        self, kind: Mail.Kind, word: str, *, people: Iterable[Membership] | None = None
    ) -> None:
        """Queue an email to all members, or to these people. Two statements at most."""
        people = self.audience(kind) if people is None else people
        Mail.objects.queue(kind, f"poll-{self.pk}-{word}", to=people, poll=self)

    @under_lock
    def remind(self) -> int:
        """Remind members who have not replied, each at most once a day. Returns how many.

        Raises:
            ValidationError: the poll takes no more replies.
        """
        if self.state != self.State.OPEN:
            raise ValidationError(
                _("This poll is closed, so no reminders were sent. Reopen it first.")
            )
        people = list(self.audience(Mail.Kind.POLL_NUDGE).select_related("user"))
        if people:
            Mail.objects.check_daily_sum(self.circle)
        self.tell(Mail.Kind.POLL_NUDGE, f"nudge-{self._today}", people=people)
        return len(people)

    @property
    def _today(self) -> date:
        return timezone.now().astimezone(self.zone).date()

    def audience(self, kind: str) -> MembershipQuerySet:
        """The members whom an email of this kind goes to: a reminder, once a day, those who have
        not replied; the others everyone. See `Mail.COVERED_BY`."""
        people = self.circle.memberships.current()
        if kind in Mail.COVERED_BY:
            people = people.exclude(pk__in=self.mails.covering(kind).values("membership"))
        if kind == Mail.Kind.POLL_NUDGE:
            asked = self.mails.filter(cause=f"poll-{self.pk}-nudge-{self._today}")
            people = people.exclude(
                Q(pk__in=self.replies.values("membership")) | Q(pk__in=asked.values("membership"))
            )
        return people
