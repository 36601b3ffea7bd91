"""The date polls of a made-up circle."""

from datetime import timedelta

from ...models import DateAnswer, DateOption, DatePoll, DateReply, Meeting
from .people import DAY, Founding

OPTIONS = 3


def add_poll(founding: Founding, meeting: Meeting, *, is_open: bool) -> None:
    """Add a poll with three dates, and the replies of most members.

    Args:
        meeting: on whose day one of the dates is; for an open poll, nothing is picked yet.
    """
    rows, chance = founding.rows, founding.chance
    asked_at = founding.midnight - 2 * DAY if is_open else meeting.created_at
    poll = rows.add(
        DatePoll(
            circle=founding.circle,
            brief=meeting.brief,
            duration_minutes=90,
            place=meeting.where.words,
            time_zone=meeting.time_zone,
            asked_by=founding.memberships[0],
            meeting=None if is_open else meeting,
            created_at=asked_at,
            picked_at=None if is_open else asked_at + 4 * DAY,
        )
    )
    options = [
        rows.add(DateOption(poll=poll, starts_at=meeting.starts_at + timedelta(weeks=n)))
        for n in range(OPTIONS)
    ]
    turn = 0
    for membership in founding.memberships:
        if chance.random() < 0.3:
            continue  # has not replied
        turn += 1
        reply = rows.add(
            DateReply(poll=poll, membership=membership, replied_at=asked_at + turn * DAY / 12)
        )
        for option in options:
            [suits] = chance.choices(DateAnswer.Suits.values, [6, 2, 2])
            rows.add(DateAnswer(reply=reply, option=option, suits=suits, turn=turn))
