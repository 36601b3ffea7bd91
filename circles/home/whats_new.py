"""What's new in a person's circles since their last visit: titles and counts, never what was
said."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.addresses import reverse
from config.when import short_when

from ..models import ActionItem, Circle, Meeting, Membership
from ..next_steps import at_meeting
from .lately import Lately

MOST_SHOWN = 6


@dataclass(frozen=True)
class News:
    """One thing that's new: what it is, in a sentence, where it is, and since when."""

    icon: str
    sentence: str
    url: str
    at: datetime
    circle: Circle


def whats_new(
    memberships: dict[int, Membership],
    meetings: Collection[Meeting],
    actions: Collection[ActionItem],
    found: Lately,
    since: datetime,
) -> list[News]:
    """What's new since this moment, newest first.

    Args:
        memberships: the person's, by the circle's id.
        meetings: of all these circles, upcoming ones and those of late.
        actions: the person's open action items.
        found: what else happened.
        since: when their last visit ended.
    """
    news = [each for meeting in meetings for each in _of_meeting(meeting, found, since)]
    for mine in memberships.values():
        news += _of_circle(mine, actions, found, since)
    return sorted(news, key=lambda each: each.at, reverse=True)[:MOST_SHOWN]


def _of_meeting(meeting: Meeting, found: Lately, since: datetime) -> Iterator[News]:
    circle = meeting.circle
    if meeting.is_under_way:
        return  # It comes first on the page, and the live page shows what's new there.
    is_new = meeting.is_to_come and meeting.scheduled_at and meeting.scheduled_at > since
    if is_new and meeting.scheduled_at:
        sentence = _("New meeting: %s") % short_when(meeting)
        yield News("calendar", sentence, meeting.get_absolute_url(), meeting.scheduled_at, circle)
    if meeting.cancelled_at and meeting.cancelled_at > since and meeting.starts_at > timezone.now():
        sentence = _("Canceled: the meeting on %s") % short_when(meeting)
        yield News("calendar", sentence, meeting.get_absolute_url(), meeting.cancelled_at, circle)
    if meeting.minutes_published_at and meeting.minutes_published_at > since:
        sentence, url = (
            _("Minutes are ready: “%s”") % meeting,
            at_meeting("minutes_detail", meeting),
        )
        yield News("notes", sentence, url, meeting.minutes_published_at, circle)
    if meeting.pk in found.notes:
        number, at = found.notes[meeting.pk]
        sentence = ngettext(
            "%(number)d new note on “%(meeting)s”", "%(number)d new notes on “%(meeting)s”", number
        )
        url = at_meeting("note_list", meeting)
        yield News("notes", sentence % {"number": number, "meeting": meeting}, url, at, circle)
    if meeting.pk in found.readings and meeting.is_to_come and not is_new:
        number, at = found.readings[meeting.pk]
        sentence = ngettext(
            "%(number)d section to read for “%(meeting)s”",
            "%(number)d sections to read for “%(meeting)s”",
            number,
        )
        url = at_meeting("reading_detail", meeting)
        yield News("book", sentence % {"number": number, "meeting": meeting}, url, at, circle)


def _of_circle(
    mine: Membership, actions: Collection[ActionItem], found: Lately, since: datetime
) -> Iterator[News]:
    circle = mine.circle
    people = reverse("circles:member_list", args=[circle.slug])
    if mine.is_facilitator and (asks := found.asks[circle.pk]):
        sentence = ngettext(
            "%(number)d person wants to join", "%(number)d people want to join", len(asks)
        )
        newest = max(at for _name, at in asks)
        yield News("people", sentence % {"number": len(asks)}, people, newest, circle)
    if joined := found.joined[circle.pk]:
        sentence = ngettext("%(name)s joined", "%(number)d people joined", len(joined))
        said = {"name": joined[0][0] or _("Someone"), "number": len(joined)}
        yield News("people", sentence % said, people, max(at for _name, at in joined), circle)
    given = [
        action.created_at
        for action in actions
        if action.owner_id == mine.pk
        and action.author_id != mine.user_id
        and action.created_at > since
    ]
    if given:
        sentence = ngettext(
            "%(number)d new action item for you", "%(number)d new action items for you", len(given)
        )
        yield News("action", sentence % {"number": len(given)}, "#actions", max(given), circle)
