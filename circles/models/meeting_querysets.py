"""Lists of meetings: upcoming, past, drafts."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

if TYPE_CHECKING:
    from .meetings import Meeting  # noqa: F401  (named below, in quotes)
    from .memberships import Membership


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, membership: "Membership") -> Self:
        """Meetings that this person may see; drafts only for facilitators."""
        return self.seen(drafts=membership.is_facilitator)

    def seen(self, *, drafts: bool) -> Self:
        """Meetings that people see who see drafts, or who don't."""
        return self if drafts else self.exclude(scheduled_at=None)

    def in_calendars(self) -> Self:
        """Meetings for calendars: all that were announced, canceled ones included."""
        return self.exclude(scheduled_at=None).order_by("starts_at", "pk")

    def upcoming(self, since: datetime | None = None) -> Self:
        """Scheduled or in progress, neither over nor canceled; soonest first.

        Args:
            since: what `over_if_unstarted_since` gives, from a prepared query.
        """
        since = since or self.model.over_if_unstarted_since()
        return (
            self.exclude(scheduled_at=None)
            .filter(cancelled_at=None, ended_at=None)
            .filter(Q(starts_at__gte=since) | ~Q(started_at=None))
            .order_by("starts_at")
        )

    def ahead_for(self, facilitated: Collection[int], since: datetime) -> Self:
        """Upcoming meetings, and drafts of these circles whose date hasn't passed; soonest
        first.

        Args:
            since: `Meeting.over_if_unstarted_since()`.
        """
        ahead = Q(starts_at__gte=since)
        shown = Q(scheduled_at=None, circle__in=facilitated) & ahead
        shown |= Q(scheduled_at__isnull=False) & (ahead | ~Q(started_at=None))
        return self.filter(shown, cancelled_at=None, ended_at=None).order_by("starts_at")

    def to_come(self) -> Self:
        """Drafts and scheduled meetings that have not begun; soonest first."""
        upcoming = self.filter(starts_at__gt=timezone.now(), started_at=None)
        return upcoming.filter(cancelled_at=None, ended_at=None).order_by("starts_at", "pk")

    def written_in_since_start(self) -> Self:
        """Meetings of which something was kept since they began: a note, an action item, who
        came, or feedback."""
        return self.filter(
            Q(attendances__isnull=False)
            | Q(evaluations__isnull=False)
            | Q(notes__created_at__gte=F("started_at"))
            | Q(action_items__created_at__gte=F("started_at"))
            | Q(minutes_summary__gt="")
        )

    def drafts(self) -> Self:
        return self.filter(scheduled_at=None, cancelled_at=None).order_by("starts_at")

    def past(self, since: datetime | None = None) -> Self:
        """Past meetings, newest first: ended, or long past their time without being ended."""
        return self.filter(self.past_ones(since), cancelled_at=None).order_by("-starts_at")

    def past_ones(self, since: datetime | None = None) -> Q:
        """What is true of past meetings that weren't canceled."""
        since = since or self.model.over_if_unstarted_since()
        over = Q(ended_at__isnull=False) | Q(started_at=None, starts_at__lt=since)
        return Q(scheduled_at__isnull=False) & over

    def cancelled(self) -> Self:
        return self.exclude(cancelled_at=None).order_by("-starts_at")

    def at_a_glance(self, since: datetime, *, drafts: bool) -> Self:
        """What a circle's page shows: drafts, upcoming meetings and the last past one, by
        start."""
        newest = self.past(since).values("pk")[:1]
        ahead = Q(starts_at__gte=since) | ~Q(started_at=None)
        if drafts:
            ahead |= Q(scheduled_at=None)
        else:
            ahead &= ~Q(scheduled_at=None)
        ahead &= Q(cancelled_at=None, ended_at=None)
        return self.filter(ahead | Q(pk__in=newest)).order_by("starts_at", "pk")

    def on_an_earlier_edition(self, brief: int, edition: date) -> Self:
        """Meetings that read an earlier edition of this brief than the one of this day, the
        newest edition first, and of each the newest meeting."""
        talked = self.filter(brief=brief, started_at__isnull=False, cancelled_at=None)
        return talked.filter(edition__lt=edition).order_by("-edition", "-starts_at")

    def with_brief(self) -> Self:
        return self.select_related("circle", "brief")

    def for_cards(self) -> Self:
        """With what lists and cards show, and little else. The caller knows the circle."""
        of_brief = [f"brief__{name}" for name in self.model.OF_BRIEF]
        return self.select_related("brief").only(*self.model.ON_CARDS, *of_brief)

    def with_roles(self) -> Self:
        return self.select_related(*(f"{role}__user" for role in self.model.ROLES))
