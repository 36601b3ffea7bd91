"""The states of a meeting, and the verbs that change them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.locks import under_lock

from .mail import Mail
from .meeting_fields import MeetingFields

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .memberships import Membership


class MeetingStates(MeetingFields):
    """The state of a meeting, derived from its timestamps. A base class of `Meeting`."""

    class Meta:
        abstract = True

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        UNDER_WAY = "under_way", _("In progress")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Canceled")

    # A meeting that no one started is over this long after its planned start.
    OVER_UNSTARTED_AFTER = timedelta(hours=12)

    # Links in emails work until this long after the end.
    LINKS_LAST = timedelta(hours=12)

    # It can be started on its day, and after midnight for one that begins soon after.
    OPENS_BEFORE = timedelta(hours=3)
    # Starting it earlier than this asks first.
    EARLY = timedelta(minutes=15)
    # How long its end and its cancellation can be undone.
    END_UNDO = timedelta(hours=1)
    CANCEL_UNDO = timedelta(days=1)

    @property
    def state(self) -> "MeetingStates.State":
        if self.cancelled_at:
            return self.State.CANCELLED
        if self.ended_at:
            return self.State.ENDED
        if self.started_at:
            return self.State.UNDER_WAY
        return self.State.SCHEDULED if self.scheduled_at else self.State.DRAFT

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_scheduled(self) -> bool:
        """The circle knows of it, and it has not begun."""
        return self.state == self.State.SCHEDULED

    @property
    def is_under_way(self) -> bool:
        return self.state == self.State.UNDER_WAY

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def stands_out(self) -> bool:
        """Whether a list says its state: the date doesn't tell it."""
        return self.state not in (self.State.SCHEDULED, self.State.ENDED)

    @classmethod
    def over_if_unstarted_since(cls) -> datetime:
        """A meeting that was to begin before this moment and that no one started is over."""
        return timezone.now() - cls.OVER_UNSTARTED_AFTER

    @property
    def is_over(self) -> bool:
        """Whether it ended, or no one started it until `OVER_UNSTARTED_AFTER`."""
        return bool(self.ended_at) or (
            not self.started_at and self.starts_at < self.over_if_unstarted_since()
        )

    @property
    def is_to_come(self) -> bool:
        """Whether it is announced, and neither over nor canceled."""
        return bool(self.scheduled_at) and not (self.is_cancelled or self.is_over)

    @property
    def is_near(self) -> bool:
        """Whether it begins within three hours, or should have begun."""
        return self.starts_at - timezone.now() < self.OPENS_BEFORE

    @property
    def is_today(self) -> bool:
        """Whether it's today, by the circle's clock."""
        start = self.local_start
        return start.date() == timezone.now().astimezone(start.tzinfo).date()

    @property
    def is_late(self) -> bool:
        """Whether it should have begun."""
        return not self.started_at and self.starts_at < timezone.now()

    @property
    def opens_at(self) -> datetime:
        """The first moment at which it can be started: its day begins, by the circle's clock."""
        midnight = self.local_start.replace(hour=0, minute=0, second=0, microsecond=0)
        return min(midnight, self.local_start - self.OPENS_BEFORE)

    @property
    def is_startable(self) -> bool:
        """Whether it is announced and its day has come, and it has neither begun nor is over."""
        return self.is_scheduled and not self.is_over and timezone.now() >= self.opens_at

    @property
    def is_early(self) -> bool:
        """Whether starting it now would be well before its hour."""
        return timezone.now() < self.starts_at - self.EARLY

    @property
    def is_end_undoable(self) -> bool:
        return bool(
            self.ended_at
            and not self.minutes_published_at
            and timezone.now() < self.ended_at + self.END_UNDO
        )

    @property
    def is_cancel_undoable(self) -> bool:
        now = timezone.now()
        return bool(
            self.cancelled_at
            and now < self.cancelled_at + self.CANCEL_UNDO
            and now < self.starts_at
        )

    @property
    def takes_answers(self) -> bool:
        """Whether members may still RSVP."""
        deadline = self.rsvp_deadline or self.ends_at
        return self._is_open_until(deadline)

    @property
    def takes_late_answers(self) -> bool:
        """Whether a facilitator may still enter RSVPs for members; the deadline doesn't count."""
        return self._is_open_until(self.ends_at)

    def _is_open_until(self, moment: datetime) -> bool:
        is_upcoming = self.state in (self.State.SCHEDULED, self.State.UNDER_WAY)
        return is_upcoming and timezone.now() <= moment

    @property
    def closes_links(self) -> bool:
        """Whether links in emails no longer open the meeting."""
        return timezone.now() > (self.ended_at or self.ends_at) + self.LINKS_LAST

    @under_lock
    def schedule(self, *, people: "list[Membership] | None" = None) -> None:
        """Announce the meeting: from now on members see it and can RSVP.

        Args:
            people: the current members, if the caller has them; otherwise they are queried.

        Raises:
            ValidationError: it has neither a place nor a video link, or it was canceled.
        """
        self._check_not_cancelled()
        if not self.where:
            raise ValidationError(_("Add a place or a video link before you announce the meeting."))
        if not self.scheduled_at and self.is_over:
            raise ValidationError(_("Its date has passed. Choose a later one."))
        if not self.scheduled_at:
            Mail.objects.check_daily_sum(self.circle)
        self.scheduled_at = self.scheduled_at or timezone.now()
        self.edition = self.brief.edition if self.brief else None
        self.save(update_fields=["scheduled_at", "edition"])
        self.tell(Mail.Kind.SCHEDULED, "scheduled", people=people)

    @under_lock
    def start(self, at: datetime | None = None) -> None:
        """Start the meeting. Starting again keeps the first time.

        Args:
            at: when it began, if a device reports it late; now by default.

        Raises:
            ValidationError: it is a draft or was canceled.
        """
        self._check_not_cancelled()
        if not self.scheduled_at:
            raise ValidationError(_("This is a draft. Announce it before you start."))
        with self.changing():
            if not self.started_at:
                self.privacy = self.settle_privacy()
            self.started_at = self.started_at or at or timezone.now()
            self.edition = self.brief.edition if self.brief else None
            self.save(update_fields=["started_at", "edition", "privacy"])

    def _check_not_cancelled(self) -> None:
        if self.cancelled_at:
            raise ValidationError(_("This meeting was canceled. Schedule another one."))

    @under_lock
    def end(self) -> None:
        """End the meeting. Ending it again keeps the first time.

        Raises:
            ValidationError: it has not started or was canceled.
        """
        self._check_not_cancelled()
        if not self.started_at:
            raise ValidationError(_("This meeting hasn’t started yet, so there’s nothing to end."))
        with self.changing():
            # Not before it began, if the clock was set back since.
            self.ended_at = self.ended_at or max(timezone.now(), self.started_at)
            self.save(update_fields=["ended_at"])

    @under_lock
    def resume(self) -> None:
        """Undo the end: the meeting goes on.

        Raises:
            ValidationError: it ended too long ago, or its minutes are published.
        """
        if not self.ended_at:
            return
        if self.minutes_published_at:
            raise ValidationError(_("The minutes are published, so the meeting stays ended."))
        if not self.is_end_undoable:
            raise ValidationError(_("It ended more than an hour ago, so it stays ended."))
        with self.changing():
            self.ended_at = None
            self.save(update_fields=["ended_at"])

    @property
    def why_not_cancellable(self) -> "StrPromise | str":
        """Why it can't be canceled, as a sentence; empty if it can."""
        if self.ended_at:
            return _("This meeting already took place, so it can’t be canceled.")
        if self.started_at:
            return _("This meeting has started, so it can’t be canceled. You can end it instead.")
        return ""

    @under_lock
    def cancel(self, reason: str = "") -> None:
        """Cancel the meeting. Canceling it again keeps the first time.

        Args:
            reason: what people read in the email and on the page.

        Raises:
            ValidationError: it has started.
        """
        if why := self.why_not_cancellable:
            raise ValidationError(why)
        if self.cancelled_at:
            return
        with self.changing():
            self.cancelled_at = self.changed_at = timezone.now()
            self.cancel_reason = reason
            self.sequence += 1
            names = ["cancelled_at", "cancel_reason", "changed_at", "sequence"]
            self.save(update_fields=names)
            if self.scheduled_at:
                self.tell(Mail.Kind.CANCELLED, f"cancelled-{self.sequence}")
                # Those who haven't heard of the meeting yet hear nothing of it.
                rest = self.mails.unclaimed().exclude(kind=Mail.Kind.CANCELLED)
                rest.drop(Mail.CANCELED_FIRST)

    def told_of_cancellation(self) -> "list[Mail]":
        """The emails about the last cancellation that left, or are leaving right now."""
        if not self.cancelled_at:
            return []
        told = Mail.objects.filter(
            meeting=self.pk, kind=Mail.Kind.CANCELLED, created_at__gte=self.cancelled_at
        )
        left = told.filter(Q(sent_at__isnull=False) | Q(claimed_until__isnull=False))
        return list(left.filter(dropped_at=None).select_related("membership__user", "user"))

    @under_lock
    def uncancel(self) -> None:
        """Undo the cancellation. Everyone who got its email gets another, and calendars show
        the meeting again. Emails about it that haven't left yet aren't sent.

        Raises:
            ValidationError: it was canceled too long ago, or its time has passed.
        """
        if not self.cancelled_at:
            return
        if not self.is_cancel_undoable:
            raise ValidationError(
                _("It was canceled too long ago to undo that. Schedule another meeting.")
            )
        told = self.told_of_cancellation()
        if told:
            Mail.objects.check_daily_sum(self.circle)
        with self.changing():
            waiting = self.mails.unclaimed().filter(kind=Mail.Kind.CANCELLED)
            waiting.drop("the cancellation was undone")
            # Those who heard nothing of it, because it was canceled first, hear of it after all.
            self.mails.take_up_again(Mail.CANCELED_FIRST)
            self.cancelled_at, self.cancel_reason = None, ""
            self.changed_at = timezone.now()
            self.sequence += 1
            names = ["cancelled_at", "cancel_reason", "changed_at", "sequence"]
            self.save(update_fields=names)
            people = [mail.membership for mail in told if mail.membership]
            current = [person for person in people if person.is_current]
            self.tell(Mail.Kind.RESTORED, f"restored-{self.sequence}", people=current)

    @under_lock
    def publish_minutes(self) -> None:
        """Publish the minutes to the members. Publishing again keeps the first time.

        Raises:
            ValidationError: it has not begun or was canceled.
        """
        if self.is_cancelled or not (self.started_at or self.is_over):
            raise ValidationError(_("You can publish the minutes once the meeting has started."))
        with self.changing():
            self.settle_privacy()
            self.minutes_published_at = self.minutes_published_at or timezone.now()
            self.save(update_fields=["minutes_published_at"])
            self.tell(Mail.Kind.MINUTES, "minutes")
