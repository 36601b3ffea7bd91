"""The dates of a poll, and members' replies to each."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.texts import LINE, Typed, limits, visible

from .memberships import Membership
from .rsvps import Rsvp


class DateOption(models.Model):
    """One of the dates of a poll."""

    poll = models.ForeignKey("circles.DatePoll", models.CASCADE, related_name="options")
    starts_at = models.DateTimeField(_("starts"))

    # Who said what, and how it compares: by `Tally`.
    answers_by_name: "list[DateAnswer]"
    yes: list[Membership]
    if_need_be: list[Membership]
    no: list[Membership]
    unsaid: list[Membership]
    is_best: bool
    is_chosen: bool

    class Meta:
        verbose_name = _("poll date")
        verbose_name_plural = _("poll dates")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "starts_at"], name="date_once_in_a_poll"),
        ]

    def __str__(self) -> str:
        return str(self.starts_at)

    @property
    def is_past(self) -> bool:
        return self.starts_at <= timezone.now()

    def answers_for_rsvps(self) -> list[tuple[Membership, Rsvp.Answer, str]]:
        """The replies as RSVPs to a meeting at this date, in the order of answering.

        [(membership, answer, comment), …], without people who have left the circle.
        """
        answers = self.answers.select_related("reply__membership").order_by("turn", "pk")
        return [
            (answer.reply.membership, DateAnswer.AS_RSVP[answer.suits], answer.reply.comment)
            for answer in answers
            if answer.reply.membership.is_current
        ]


class DateReply(Typed):
    """One member's reply to a poll: an answer for each date (`DateAnswer`), and a comment."""

    poll = models.ForeignKey("circles.DatePoll", models.CASCADE, related_name="replies")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="date_replies")
    comment = models.CharField(_("comment"), max_length=LINE, validators=[visible], blank=True)
    replied_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("poll reply")
        verbose_name_plural = _("poll replies")
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "membership"], name="one_reply_per_member_and_poll"
            ),
            limits("poll_reply", comment=LINE),
        ]

    def __str__(self) -> str:
        return str(self.membership)


class DateAnswer(models.Model):
    """Whether one date works for one member."""

    class Suits(models.TextChoices):
        YES = "yes", _("Yes")
        IF_NEED_BE = "if_need_be", _("If need be")
        NO = "no", _("No")

    AS_RSVP: dict[str, Rsvp.Answer] = {
        Suits.YES: Rsvp.Answer.YES,
        Suits.IF_NEED_BE: Rsvp.Answer.MAYBE,
        Suits.NO: Rsvp.Answer.NO,
    }

    # What a member says of a date: forms ask for it by the names of these fields. An answer that
    # differs in any of it is saved again.
    SAID = ["suits"]

    reply = models.ForeignKey(DateReply, models.CASCADE, related_name="answers")
    option = models.ForeignKey(DateOption, models.CASCADE, related_name="answers")
    suits = models.CharField(_("works for them"), max_length=12, choices=Suits)
    # The order of answering, counted under the poll's lock, because clocks can't be trusted.
    turn = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("poll answer")
        verbose_name_plural = _("poll answers")
        constraints = [
            models.UniqueConstraint(fields=["reply", "option"], name="one_answer_per_date"),
            models.CheckConstraint(
                condition=Q(suits__in=["yes", "if_need_be", "no"]), name="date_answer_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_suits_display()

    def says_the_same_as(self, other: "DateAnswer | None") -> bool:
        return other is not None and all(
            getattr(self, name) == getattr(other, name) for name in self.SAID
        )
