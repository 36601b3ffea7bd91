"""The states of a meeting: which it is in, and the verbs that lead from one to the next."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.locks import under_lock

from .mail import Mail
from .meeting_fields import MeetingFields

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .memberships import Membership


class MeetingStates(MeetingFields):
    """What a meeting is, by its moments. A part of `Meeting`."""

    class Meta:
        abstract = True

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        UNDER_WAY = "under_way", _("Under way")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Cancelled")

    # A meeting that nobody started is over so long after it was to begin.
    OVER_UNSTARTED_AFTER = timedelta(hours=12)

    # Links in mails open a meeting so long after its end.
    LINKS_LAST = timedelta(hours=12)

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
        """Among other meetings its state is worth a word: the day doesn't tell it."""
        return self.state not in (self.State.SCHEDULED, self.State.ENDED)

    @classmethod
    def over_if_unstarted_since(cls) -> datetime:
        """A meeting that was to begin before this moment, and that nobody started, is over."""
        return timezone.now() - cls.OVER_UNSTARTED_AFTER

    @property
    def is_over(self) -> bool:
        """Ended, or nobody started it until `OVER_UNSTARTED_AFTER`."""
        return bool(self.ended_at) or (
            not self.started_at and self.starts_at < self.over_if_unstarted_since()
        )

    @property
    def is_to_come(self) -> bool:
        """It is known to the circle, and neither over nor called off."""
        return bool(self.scheduled_at) and not (self.is_cancelled or self.is_over)

    @property
    def is_near(self) -> bool:
        """It begins within three hours, or should have begun."""
        return self.starts_at - timezone.now() < timedelta(hours=3)

    @property
    def takes_answers(self) -> bool:
        """People may still say whether they come."""
        deadline = self.rsvp_deadline or self.ends_at
        return self._is_open_until(deadline)

    @property
    def takes_late_answers(self) -> bool:
        """A facilitator may still note what someone told them, past the deadline too."""
        return self._is_open_until(self.ends_at)

    def _is_open_until(self, moment: datetime) -> bool:
        is_ahead = self.state in (self.State.SCHEDULED, self.State.UNDER_WAY)
        return is_ahead and timezone.now() <= moment

    @property
    def closes_links(self) -> bool:
        """Links in mails open it no more."""
        return timezone.now() > (self.ended_at or self.ends_at) + self.LINKS_LAST

    @under_lock
    def schedule(self, *, people: "list[Membership] | None" = None) -> None:
        """Tell the circle: from now on members see it and answer.

        Args:
            people: everyone in the circle, where they are at hand.

        Raises:
            ValidationError: nobody could know how to come, or it was called off.
        """
        self._check_not_cancelled()
        if not self.where:
            raise ValidationError(_("Say where it is, or give a link, before you tell the circle."))
        if not self.scheduled_at and self.is_over:
            raise ValidationError(_("Its day is past. Choose one that is ahead."))
        self.scheduled_at = self.scheduled_at or timezone.now()
        self.edition = self.brief.edition if self.brief else None
        self.save(update_fields=["scheduled_at", "edition"])
        self.tell(Mail.Kind.SCHEDULED, "scheduled", people=people)

    @under_lock
    def start(self, at: datetime | None = None) -> None:
        """The evening begins. Beginning again keeps the first time.

        Args:
            at: when it began, if that was told later.

        Raises:
            ValidationError: it is a draft, or was called off.
        """
        self._check_not_cancelled()
        if not self.scheduled_at:
            raise ValidationError(_("This is a draft. Tell the circle of it before it starts."))
        with self.changing():
            self.started_at = self.started_at or at or timezone.now()
            self.edition = self.brief.edition if self.brief else None
            self.save(update_fields=["started_at", "edition"])

    def _check_not_cancelled(self) -> None:
        if self.cancelled_at:
            raise ValidationError(_("This meeting was called off. Plan another one."))

    @under_lock
    def end(self) -> None:
        """The evening is over. Ending it again keeps the first time.

        Raises:
            ValidationError: it has not started, or was called off.
        """
        self._check_not_cancelled()
        if not self.started_at:
            raise ValidationError(_("This meeting has not started yet."))
        with self.changing():
            self.ended_at = self.ended_at or timezone.now()
            self.save(update_fields=["ended_at"])

    @property
    def why_not_cancellable(self) -> "StrPromise | str":
        """Why it can't be called off, as a sentence; empty if it can."""
        if self.ended_at:
            return _("This meeting was held. It cannot be called off any more.")
        if self.started_at:
            return _("This meeting has started, so it can’t be canceled. You can end it instead.")
        return ""

    @under_lock
    def cancel(self) -> None:
        """Call it off. Calling it off again keeps the first time.

        Raises:
            ValidationError: it has started.
        """
        if why := self.why_not_cancellable:
            raise ValidationError(why)
        if self.cancelled_at:
            return
        with self.changing():
            self.cancelled_at = self.changed_at = timezone.now()
            self.sequence += 1
            self.save(update_fields=["cancelled_at", "changed_at", "sequence"])
            if self.scheduled_at:
                self.tell(Mail.Kind.CANCELLED, "cancelled")

    @under_lock
    def publish_minutes(self) -> None:
        """Let the members read the minutes. Publishing again keeps the first time.

        Raises:
            ValidationError: it has not begun, or was called off.
        """
        if self.is_cancelled or not (self.started_at or self.is_over):
            raise ValidationError(_("Minutes can be published once the meeting has begun."))
        with self.changing():
            self.minutes_published_at = self.minutes_published_at or timezone.now()
            self.save(update_fields=["minutes_published_at"])
            self.tell(Mail.Kind.MINUTES, "minutes")
