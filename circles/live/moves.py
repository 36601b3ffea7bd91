"""What may be done to a live meeting: go on, give more time, show, take turns, come and go.

Each move says how things shall be, not by how much they change, so a move that is sent twice
changes nothing. A device that had no network sends its moves late, each with its moment: the
later moment wins, so nobody is led back to where the circle was half an hour ago.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from config.locks import RowGone

from ..models import AgendaItem, Attendance
from . import agenda

if TYPE_CHECKING:
    from ..models import AgendaItem, Meeting, Membership


ANOTHER_TIME = timedelta(hours=2)


EARLIEST_MOVE = timedelta(hours=12)  # before the meeting was to begin


MOST_EXTRA = 120  # minutes that one item can be given on top


def begin(meeting: "Meeting", at: datetime | None = None) -> None:
    """The evening begins, and its first item is opened. Beginning again changes nothing.

    Without an agenda, one is proposed and kept.

    Raises:
        ValidationError: it is a draft, or was called off.
    """
    if meeting.started_at and meeting.agenda_items.exclude(opened_at=None).exists():
        return
    with meeting.changing("agenda"):
        meeting.start(moment_of(meeting, at))
        items = list(meeting.agenda_items.all())
        if not items:
            offered = agenda.offered_sections(meeting)
            proposed = agenda.propose(meeting, agenda.suggested(offered))
            agenda.keep(meeting, proposed, started_from=meeting.agenda_revision)
            items = list(meeting.agenda_items.all())
        if not any(item.opened_at for item in items):
            _go_on(meeting, None, items[0], meeting.started_at or timezone.now())


def moment_of(meeting: "Meeting", at: datetime | None) -> datetime:
    """When a move was made, by the device that made it: never in the future, nor long before
    the meeting."""
    now = timezone.now()
    earliest = meeting.started_at or min(now, meeting.starts_at - EARLIEST_MOVE)
    return min(max(at or now, earliest), now)


def ends_at(meeting: "Meeting") -> datetime:
    """When the evening ends: as it was said beforehand, however late it began. One that was
    held at another time altogether ends when its time is over."""
    began = meeting.started_at
    if began and abs(began - meeting.starts_at) > ANOTHER_TIME:
        return began + timedelta(minutes=meeting.duration_minutes)
    return meeting.ends_at


def open_item(meeting: "Meeting", item: "AgendaItem", at: datetime | None = None) -> None:
    """Go to an item: the one that was open is closed, and its round forgotten.

    Where another item was opened since that moment, the circle stays there.
    """
    with meeting.locked():
        items = list(meeting.agenda_items.all())
        here = _find(items, item)
        current, moment = find_open_item(items), moment_of(meeting, at)
        opened = current and current.opened_at
        if current and (current.pk == here.pk or (opened and opened > moment)):
            if not here.opened_at:
                with meeting.changing("agenda"):
                    here.opened_at = here.closed_at = moment
                    here.save(update_fields=["opened_at", "closed_at"])
            return
        with meeting.changing("agenda"):
            _go_on(meeting, current, here, moment)


def _find(items: "list[AgendaItem]", item: "AgendaItem") -> "AgendaItem":
    """The item as it is now. Who changed the agenda meanwhile may have taken it out."""
    for one in items:
        if one.pk == item.pk:
            return one
    raise RowGone


def _read_again(item: "AgendaItem", fields: list[str]) -> None:
    try:
        item.refresh_from_db(fields=fields)
    except AgendaItem.DoesNotExist as error:
        raise RowGone from error


def _go_on(
    meeting: "Meeting", current: "AgendaItem | None", item: "AgendaItem", moment: datetime
) -> None:
    """From what is open, or from nothing, to another item."""
    if current:
        _close(current, moment)
    item.opened_at, item.closed_at, item.deferred_at = moment, None, None
    item.save(update_fields=["opened_at", "closed_at", "deferred_at"])
    _show(meeting, "")


def find_open_item(items: "list[AgendaItem]") -> "AgendaItem | None":
    """Where the circle is: the item that was opened last and is not closed; or None."""
    current = [(item.opened_at, item) for item in items if item.opened_at and item.is_open]
    _moment, newest = max(current, key=lambda pair: pair[0], default=(None, None))
    return newest


def find_next(items: "list[AgendaItem]", item: "AgendaItem") -> "AgendaItem | None":
    """What comes after an item: the first further down that was neither open nor left out."""
    following = [one for one in items if one.position > item.position and one.is_upcoming]
    return next(iter(following), None)


def _close(item: "AgendaItem", moment: datetime) -> None:
    opened = item.opened_at or moment
    item.closed_at = max(moment, opened)
    item.used_seconds += int((item.closed_at - opened).total_seconds())
    item.turns = []
    item.save(update_fields=["closed_at", "used_seconds", "turns"])


def give_more(meeting: "Meeting", item: "AgendaItem", minutes: int) -> None:
    """Give an item so many minutes on top of what was planned, all told."""
    minutes = max(0, min(MOST_EXTRA, minutes))
    with meeting.locked():
        _read_again(item, ["extra_minutes"])
        if item.extra_minutes != minutes:
            with meeting.changing("agenda"):
                item.extra_minutes = minutes
                item.save(update_fields=["extra_minutes"])


def defer(
    meeting: "Meeting", item: "AgendaItem", deferred: bool, at: datetime | None = None
) -> None:
    """Leave an item for next time, or take that back. If the circle is at it, it goes on."""
    with meeting.locked():
        items = list(meeting.agenda_items.all())
        here = _find(items, item)
        if bool(here.deferred_at) == deferred:
            return
        moment = moment_of(meeting, at)
        with meeting.changing("agenda"):
            here.deferred_at = moment if deferred else None
            here.save(update_fields=["deferred_at"])
            following = find_next(items, here)
            is_here = here.is_open and here.opened_at and here.opened_at <= moment
            if deferred and following and is_here:
                _go_on(meeting, here, following, moment)


def show(meeting: "Meeting", item: "AgendaItem", showing: str) -> None:
    """Show the same on every page: a passage of the brief, the notes read back, or nothing
    but the question. Nothing happens if the circle has gone on from that item."""
    with meeting.locked():
        _read_again(item, ["opened_at", "closed_at"])
        if item.is_open and meeting.showing != showing:
            with meeting.changing("agenda"):
                _show(meeting, showing)


def _show(meeting: "Meeting", showing: str) -> None:
    meeting.showing = showing
    meeting.save(update_fields=["showing"])


def take_turn(meeting: "Meeting", item: "AgendaItem", who: str, state: str) -> None:
    """Mark in the round of an item that someone has spoken or wishes to; "" takes it back.

    Args:
        who: as `Person.key`; "" with an empty state begins the round anew.
        state: "spoke", "wishes" or "".
    """
    with meeting.locked():
        _read_again(item, ["turns", "opened_at", "closed_at"])
        turns = [] if not who else [turn for turn in item.turns if turn[0] != who]
        turns += [[who, state]] if who and state else []
        if item.is_open and turns != item.turns:
            with meeting.changing("agenda"):
                item.turns = turns
                item.save(update_fields=["turns"])


def attend(
    meeting: "Meeting", person: "Membership | str", here: bool, *, is_first_visit: bool = False
) -> None:
    """Note that someone is here, or is not.

    Args:
        person: a membership, or the name of a visitor.
        here: whether they are.
    """
    who: dict[str, Any] = (
        {"visitor_name": person} if isinstance(person, str) else {"membership": person}
    )
    with meeting.locked():
        current = meeting.attendances.filter(**who)
        if current.exists() == here:
            return
        with meeting.changing("attendance") as revision:
            if here:
                Attendance.objects.create(
                    meeting=meeting, is_first_visit=is_first_visit, revision=revision, **who
                )
            else:
                current.delete()
