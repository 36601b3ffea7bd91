"""Assigned readings, and what people have read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from briefs.models import Section
from briefs.page.state import OfPage
from config.addresses import reverse

from .meetings import Meeting, Membership

if TYPE_CHECKING:
    from accounts.models import User
    from briefs.page.lines import SectionLine


class ReadingQuerySet(models.QuerySet["Reading"]):
    def asked_of(self, memberships: Iterable[Membership | int]) -> Self:
        """The readings of these members: those for everyone and their own.

        Each section comes once. If everyone reads a section, the member who leads it has it as
        their own.
        """
        own = Reading.objects.filter(
            meeting=OuterRef("meeting"), section=OuterRef("section"), membership__in=memberships
        )
        return self.filter((Q(membership=None) & ~Exists(own)) | Q(membership__in=memberships))

    def lines(self, user_id: int) -> Self:
        """In the order of assigning, with what a list of readings shows, and whether this person
        has read each (`is_read`). `own_reading.placed` puts them in the brief's order."""
        read = ReadMark.objects.filter(user=user_id, section=OuterRef("section"))
        shown = ("slug", "heading", "retired_at", "brief__slug", "brief__title")
        return (
            self.select_related("section__brief")
            .annotate(is_read=Exists(read), brief_state=OfPage("section__brief"))
            .only("meeting", "membership", "is_required", *(f"section__{name}" for name in shown))
            .order_by("pk")
        )


class Reading(models.Model):
    """A section assigned for a meeting: to everyone, or to the member who leads it."""

    # See Note.
    WHOSE = "meeting__circle"
    CALLED = _("plans to read it")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="readings")
    section = models.ForeignKey(Section, models.PROTECT, related_name="readings")
    membership = models.ForeignKey(
        Membership,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="readings",
        verbose_name=_("who"),
    )
    is_required = models.BooleanField(_("required"), default=True)
    # None for what was assigned before this was kept.
    assigned_at = models.DateTimeField(null=True, default=timezone.now, editable=False)

    is_read: bool  # by `lines()`
    brief_state: str  # by `lines()`
    line: "SectionLine"  # by `own_reading.placed`

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "section", "membership"],
                name="section_assigned_once_to_a_member",
            ),
            models.UniqueConstraint(
                fields=["meeting", "section"],
                condition=Q(membership=None),
                name="section_assigned_once_to_everyone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.membership or _('everyone')}"

    @property
    def facts(self) -> str:
        """How long it takes, and whether its reader leads it or may leave it out."""
        said = [ngettext("%(n)d minute", "%(n)d minutes", self.minutes) % {"n": self.minutes}]
        if self.membership_id:
            said.append(str(_("you’re leading")))
        if not self.is_required:
            said.append(str(_("optional")))
        return ", ".join(said)

    @property
    def minutes(self) -> int:
        """Minutes to read its section."""
        return self.line.minutes

    @property
    def url(self) -> str:
        """Of the section as a part of a member's own reading."""
        slugs = [self.meeting.circle.slug, self.meeting.number, self.section.slug]
        return reverse("circles:reading_section", args=slugs)


class SwapQuerySet(models.QuerySet["Swap"]):
    def waiting(self) -> Self:
        """Open requests between current members."""
        here = Membership.objects.current()
        return self.filter(
            Exists(here.filter(pk=OuterRef("asker"))),
            Exists(here.filter(pk=OuterRef("asked"))),
            declined_at=None,
        )

    def with_people(self) -> Self:
        return self.select_related("asker__user", "asked__user")

    def ask(self, meeting: Meeting, asker: Membership, asked: Membership) -> "Swap":
        """Ask someone to swap. Asking another person withdraws the earlier request."""
        now = {"asked": asked, "asked_at": timezone.now(), "declined_at": None}
        swap, _made = self.update_or_create(meeting=meeting, asker=asker, defaults=now)
        return swap


class Swap(models.Model):
    """A member's request to swap readings with another. Accepting it deletes it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="swaps")
    asker = models.ForeignKey(Membership, models.CASCADE, related_name="swaps_asked")
    asked = models.ForeignKey(Membership, models.CASCADE, related_name="swaps_offered")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    declined_at = models.DateTimeField(null=True, editable=False)

    # What the asker would give; set by `MeetingOverview.swaps`.
    sections: list[Section]
    minutes: int

    objects = SwapQuerySet.as_manager()

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "asker"], name="member_asks_one_at_a_time"),
            models.CheckConstraint(
                condition=~Q(asker=models.F("asked")), name="nobody_swaps_with_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asker}, {self.asked}"

    def accept(self) -> bool:
        """Swap the two members' readings. Sections that both have stay with both.

        Returns:
            Whether the swap was made. It isn't if the request was answered or withdrawn since.
        """
        with self.meeting.changing():
            if not self.meeting.swaps.waiting().filter(pk=self.pk).exists():
                return False
            shares: dict[int | None, dict[int, Reading]] = {self.asker_id: {}, self.asked_id: {}}
            for reading in self.meeting.readings.filter(membership__in=shares):
                shares[reading.membership_id][reading.section_id] = reading
            for giver, taker in [(self.asker_id, self.asked_id), (self.asked_id, self.asker_id)]:
                given = [row.pk for pk, row in shares[giver].items() if pk not in shares[taker]]
                self.meeting.readings.filter(pk__in=given).update(membership=taker)
            involved = Q(asker__in=shares) | Q(asked__in=shares)
            self.meeting.swaps.filter(involved).delete()
            return True

    def decline(self) -> None:
        """Each keeps their own. Declining again keeps the first time."""
        waiting = Swap.objects.filter(pk=self.pk, declined_at=None)
        # It may have been withdrawn since; then there is nothing to decline.
        waiting.update(declined_at=timezone.now())


class ReadMarkQuerySet(models.QuerySet["ReadMark"]):
    def set(self, user: "User", section: Section, *, read: bool) -> None:
        """Mark a section as read or not. Setting the same state again changes nothing."""
        if read:
            self.get_or_create(user=user, section=section)
        else:
            self.filter(user=user, section=section).delete()


class ReadMark(models.Model):
    """A person has read a section. It counts in all of their circles."""

    # See Note.
    WHOSE = "user"
    CALLED = _("marks that it’s read")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="read_marks")
    section = models.ForeignKey(Section, models.CASCADE, related_name="read_marks")
    marked_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "section"], name="section_read_once_by_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.section}"
