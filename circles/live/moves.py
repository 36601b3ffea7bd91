"""The moves of a live meeting: open an item, add time, show, take turns, note attendance.

Each move gives the new state, not a difference, so a move that is sent twice changes nothing
the second time. A device that was offline sends its moves late, each with the time it was
made: the latest time wins, so a late move never takes the circle back to an earlier item.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from config import when
from config.locks import RowGone

from ..models import AgendaItem, Attendance, Meeting
from . import agenda

if TYPE_CHECKING:
    from ..models import Membership


ANOTHER_TIME = timedelta(hours=2)  # a start this far from the plan moves the end too
EARLIEST_MOVE = timedelta(hours=12)  # before the planned start
MOST_EXTRA = 120  # extra minutes that one item can get


def begin(meeting: "Meeting", at: datetime | None = None) -> None:
    """Start the meeting and open its first item. Starting again changes nothing.

    A meeting without an agenda gets a proposed one. That is empty, and no item opens, if the
    circle's template has only sections and the meeting has no brief.

    Args:
        meeting: which meeting.
        at: when the move was made, if it is sent late.

    Raises:
        ValidationError: the meeting is a draft, was canceled, or its day hasn't come.
    """
    if meeting.started_at and meeting.agenda_items.exclude(opened_at=None).exists():
        return
    if meeting.is_scheduled and moment_of(meeting, at) < meeting.opens_at:
        day = {"day": when.day(meeting)}
        raise ValidationError(_("You can start this meeting on its day, %(day)s.") % day)
    with meeting.changing("agenda"):
        meeting.start(moment_of(meeting, at))
        items = list(meeting.agenda_items.all())
        if not items:
            offered = agenda.offered_sections(meeting)
            proposed = agenda.propose(meeting, agenda.suggested(offered))
            agenda.keep(meeting, proposed, started_from=meeting.agenda_revision)
            items = list(meeting.agenda_items.all())
        if items and not any(item.opened_at for item in items):
            _go_on(meeting, None, items[0], meeting.started_at or timezone.now())


def put_back(meeting: "Meeting") -> None:
    """Undo the start of a meeting in which nothing was written. Its agenda stays, unopened.

    Raises:
        ValidationError: something was written since it began, or it has ended.
    """
    with meeting.locked():
        if not meeting.started_at:
            return
        if meeting.ended_at or is_written_in(meeting):
            raise ValidationError(
                _("Something was already written, so the meeting stays started. You can end it.")
            )
        with meeting.changing("agenda"):
            meeting.agenda_items.update(
                opened_at=None,
                closed_at=None,
                deferred_at=None,
                used_seconds=0,
                extra_minutes=0,
                turns=[],
            )
            meeting.started_at, meeting.showing = None, ""
            if not meeting.notes.exists():
                meeting.privacy = ""  # settled when it begins
            meeting.save(update_fields=["started_at", "showing", "privacy"])


def is_written_in(meeting: "Meeting") -> bool:
    """Whether something was written in it since it began."""
    return Meeting.objects.filter(pk=meeting.pk).written_in_since_start().exists()


def moment_of(meeting: "Meeting", at: datetime | None) -> datetime:
    """When a move was made, by the device's clock.

    Times in the future become now; times before the meeting become its start or, if it has not
    begun, `EARLIEST_MOVE` before the planned start.
    """
    now = timezone.now()
    earliest = meeting.started_at or min(now, meeting.starts_at - EARLIEST_MOVE)
    return min(max(at or now, earliest), now)


def ends_at(meeting: "Meeting") -> datetime:
    """When the meeting is to end: as announced, even if it began late.

    A meeting that began more than `ANOTHER_TIME` from its plan gets its full duration.
    """
    began = meeting.started_at
    if began and abs(began - meeting.starts_at) > ANOTHER_TIME:
        return began + timedelta(minutes=meeting.duration_minutes)
    return meeting.ends_at


def open_item(meeting: "Meeting", item: "AgendaItem", at: datetime | None = None) -> None:
    """Open an item. The item that was open is closed, and its turns are cleared.

    If another item was opened after `at`, that one stays open.
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
    """The item as it is now. Someone else may have removed it."""
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
    """Close the current item, if there is one, and open another."""
    if current:
        _close(current, moment)
    item.opened_at, item.closed_at, item.deferred_at = moment, None, None
    item.save(update_fields=["opened_at", "closed_at", "deferred_at"])
    _show(meeting, "")


def find_open_item(items: "list[AgendaItem]") -> "AgendaItem | None":
    """The open item: the one opened last and not closed, or None."""
    current = [(item.opened_at, item) for item in items if item.opened_at and item.is_open]
    _moment, newest = max(current, key=lambda pair: pair[0], default=(None, None))
    return newest


def find_next(items: "list[AgendaItem]", item: "AgendaItem") -> "AgendaItem | None":
    """The next item after this one that was neither opened nor deferred, or None."""
    following = [one for one in items if one.position > item.position and one.is_upcoming]
    return next(iter(following), None)


def find_left(items: "list[AgendaItem]", current: "AgendaItem | None") -> "AgendaItem | None":
    """The item that was deferred when the current one was opened, or the current one if it was."""
    for item in items:
        was_left = current and item.deferred_at and item.closed_at == current.opened_at
        if was_left or (item is current and item.deferred_at):
            return item
    return None


def _close(item: "AgendaItem", moment: datetime) -> None:
    opened = item.opened_at or moment
    item.closed_at = max(moment, opened)
    item.used_seconds += int((item.closed_at - opened).total_seconds())
    item.turns = []
    item.save(update_fields=["closed_at", "used_seconds", "turns"])


def give_more(meeting: "Meeting", item: "AgendaItem", minutes: int) -> None:
    """Set the extra minutes of an item. They are a total, on top of its planned minutes."""
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
    """Defer an item to the next meeting, or undo that.

    Deferring the open item opens the next one. Undoing that while the next one is open goes back:
    the next one is upcoming again.
    """
    with meeting.locked():
        items = list(meeting.agenda_items.all())
        here = _find(items, item)
        if bool(here.deferred_at) == deferred:
            return
        moment, current = moment_of(meeting, at), find_open_item(items)
        is_in_time = current and current.opened_at and current.opened_at <= moment
        left = find_left(items, current)
        with meeting.changing("agenda"):
            here.deferred_at = moment if deferred else None
            here.save(update_fields=["deferred_at"])
            following = find_next(items, here)
            if deferred and following and is_in_time and current is here:
                _go_on(meeting, here, following, moment)
            elif not deferred and current and is_in_time and left is here and current is not here:
                current.opened_at, current.turns = None, []
                current.save(update_fields=["opened_at", "turns"])
                _go_on(meeting, None, here, moment)


def show(meeting: "Meeting", item: "AgendaItem", showing: str) -> None:
    """Show the same thing on every page of the meeting, if this item is still open.

    Args:
        meeting: which meeting.
        item: the item that was open when the move was made.
        showing: a question, its passage, a figure, the notes, or "" for the first question.
    """
    with meeting.locked():
        _read_again(item, ["opened_at", "closed_at"])
        if item.is_open and meeting.showing != showing:
            with meeting.changing("agenda"):
                _show(meeting, showing)


def _show(meeting: "Meeting", showing: str) -> None:
    meeting.showing = showing
    meeting.save(update_fields=["showing"])


def take_turn(meeting: "Meeting", item: "AgendaItem", who: str, state: str) -> None:
    """Mark in an item's round that someone spoke or wishes to speak.

    Args:
        meeting: which meeting.
        item: whose round; it must be open.
        who: a `Person.key`; "" restarts the round.
        state: "spoke", "wishes" or "" to remove the mark.
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
    """Note whether someone is here.

    Args:
        meeting: which meeting.
        person: a membership, or the name of a visitor.
        here: whether they are here.
        is_first_visit: for a visitor, whether it is their first visit.
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
