"""Date polls that a person hasn't replied to."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from config.prepared import prepared

from ..models import DatePoll, Membership


@prepared
def _waiting_polls(
    memberships: Collection[int], circles: Collection[int], now: datetime
) -> QuerySet[DatePoll]:
    return DatePoll.objects.waiting_for(memberships, circles, now)


def polls_of(memberships: Collection[Membership]) -> list[DatePoll]:
    """Open date polls that these memberships of one person have not replied to."""
    circles = {membership.circle_id: membership.circle for membership in memberships}
    mine = [membership.pk for membership in memberships]
    found = _waiting_polls(mine, [*circles], timezone.now())
    for poll in found:
        poll.circle = circles[poll.circle_id]
    return found
