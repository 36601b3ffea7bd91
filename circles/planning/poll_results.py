"""The results of a date poll: which dates work for whom, and who has not replied."""

from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone

from ..models import DateAnswer, DateOption, DateReply

if TYPE_CHECKING:
    from ..models import DateOption, DatePoll, DateReply, Membership


Suits = DateAnswer.Suits


class Tally:
    """A poll as one member sees it. Three queries, however many dates and people.

    Args:
        poll: with its circle and dates (`with_dates`).
        membership: of the member who looks.
    """

    def __init__(self, poll: "DatePoll", membership: "Membership") -> None:
        self.poll, self.membership = poll, membership

    @cached_property
    def people(self) -> "list[Membership]":
        return list(self.poll.circle.memberships.current().by_name())

    @cached_property
    def replies(self) -> "list[DateReply]":
        """The replies of current members, sorted by name."""
        current = {person.pk: person for person in self.people}
        replies = self.poll.replies.prefetch_related("answers").filter(membership__in=current)
        by_member = {reply.membership_id: reply for reply in replies}
        for pk, reply in by_member.items():
            reply.membership = current[pk]
        return [by_member[person.pk] for person in self.people if person.pk in by_member]

    @property
    def mine(self) -> "DateReply | None":
        return next((r for r in self.replies if r.membership_id == self.membership.pk), None)

    @property
    def unanswered(self) -> "list[Membership]":
        """Current members who have not replied."""
        answered = {reply.membership_id for reply in self.replies}
        return [person for person in self.people if person.pk not in answered]

    @cached_property
    def dates(self) -> list[DateOption]:
        """The dates in order, each with its `answers_by_name`, `yes`, `if_need_be`, `no` and
        `unsaid` (names), and whether it `is_best`."""
        dates = list(self.poll.options.all())
        for date in dates:
            date.answers_by_name = _answers_to(date, self.replies)
            for word in Suits.values:
                said_so = [a.reply.membership for a in date.answers_by_name if a.suits == word]
                setattr(date, word, said_so)
            said = {answer.reply_id for answer in date.answers_by_name}
            date.unsaid = [reply.membership for reply in self.replies if reply.pk not in said]
        upcoming = [date for date in dates if date.starts_at > timezone.now()]
        best = max((_worth(date) for date in upcoming), default=(0, 0))
        for date in dates:
            date.is_best = date in upcoming and best > (0, 0) and _worth(date) == best
        return dates

    @property
    def pickable(self) -> "list[DateOption]":
        """Upcoming dates; the first of the best ones is preselected (`is_chosen`)."""
        upcoming = [date for date in self.dates if not date.is_past]
        chosen = next((date for date in upcoming if date.is_best), None)
        for date in upcoming:
            date.is_chosen = date is chosen
        return upcoming


def _answers_to(date: DateOption, replies: list[DateReply]) -> list[DateAnswer]:
    answers = [answer for reply in replies for answer in reply.answers.all()]
    return [answer for answer in answers if answer.option_id == date.pk]


def _worth(date: "DateOption") -> tuple[int, int]:
    """How many could come, then how many of them without “if need be”."""
    return len(date.yes) + len(date.if_need_be), len(date.yes)
