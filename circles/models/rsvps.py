"""RSVPs of members to meetings. The rules for spots are in `seats.py`."""

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Max, Q, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.texts import LINE, Typed, limits, visible

from .mail import Mail
from .memberships import Membership


class RsvpQuerySet(models.QuerySet["Rsvp"]):
    def shown_to(self, membership: Membership) -> Self:
        """All RSVPs by name, each with `is_named`: whether this membership sees whose it is.

        Whatever shows people's RSVPs reads them here; a test holds it. Counts take all of
        them, names only those that are named.
        """
        return self.by_name().annotate(is_named=Value(membership.sees_answers))

    def of(self, membership: Membership) -> "Rsvp | None":
        """This member's own RSVP; None before they gave one."""
        return self.filter(membership=membership).select_related("answered_by__user").first()

    def heads(self) -> int:
        """How many spots are taken: each yes and its guests."""
        yes = self.filter(answer=Rsvp.Answer.YES)
        return yes.aggregate(heads=Sum(F("guests") + 1, default=0))["heads"]

    def waiting(self) -> Self:
        """The waitlist, in the order of answering."""
        return self.filter(answer=Rsvp.Answer.WAITING).order_by("turn", "answered_at", "pk")

    def next_turn(self) -> int:
        """The number of the next RSVP to a meeting. The caller holds the meeting's lock."""
        return self.aggregate(last=Max("turn", default=0))["last"] + 1

    def with_people(self) -> Self:
        return self.select_related("membership__user", "answered_by__user")

    def by_name(self) -> Self:
        return self.with_people().order_by("membership__user__display_name", "pk")


RsvpManager = models.Manager.from_queryset(RsvpQuerySet)


class Rsvp(Typed):
    """A member's RSVP to a meeting."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("Maybe")
        NO = "no", _("No")
        WAITING = "waiting", _("On the waitlist")

    # The position on the waitlist, from 1; set by `MeetingOverview.all_rsvps`.
    place_in_line = 0
    # Whether the reader sees whose RSVP it is; `shown_to` tells.
    is_named: bool

    meeting = models.ForeignKey("circles.Meeting", models.CASCADE, related_name="rsvps")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="rsvps")
    answer = models.CharField(_("RSVP"), max_length=8, choices=Answer)
    online = models.BooleanField(_("joining online"), default=False)
    guests = models.PositiveSmallIntegerField(
        _("number of guests"), default=0, validators=[MaxValueValidator(5)]
    )
    comment = models.CharField(_("comment"), max_length=LINE, validators=[visible], blank=True)
    answered_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # The order of answering, counted under the meeting's lock, because clocks can't be trusted.
    turn = models.PositiveIntegerField(default=0, editable=False)

    objects = RsvpManager()

    class Meta:
        verbose_name = _("RSVP")
        verbose_name_plural = _("RSVPs")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "membership"], name="one_answer_per_member_and_meeting"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["yes", "maybe", "no", "waiting"]),
                name="rsvp_answer_is_known",
            ),
            limits("rsvp", comment=LINE),
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.get_answer_display()}"

    def get_answer_display(self) -> str:  # type: ignore[no-redef]  # Django leaves it to us
        """As Django's, which puts all labels into words to find one."""
        return str(ANSWERS.get(self.answer, self.answer))

    @property
    def heads(self) -> int:
        return 1 + self.guests

    @property
    def is_waiting(self) -> bool:
        return self.answer == self.Answer.WAITING

    @property
    def waitlist_words(self) -> str:
        """Where they are in line, and how they hear of a spot: not everyone gets an email."""
        place = gettext("You’re on the waitlist.")
        if self.place_in_line:
            place = gettext("You’re #%d on the waitlist.") % self.place_in_line
        user = self.membership.user
        if user and not Mail.why_not(Mail.Kind.PLACE, user):
            hears = gettext("We’ll email you if a spot opens up.")
        else:
            hears = gettext("You won’t get an email if a spot opens up, so check back.")
        return f"{place} {hears}"

    def find_place_in_line(self) -> int | None:
        """The position on the waitlist, from 1; None if the person isn't on it."""
        waiting = self.meeting.rsvps.waiting().values_list("pk", flat=True)
        return [*waiting].index(self.pk) + 1 if self.is_waiting else None


ANSWERS = dict(Rsvp.Answer.choices)
